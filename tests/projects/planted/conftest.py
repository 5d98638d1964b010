"""0.2 s for a module, 0.1 s in the body, 0.05 s for each test function that has an argument `slow`."""

from time import perf_counter

import in_conftest


def burn(seconds):
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass


burn(0.1)


def pytest_generate_tests(metafunc):
    if "slow" in metafunc.fixturenames:
        burn(0.05)
        metafunc.parametrize("slow", [1, 2, 3])
