def greet(name):
    return f"Hello, {name}!"


def test_greets_by_name():
    assert greet("Ada") == "Hello, Ada!"


def test_greets_nobody():
    assert greet("") == "Hello, !"
