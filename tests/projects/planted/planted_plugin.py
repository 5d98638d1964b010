"""A plugin that takes 0.15 s to load, 0.1 s in a hook, and 0.08 s around another one; it needs a module of 0.12 s."""

from time import perf_counter

import pytest

import needed_by_plugin


def burn(seconds):
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass


burn(0.15)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems():
    burn(0.1)


@pytest.hookimpl(hookwrapper=True)
def pytest_collection_finish():
    burn(0.04)
    yield
    burn(0.04)
