from geometry.area import rectangle


def test_rectangle():
    assert rectangle(2, 5) == 10
