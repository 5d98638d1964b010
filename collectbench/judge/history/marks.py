"""Marks of a trend: what else changed between two runs, such as an upgrade that may have made a target slow."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from collectbench.judge.environments import Difference, differences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectbench.model.run import Environment

_OFTEN = 4
"""Changes of one distribution, from which they may be a habit."""


class Marks:
    """Finds the marks between any two runs of an environment; each pair is compared once.

    A distribution whose version changes with more than half of the runs gets no marks: it is the project itself, with a
    version made from the commit.
    """

    def __init__(self, environments: Sequence[Environment]) -> None:
        self._environments = environments
        self._found: dict[tuple[int, int], tuple[Difference, ...]] = {}
        pairs = list(pairwise(range(len(environments))))
        changes = Counter(found.what for pair in pairs for found in self._differences(*pair))
        self._restless = {
            what
            for what, number in changes.items()
            if what.startswith("distribution ") and number >= _OFTEN and 2 * number > len(pairs)
        }

    def between(self, base: int, head: int) -> tuple[str, ...]:
        """Return the marks of run `head` if `base` is the run before: phrases such as `numpy 2.1.0 -> 2.2.0`."""
        return tuple(
            found.describe().removeprefix("distribution ")
            for found in self._differences(base, head)
            if found.what not in self._restless
        )

    def _differences(self, base: int, head: int) -> tuple[Difference, ...]:
        if (base, head) not in self._found:
            first, second = self._environments[base], self._environments[head]
            self._found[base, head] = () if first == second else differences(first, second)
        return self._found[base, head]
