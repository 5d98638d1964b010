"""One test function becomes very many items.

What it detects:
    A function that is parametrized to 500 items or more, and to a tenth of all items at least.

    If most ids of the function are equal, `duplicate-ids` reports it.

Why it is slow:
    Each item is an object with ids, marks and fixtures. pytest sorts all of them, the hooks look at all of them, and
    the end of the process frees all of them. Stacked `parametrize` decorators multiply.

Evidence:
    The number of items of each function, and the time to make them. pytest's work for all items is divided by their
    number, so the saving is an upper limit.

Fix:
    Test a sample, loop over the combinations in one test (`subtests`), or let hypothesis choose them.

Source:
    pytest#619, pytest#3070.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.attribution.parts import TEARDOWN
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.hooks import Owner, owner_of
from collectbench.model.diagnosis import Location
from collectbench.model.trace import Parametrization

MANY, SHARE = 500, 0.1
"""Items of one function, and their part of all items, from which on they are many."""
MAKING = ("pytest_pycollect_makeitem", "pytest_generate_tests")
FOR_EACH_ITEM = frozenset((
    "pytest_collection", "pytest_itemcollected", "pytest_collection_modifyitems", "pytest_collection_finish",
    "pytest_sessionfinish",
))  # fmt: skip


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each function with very many items."""
    equal = {each.nodeid for each in evidence.trace.repeated_ids if each.repeated > each.ids / 2}
    for each in sorted(evidence.trace.parametrizations, key=lambda each: -each.items):
        if each.items >= max(MANY, SHARE * _items(evidence, each)) and each.nodeid not in equal:
            yield _candidate(evidence, each)


def _candidate(evidence: Evidence, each: Parametrization) -> Candidate:
    path, _, rest = each.nodeid.partition("::")
    return Candidate(
        subject=each.nodeid,
        title="one test function becomes very many items",
        locations=(_location(evidence, path, rest),),
        evidence=(f"{each.items:,} of {_items(evidence, each):,} items",),
        fix="test a sample of the combinations, or loop over them in one test",
        claims=(*_making(evidence, each), *_for_each_item(evidence, each)),
        bound=True,
    )


def _location(evidence: Evidence, path: str, name: str) -> Location:
    import ast

    absolute = evidence.file_of(path)
    tree = evidence.sources.tree(absolute)
    function = name.rpartition("::")[2]
    nodes = ast.walk(tree) if tree is not None else ()
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return evidence.location(absolute, next((node.lineno for node in functions if node.name == function), 0))


def _items(evidence: Evidence, each: Parametrization) -> int:
    counted = evidence.counts.items if evidence.counts else 0
    return max(counted, each.items)


def _making(evidence: Evidence, each: Parametrization) -> Iterator[Claim]:
    """The time in which the items were made; it is divided among the hooks that make items."""
    parts = [
        part for part, hook in evidence.hooks() if hook.hook in MAKING and owner_of(evidence, hook) is Owner.PYTEST
    ]
    total_s = evidence.seconds(*parts)
    for part in parts:
        yield Claim(part, min(1.0, each.inclusive_s / total_s) * evidence.seconds(part) if total_s else 0.0)


def _for_each_item(evidence: Evidence, each: Parametrization) -> Iterator[Claim]:
    """Its share of what pytest does for all items, and of the end of the process."""
    share = each.items / _items(evidence, each)
    parts = [hook[0] for hook in evidence.hooks() if hook[1].hook in FOR_EACH_ITEM]
    of_pytest = {part for part, hook in evidence.hooks() if owner_of(evidence, hook) is Owner.PYTEST}
    for part in (*(part for part in parts if part in of_pytest), TEARDOWN):
        yield Claim(part, share * evidence.seconds(part))


CAUSE = Cause(id="parametrize-explosion", doc=__doc__, find=find)
