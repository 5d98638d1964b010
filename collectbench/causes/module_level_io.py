"""A line uses files, processes, sockets or a database while its module is imported.

What it detects:
    A statement outside of functions in the project's code that spends most of its time in functions with I/O. They open
    files, list directories, start processes, connect sockets or open a database.

    Not reported: the same calls in tests and fixtures, and files that Python's import machinery reads.

Why it is slow:
    pytest imports each test module before the first test runs. The line costs time in each run, even if `-k` selects
    other tests. It also fails if a service does not answer.

Evidence:
    Samples of the line that runs, and audit events (`open`, `subprocess.Popen`, `socket.connect`, `sqlite3.connect`) of
    the functions that were running.

Fix:
    Move the work into a fixture, with `scope="session"` if several tests need the value:

    ```python
    @pytest.fixture(scope="session")
    def version():
        return subprocess.run(["tool", "--version"], check=True, capture_output=True).stdout
    ```

Source:
    pytest#5851: 40 s a module. airflow#46797: from 30 to 9 s.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import line_candidates
from collectbench.causes.nature import IO

TITLE = "files, processes or sockets are used while a module is imported"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the lines, the longest first; short ones that call the same function are one candidate."""
    yield from line_candidates(evidence, IO, TITLE)


CAUSE = Cause(id="module-level-io", doc=__doc__, find=find)
