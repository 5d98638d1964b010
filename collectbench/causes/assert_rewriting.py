"""Asserts are rewritten in each run.

What it detects:
    Test files and conftests that pytest rewrites and compiles although it could keep the result: the file has a time in
    the future, its cache is removed or cannot be read, or it was rewritten by hand.

    If no bytecode is kept at all, `bytecode-disabled` and `bytecode-unwritable` say so.

Why it is slow:
    pytest parses the file, changes each `assert`, and compiles it. For a large file with many asserts, that takes far
    longer than to load the result.

Evidence:
    The time that pytest's loader spent on rewriting, in a round after a warm-up.

Fix:
    Find out why the cache is not used. A file without tests can say `PYTEST_DONT_REWRITE` in its docstring; a large
    file can be split.

Source:
    sympy/core/tests: 16.6 s with rewriting, 1.7 s without.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.attribution.parts import Part
from collectbench.causes.candidate import Candidate, claims_on
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import locations

REWRITTEN = "rewritten"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields all rewritten files together, the one that took longest first."""
    frames = [frame for frame in evidence.trace.imports if frame.bytecode == REWRITTEN and frame.compile_s > 0]
    if not frames:
        return
    frames.sort(key=lambda frame: -frame.compile_s)
    yield Candidate(
        subject="asserts",
        title="pytest rewrites the asserts of files in each run",
        locations=locations(evidence, [(frame.path, 0) for frame in frames if frame.path]),
        evidence=(f"{len(frames)} files are rewritten also after a warm-up",),
        fix="find out why pytest does not keep the rewritten files in __pycache__; split large files",
        claims=claims_on(Part("compile", frame.index) for frame in frames),
    )


CAUSE = Cause(id="assert-rewriting", doc=__doc__, find=find, proof="--assert=plain, as a bound")
