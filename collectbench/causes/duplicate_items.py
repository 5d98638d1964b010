"""Tests run again because another test module imports them.

What it detects:
    Test classes and test functions that a collected file imports from another one. pytest has collected them under
    both.

Why it is slow:
    pytest collects and runs the tests once for each file that has their names. Usually the import was meant for a base
    class or a helper.

Evidence:
    The ids of the traced round, and the import statements of the files.

Fix:
    Import the module instead of its tests: `from tests import test_orders`, then `test_orders.TestOrders`.

Source:
    ESP-Website#5820, pytest#11952.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator
from posixpath import basename

from collectbench.attribution.parts import Part
from collectbench.causes.candidate import Candidate, claims_on
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.model.trace import Edge

STAR = "*"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields a note for each import of tests that also run in the file that they are imported from."""
    tests = _tests_by_file(evidence)
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for file in tests:
        homes[basename(file).removesuffix(".py")].add(file)
    files = {evidence.file_of(file): file for file in tests}
    for edge in evidence.trace.edges:
        if edge.path not in files or not edge.fromlist:
            continue
        file = files[edge.path]
        for home in homes.get(edge.name.rpartition(".")[2], set()) - {file}:
            again = _imported(evidence, edge, tests[file] & tests[home])
            if again:
                yield _note(evidence, edge, file, home, again)


def _tests_by_file(evidence: Evidence) -> dict[str, set[str]]:
    """The names of the test functions and classes of each file, those at the top."""
    tests: defaultdict[str, set[str]] = defaultdict(set)
    for nodeid in evidence.surroundings.nodeids:
        file, _, rest = nodeid.partition("::")
        if rest:
            tests[file].add(rest.partition("[")[0].partition("::")[0])
    return tests


def _imported(evidence: Evidence, edge: Edge, common: Collection[str]) -> list[str]:
    """The tests among the names that an import statement brings, and that the file does not define itself."""
    if STAR in edge.fromlist and "*" not in evidence.sources.line(edge.path, edge.line):
        return []  # a call, such as importlib.import_module
    tree = evidence.sources.tree(edge.path)
    body = [] if tree is None else tree.body
    own = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    return sorted(name for name in common if name not in own and (STAR in edge.fromlist or name in edge.fromlist))


def _note(evidence: Evidence, edge: Edge, file: str, home: str, again: list[str]) -> Candidate:
    items = sum(
        nodeid.partition("::")[0] == file and nodeid.partition("::")[2].partition("[")[0].partition("::")[0] in again
        for nodeid in evidence.surroundings.nodeids
    )
    nodes = tuple(f"{file}::{name}" for name in again)
    parts: list[Part] = [
        part
        for part, collector in evidence.collectors()
        if any(collector.nodeid == node or collector.nodeid.startswith(f"{node}::") for node in nodes)
    ]
    return Candidate(
        subject=file,
        title=f"tests of {home} run again in {file}",
        evidence=(f"{items:,} item{'' if items == 1 else 's'} of {', '.join(again[:5])}",),
        locations=(evidence.location(edge.path, edge.line),),
        fix=f"import the module instead of its tests: {edge.name or home}",
        claims=claims_on(parts),
        is_note=True,
    )


CAUSE = Cause(id="duplicate-items", doc=__doc__, find=find)
