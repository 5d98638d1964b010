def test_repr():
    assert repr(7) == '7'
