import shared


def test_shared_a():
    pass
