"""Waits in a conftest; tests/functional/test_lines_of_waits.py knows their lines."""

import atexit
import time

import pytest


time.sleep(0.12)


def last():
    time.sleep(0.15)


def pytest_collection_modifyitems():
    time.sleep(0.1)


atexit.register(last)
