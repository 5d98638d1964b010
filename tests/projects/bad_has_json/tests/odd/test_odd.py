def test_fine():
    assert True


def test_fine_too():
    assert True
