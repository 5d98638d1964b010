"""A package loads all of its modules for one name.

What it detects:
    Import lines in the `__init__` of a package of the project that only pass names on. No line that ran uses one of
    these names, and nothing else loads their modules.

Why it is slow:
    `from kit import tool` executes `kit/__init__.py` as a whole. If that imports every module of the package to offer
    its names, each user of one name pays for all of them.

Evidence:
    The import statements of the traced round, and the source of the `__init__` and of the files that import the whole
    package. The saving is the time of the modules that nothing loads without the unused lines.

Fix:
    Load the names when they are first used (PEP 562):

    ```python
    from importlib import import_module

    _HOMES = {"tool_1": "kit.part_1", "tool_2": "kit.part_2"}


    def __getattr__(name):
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)
    ```

    `if TYPE_CHECKING:` keeps the imports for type checkers.

Source:
    A facade of 52 names behind 194 imports in one repository.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from collectbench.attribution.line_graph import ImportLine, Point
from collectbench.attribution.modules import Module
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.exported_names import Exports, exports_of
from collectbench.causes.import_claims import claims_on_modules, not_loaded_without

FIX = "load the names of {package} when they are first used: a __getattr__ in its __init__ (PEP 562)"
SHOWN = 5


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the packages whose `__init__` loads more than is used."""
    graph = evidence.import_lines
    for package in evidence.attribution.modules.all:
        if basename(package.path) != "__init__.py" or not evidence.is_project_file(package.path):
            continue
        exports = exports_of(evidence, package)
        if exports and exports.unused:
            lines = (line for line in graph.after.get(package, ()) if isinstance(line, ImportLine))
            unused = [line for line in lines if line.path == package.path and line.line in exports.unused]
            saved = not_loaded_without(evidence, unused)
            if graph.cost_of_s(saved) >= evidence.smallest_s:
                yield _candidate(evidence, package, exports, unused, saved)


def _candidate(
    evidence: Evidence, package: Module, exports: Exports, unused: list[ImportLine], saved: set[Point]
) -> Candidate:
    graph = evidence.import_lines
    saved_s = {line: graph.cost_of_s(graph.behind([line], [package]) & saved) for line in unused}
    ordered = sorted((line for line in unused if saved_s[line]), key=lambda line: (-round(saved_s[line], 3), line.line))
    used = ", ".join(sorted(exports.used)[:SHOWN]) or "none"
    importers = [f"{evidence.display(path)}:{line}" for path, line in exports.importers[:SHOWN]]
    return Candidate(
        subject=package.name,
        title=f"{package.name} loads modules for names that nobody uses in this run",
        locations=tuple(evidence.location(line.path, line.line) for line in ordered),
        evidence=(
            f"it passes {exports.names} names on; used: {used}",
            *((f"imported by {', '.join(importers)}",) if importers else ()),
        ),
        fix=FIX.format(package=package.name),
        claims=claims_on_modules(evidence, saved),
    )


CAUSE = Cause(id="package-exports", doc=__doc__, find=find)
