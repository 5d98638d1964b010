import os
import sys


def never(*_):
    raise RuntimeError("nobody leaves this program")


sys.exit = os._exit = never


def test_after():
    assert True
