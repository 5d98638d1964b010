def test_below():
    assert True
