"""A line waits while its module is imported.

What it detects:
    A statement outside of functions in the project's code that waits for more than half of its time, and uses no file,
    process or socket: a sleep, a lock, a loop that tries again.

Why it is slow:
    Each run waits before the first test, even if `-k` selects other tests.

Evidence:
    Samples of the line that runs, and the time in which the main thread neither ran nor had to queue for a processor.

Fix:
    Move the wait into a fixture of the tests that need it.

Source:
    Measured on projects with a planted sleep: `tests/projects/waiting`.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import line_candidates
from collectbench.causes.nature import WAIT

TITLE = "a line waits while its module is imported"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the lines, the longest first; short ones that call the same function are one candidate."""
    yield from line_candidates(evidence, WAIT, TITLE)


CAUSE = Cause(id="module-level-wait", doc=__doc__, find=find)
