"""A condition for skipping asks something slow.

What it detects:
    A decorator `skipif(…)` or `xfail(…)`, or such a mark in `pytestmark`, whose condition takes long: it asks for a
    GPU, a daemon, a program or a server.

    A library that `importorskip` loads is an import, and reported as such.

Why it is slow:
    The condition is computed when the module is imported, in each run, also if no test of it is selected.

Evidence:
    Samples of the line that runs, and the syntax tree: the line lies in the mark.

Fix:
    Ask in a fixture that calls `pytest.skip`, and keep the answer:

    ```python
    @pytest.fixture(scope="session")
    def docker():
        if not docker_answers():
            pytest.skip("docker does not run")
    ```

Source:
    CodeNib#755, captum#402.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import line_candidates
from collectbench.causes.nature import PROBE

TITLE = "a condition for skipping asks something slow"
FIX = 'ask in a fixture with scope="session" that calls pytest.skip'


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the lines, the longest first; short ones that call the same function are one candidate."""
    yield from line_candidates(evidence, PROBE, TITLE, lambda _: FIX)


CAUSE = Cause(id="skip-probe", doc=__doc__, find=find)
