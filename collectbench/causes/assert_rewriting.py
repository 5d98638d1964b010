"""Asserts are rewritten in each run.

What it detects:
    Test files and conftests that pytest rewrites and compiles again after a warm-up: the result in `__pycache__` is
    removed, cannot be read, or no longer fits the file, because something writes the file before each run.

    If no bytecode is kept at all, `bytecode-disabled` and `bytecode-unwritable` say so.

Why it is slow:
    pytest parses the file, changes each `assert`, and compiles it. For a large file with many asserts, that takes far
    longer than loading the result.

Evidence:
    The time that pytest's loader spent on rewriting, in a round after a warm-up, with the passes of the garbage
    collector that it starts, less 2 % for reading the bytecode.

Fix:
    Look for a tool that removes `__pycache__` or writes the files before each run. In a file without asserts, such as a
    conftest, `PYTEST_DONT_REWRITE` in the docstring switches rewriting off. A large file can be split.

Source:
    sympy/core/tests: 16.6 s with rewriting, 1.7 s without.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.amounts import counted
from collectbench.causes.bytecode_reading import claims
from collectbench.causes.candidate import Candidate
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
        evidence=(f"{counted(len(frames), 'file')} rewritten again after a warm-up",),
        fix="look for a tool that removes __pycache__ or writes these files before each run; split large files",
        claims=claims(evidence, lambda frame: frame.bytecode == REWRITTEN),
    )


CAUSE = Cause(id="assert-rewriting", doc=__doc__, find=find)
