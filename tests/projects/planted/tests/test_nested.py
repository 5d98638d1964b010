import outer


def test_nested():
    pass
