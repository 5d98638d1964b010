"""Whether outcomes of two environments can be compared: times do not matter, only what the same tests may do."""

from __future__ import annotations

from collectbench.judge.environments import Weight, differences
from collectbench.model.run import Environment

_DECISIVE = ("Python", "implementation", "pytest", "directory in which pytest starts:")
"""The fields of an environment in which a difference that forbids a comparison concerns outcomes as well."""


def forbidding(base: Environment, head: Environment) -> tuple[str, ...]:
    """The differences that make outcomes incomparable, such as `pytest 8.3.5 -> 9.0.1`."""
    return tuple(
        difference.describe()
        for difference in differences(base, head)
        if difference.weight is Weight.FORBIDS and difference.what in _DECISIVE
    )


def explaining(base: Environment, head: Environment) -> tuple[str, ...]:
    """The other differences of the software, which may explain a changed outcome."""
    return tuple(
        difference.describe()
        for difference in differences(base, head)
        if difference.weight is Weight.SHOWN or difference.what == "platform"
    )
