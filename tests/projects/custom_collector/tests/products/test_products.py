def test_zero():
    assert 0 * 7 == 0
