def test_api():
    assert True


def test_api_version():
    assert True
