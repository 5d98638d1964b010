"""The condition of a skip mark is slow.

What it detects:
    A decorator `skipif(…)` or `xfail(…)`, or such a mark in `pytestmark`, whose condition takes long: it looks for a
    GPU, a daemon, a program or a server.

    A library that `importorskip` loads is reported by the causes of imports.

Why it is slow:
    Python evaluates the condition when it imports the module: in each run, even if no test of it is selected.

Evidence:
    Samples of the line that runs, and the syntax tree: the line lies in the mark.

Fix:
    Evaluate it in a fixture that calls `pytest.skip` or `pytest.xfail`. With `scope="session"`, it runs once:

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

TITLE = "the condition of a skip mark is slow"
FIX = 'evaluate it in a fixture with scope="session" that calls pytest.skip or pytest.xfail'


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the lines, the longest first; short ones that call the same function are one candidate."""
    yield from line_candidates(evidence, PROBE, TITLE, lambda _: FIX)


CAUSE = Cause(id="skip-probe", doc=__doc__, find=find)
