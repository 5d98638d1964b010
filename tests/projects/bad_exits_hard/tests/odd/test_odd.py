import os

os._exit(3)

def test_after():
    assert True
