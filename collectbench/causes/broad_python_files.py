"""The pattern for test files is so broad that pytest imports modules without tests.

What it detects:
    Files without tests and test classes that fit a pattern of `python_files`, but none of pytest's own, `test_*.py` and
    `*_test.py`.

Why it is slow:
    pytest imports each file that fits a pattern, even if it only holds helpers, data or scripts. All that the file
    imports is loaded, too.

Evidence:
    Collectors of modules with no items, the patterns of the configuration, and the time of these modules' own code.

Fix:
    Narrow the pattern, so that it only fits files with tests.

Source:
    scanpy#327.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from posixpath import basename

from collectbench.attribution.parts import Part
from collectbench.causes.amounts import counted
from collectbench.causes.candidate import Candidate, Claim, claims_on
from collectbench.causes.cause import Cause
from collectbench.causes.collectors import claims_on_collectors
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import locations
from collectbench.model.trace import CollectorFrame

USUAL = ("test_*.py", "*_test.py")
OWN = ("frame", "find", "compile")


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each broad pattern with the files that only it collects."""
    broad = [pattern for pattern in evidence.inspection.patterns if pattern not in USUAL]
    by_pattern = defaultdict[str, list[CollectorFrame]](list)
    for _, frame in evidence.collectors() if broad else ():
        name = basename(frame.nodeid)
        is_empty = frame.type == "Module" and not frame.items and frame.outcome == "passed"
        if is_empty and name != "__init__.py" and not any(fnmatch(name, pattern) for pattern in USUAL):
            pattern = next((pattern for pattern in broad if fnmatch(name, pattern)), "")
            if pattern:
                by_pattern[pattern].append(frame)
    for pattern, frames in by_pattern.items():
        yield _candidate(evidence, pattern, frames)


def _candidate(evidence: Evidence, pattern: str, frames: Sequence[CollectorFrame]) -> Candidate:
    paths = [evidence.file_of(frame.nodeid) for frame in frames]
    return Candidate(
        subject=f"python_files {pattern}",
        title="the pattern for test files is so broad that pytest imports modules without tests",
        locations=locations(evidence, [(path, 0) for path in paths]),
        evidence=(f"{counted(len(frames), 'file')} without tests, by {pattern} only",),
        fix="narrow python_files so that it only fits files with tests",
        claims=tuple(_claims(evidence, frozenset(paths), frames)),
    )


def _claims(evidence: Evidence, paths: frozenset[str], frames: Sequence[CollectorFrame]) -> Iterator[Claim]:
    numbers = {frame.index for frame in frames}
    yield from claims_on_collectors(evidence, numbers)
    for number, path in evidence.bodies.items():
        if path in paths and evidence.attribution.modules.frames[number].parent in numbers:
            yield from claims_on(Part(kind, number) for kind in OWN)


CAUSE = Cause(id="broad-python-files", doc=__doc__, find=find)
