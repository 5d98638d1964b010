"""A line computes while its module is imported.

What it detects:
    A statement outside of functions in the project's code that computes for long: it builds a table or a data frame.

    Imports count as imports. Lines that wait or use files are `module-level-wait` and `module-level-io`; decorators
    with parameters are `expensive-argvalues`.

Why it is slow:
    pytest imports each test module before the first test runs, so the result is computed in each run, even if no
    selected test needs it.

Evidence:
    Samples of the line that runs, in the time of the module's own code.

Fix:
    Move the work into a fixture, with `scope="session"` if several tests need the value. In a module of the
    application, move it into a function with `functools.cache`.

Source:
    mteb#249, pytest-split#48.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import line_candidates
from collectbench.causes.nature import COMPUTE

TITLE = "a line computes while its module is imported"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the lines, the longest first; short ones that call the same function are one candidate."""
    yield from line_candidates(evidence, COMPUTE, TITLE)


CAUSE = Cause(id="module-level-compute", doc=__doc__, find=find)
