def test_login():
    assert True


def test_logout():
    assert True
