def test_nightly():
    assert True
