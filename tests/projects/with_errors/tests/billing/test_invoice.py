def test_total():
    assert 2 + 2 == 4
