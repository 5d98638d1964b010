"""Node ids that differ from round to round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UnstableIds:
    """A test function whose parameter ids differ between two rounds.

    `nodeid` is without parameters. `differing` is the number of items of the first round that the second one does not
    have; `first` and `second` are the parameters of one such item in each round, empty if a round has none.
    """

    nodeid: str
    differing: int
    first: str
    second: str


def unstable_ids(first: Sequence[str], second: Sequence[str]) -> tuple[UnstableIds, ...]:
    """The functions whose ids differ, in the order of the first round.

    Functions that only one of the rounds has are not among them: there, other things differ than parameters.
    """
    ours, theirs = frozenset(first), frozenset(second)
    gone, new = (
        _by_function(nodeid for nodeid in first if nodeid not in theirs),
        _by_function(nodeid for nodeid in second if nodeid not in ours),
    )
    return tuple(
        UnstableIds(nodeid=function, differing=len(parameters), first=parameters[0], second=new[function][0])
        for function, parameters in gone.items()
        if function in new
    )


def _by_function(nodeids: Iterable[str]) -> dict[str, list[str]]:
    functions = defaultdict[str, list[str]](list)
    for nodeid in nodeids:
        function, bracket, parameters = nodeid.partition("[")
        if bracket:
            functions[function].append(parameters.removesuffix("]"))
    return functions
