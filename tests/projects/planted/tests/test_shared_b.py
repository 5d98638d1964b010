import shared, only_b


def test_shared_b():
    pass
