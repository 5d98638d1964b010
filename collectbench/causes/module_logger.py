"""A logger of the application is made at module level and loads its configuration.

What it detects:
    `logger = …` or `log = …` outside of functions, whose time goes to another file of the project.

    Not reported: `logging.getLogger`.

Why it is slow:
    A module that only needs a logger loads the configuration of the application, in each run.

Evidence:
    Samples of the line that runs, and the name that the line assigns.

Fix:
    Use `logging.getLogger(__name__)`, and configure logging where the application starts.

Source:
    31 files, 1.4 s in one repository.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import line_candidates
from collectbench.causes.nature import LOGGER

TITLE = "a logger loads the configuration of the application while a module is imported"
FIX = "use logging.getLogger(__name__), and configure logging where the application starts"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the lines, the longest first; short ones that call the same function are one candidate."""
    yield from line_candidates(evidence, LOGGER, TITLE, lambda _: FIX)


CAUSE = Cause(id="module-logger", doc=__doc__, find=find)
