"""A lazy import in a test file or conftest has no effect.

What it detects:
    `lazy import`, `lazy from … import` and `__lazy_modules__` at module level of collected files and conftests, on
    Python 3.15 and later. On each Python: a module-level call with the name of a module, such as one that uses
    `importlib.util.LazyLoader`, if pytest's search for fixtures loaded that module.

Why it is slow:
    pytest looks at each name of a module in search of fixtures, and that loads what was lazy. The import takes as long
    as any other.

Evidence:
    The source of the files that the traced round loaded, and the modules that pytest loaded while it collected, but did
    not import. The saving is 0 here: `heavy-import`, `module-level-compute` and other causes have the time.

Fix:
    Import it in the test or fixture that needs it, or make the imports of the code under test lazy.

Source:
    Measured with pytest 9.2 on Python 3.15, and with LazyLoader and pytest 7 and 9 on Python 3.11 and 3.12.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from collectbench.attribution.origins import is_pytest
from collectbench.attribution.requests import BY_CALL
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.versions import version_of
from collectbench.model.costs import Origin
from collectbench.sources.lazy_imports import LazyImport, lazy_imports
from collectbench.sources.statements import run_at_import

WITH_LAZY = (3, 15)


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields a note for each file."""
    scanned = _loaded_by_the_scan(evidence)
    has_syntax = version_of(evidence.environment.python) >= WITH_LAZY
    if not scanned and not has_syntax:
        return
    for module, origin in evidence.attribution.origins.items():
        if origin not in (Origin.TEST, Origin.CONFTEST):
            continue
        found = [*(_by_syntax(evidence, module.path) if has_syntax else ()), *_by_call(evidence, module.path, scanned)]
        if found:
            found.sort(key=lambda each: each.statement.lineno)
            yield Candidate(
                subject=evidence.display(module.path),
                title=f"lazy imports have no effect in {evidence.display(module.path)}",
                evidence=(f"lazy: {', '.join(each.subject for each in found)}",),
                locations=tuple(evidence.location(module.path, each.statement.lineno) for each in found),
                fix="import it in the test or fixture that needs it",
                is_note=True,
            )


def _loaded_by_the_scan(evidence: Evidence) -> frozenset[str]:
    """The modules that pytest loaded by looking at them: in a collector, and by no import statement."""
    collectors = {frame.index for frame in evidence.trace.collectors}
    by_pytest = (edge for edge in evidence.trace.edges if edge.during in collectors and is_pytest(edge.importer))
    return frozenset(edge.name for edge in by_pytest if edge.fromlist == BY_CALL)


def _by_syntax(evidence: Evidence, path: str) -> Iterable[LazyImport]:
    lines, tree = evidence.sources.lines(path), evidence.sources.tree(path)
    if tree is None or not any("lazy" in line for line in lines):
        return ()
    return lazy_imports("\n".join(lines).encode(), tree)


def _by_call(evidence: Evidence, path: str, scanned: Collection[str]) -> Iterator[LazyImport]:
    """The calls that a file makes at module level with the name of one of these modules."""
    lines = evidence.sources.lines(path)
    if not any(name in line for name in scanned for line in lines):
        return
    tree = evidence.sources.tree(path)
    for node, statement, _ in () if tree is None else run_at_import(tree):
        for argument in node.args if isinstance(node, ast.Call) else ():
            if isinstance(argument, ast.Constant) and argument.value in scanned:
                yield LazyImport(statement, str(argument.value))


CAUSE = Cause(id="lazy-without-effect", doc=__doc__, find=find)
