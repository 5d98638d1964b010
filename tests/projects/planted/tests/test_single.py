import single


def test_single():
    pass
