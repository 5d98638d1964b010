def test_int():
    assert int('7') == 7


def test_float():
    assert float('7.5') == 7.5
