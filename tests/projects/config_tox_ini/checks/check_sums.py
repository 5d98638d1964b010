def test_sums():
    assert 1 + 1 == 2


def verify_order():
    assert [1, 2] == sorted([2, 1])
