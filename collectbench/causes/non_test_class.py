"""A helper class has the name of a test class.

What it detects:
    Classes that pytest takes for test classes by their name and then skips with a PytestCollectionWarning, since they
    have `__init__` or `__new__`. Copies in several files are one finding. If a class holds tests, these never run.

Why it is slow:
    pytest makes a collector and a warning for each file that has the class. This costs little; the warnings hide those
    that matter, so the finding is a note if it saves nothing.

Evidence:
    The warnings of the run, and the collectors of these classes.

Fix:
    Set `__test__ = False` in the class, or rename it. Keep one copy in a module that is not collected. A class with
    tests needs a `setup_method` or a fixture instead of `__init__`, so that they run.

Source:
    pytest#7111. 364 copies in one repository.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from collectbench.causes.amounts import counted
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.collectors import claims_on_collectors
from collectbench.causes.custom_collector import class_line
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import locations

CATEGORY = "PytestCollectionWarning"
_MESSAGE = re.compile(r"cannot collect test class '?(\w+)'? because it has an? (__\w+__) constructor")


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each class by its name."""
    by_name = defaultdict[str, list[tuple[str, int]]](list)
    reasons = dict[str, str]()
    for category, message, path, line in evidence.trace.warnings:
        match = _MESSAGE.search(message)
        if category == CATEGORY and match:
            name, reasons[match[1]] = match[1], match[2]
            by_name[name].append((path, class_line(evidence, path, name) or line))
    for name, places in by_name.items():
        yield _candidate(evidence, name, reasons[name], sorted(places))


def _candidate(evidence: Evidence, name: str, reason: str, places: Sequence[tuple[str, int]]) -> Candidate:
    has_tests = any(_has_tests(evidence, path, name) for path in dict.fromkeys(path for path, _ in places))
    return Candidate(
        subject=name,
        title="its tests never run" if has_tests else "a helper class has the name of a test class",
        locations=locations(evidence, places),
        evidence=(f"{counted(len(places), 'warning')} of pytest that {name} has {reason}",),
        fix=f"turn {reason} into a fixture or setup_method"
        if has_tests
        else "set __test__ = False in the class, or rename it"
        + ("; keep one copy in a module that is not collected" if len(set(places)) > 1 else ""),
        claims=tuple(_claims(evidence, name)),
        bound=True,
        is_note=True,
    )


def _has_tests(evidence: Evidence, path: str, name: str) -> bool:
    """Whether a class of this name in a file has a method with the default name of a test."""
    tree = evidence.sources.tree(path)
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == name] if tree else []
    methods = (
        node for each in classes for node in each.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return any(node.name.startswith("test") for node in methods)


def _claims(evidence: Evidence, name: str) -> Iterator[Claim]:
    frames = {
        frame.index
        for _, frame in evidence.collectors()
        if frame.type == "Class" and frame.nodeid.rpartition("::")[2] == name and not frame.items
    }
    yield from claims_on_collectors(evidence, frames)


CAUSE = Cause(id="non-test-class", doc=__doc__, find=find)
