from time import perf_counter

import pytest


def burn(seconds):
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass
    return seconds


def name(value):
    burn(0.05)
    return str(value)


@pytest.mark.parametrize(
    "value",
    [
        1,
        burn(0.2),
    ],
)
def test_arguments(value):
    pass


@pytest.mark.parametrize("value", [3, 4], ids=name)
def test_ids(value):
    pass


def test_generated(slow):
    pass


class TestGenerated:
    burn(0.15)

    def test_method(self, slow):
        pass
