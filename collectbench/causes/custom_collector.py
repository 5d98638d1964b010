"""A collector of the project or of a plugin is slow.

What it detects:
    `collect()` of a collector class that the project or an installed plugin defines, such as one for YAML files,
    notebooks or feature files. The time includes making the items.

Why it is slow:
    The collector parses its file in each run, even if no item of it is selected. A hook of pytest calls it, so a
    profile shows the time under "pytest".

Evidence:
    The collectors by their class, and samples taken while they run.

Fix:
    Read only as much as the names of the items need, and parse the rest in `runtest()`. Or keep parsed files in a
    cache.

Source:
    pytest#13420, pytest-bdd#233.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence

from collectbench.causes.amounts import counted
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.collectors import claims_on_collectors
from collectbench.causes.evidence import Evidence
from collectbench.causes.hooks import slow_lines
from collectbench.causes.line_candidates import locations
from collectbench.causes.running import is_pytest_path
from collectbench.model.trace import CollectorFrame

TITLE = "a collector of {whose} is slow"
FIX_PLUGIN = "upgrade the plugin, or ignore its files (--ignore-glob) in runs that do not need them"
FIX = "read only as much as the names of the items need, and parse the rest in runtest()"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each class of collectors that is not pytest's own."""
    by_class = defaultdict[tuple[str, str], list[CollectorFrame]](list)
    for _, frame in evidence.collectors():
        if frame.class_path and not is_pytest_path(frame.class_path):
            by_class[frame.class_path, frame.type].append(frame)
    for (path, name), frames in by_class.items():
        yield _candidate(evidence, path, name, frames)


def _candidate(evidence: Evidence, path: str, name: str, frames: Sequence[CollectorFrame]) -> Candidate:
    numbers = frozenset(frame.index for frame in frames)
    runs = [run for run in evidence.runs if run.frame in numbers]
    is_own = evidence.is_project(path)
    items = sum(frame.items for frame in frames)
    return Candidate(
        subject=name,
        title=TITLE.format(whose="the project" if is_own else "a plugin"),
        locations=locations(evidence, [(path, class_line(evidence, path, name)), *slow_lines(runs)]),
        evidence=(f"{counted(len(frames), 'collector')}, {counted(items, 'item')}",),
        fix=FIX if is_own else FIX_PLUGIN,
        claims=claims_on_collectors(evidence, numbers),
    )


def class_line(evidence: Evidence, path: str, name: str) -> int:
    """Returns the line of a class of this name in a file; 0 if there is none."""
    tree = evidence.sources.tree(path)
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)) if tree is not None else ()
    return next((node.lineno for node in classes if node.name == name), 0)


CAUSE = Cause(id="custom-collector", doc=__doc__, find=find)
