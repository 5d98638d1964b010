"""Parameters of tests or fixtures are computed in the decorator.

What it detects:
    A decorator such as `pytest.mark.parametrize(…)` or `pytest.fixture(params=…)`, or `pytestmark`, whose arguments
    take long to compute.

Why it is slow:
    The arguments of a decorator are computed when the module is imported: in each run, also if the test is not
    selected.

Evidence:
    Samples of the line that runs, and the syntax tree: the line lies in the decorator.

Fix:
    Parametrize with cheap values, such as names, and build the expensive objects in a fixture:

    ```python
    @pytest.fixture
    def frame(name):
        return build_frame(name)


    @pytest.mark.parametrize("name", ["small", "large"])
    def test_sum(frame): ...
    ```

Source:
    stk#375: from 12.8 to 3.1 s. pandas#43888.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import line_candidates
from collectbench.causes.nature import ARGVALUES

TITLE = "parameters are computed in a decorator"
FIX = "parametrize with cheap values, such as names, and build the objects in a fixture"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the lines, the longest first; short ones that call the same function are one candidate."""
    yield from line_candidates(evidence, ARGVALUES, TITLE, lambda _: FIX)


CAUSE = Cause(id="expensive-argvalues", doc=__doc__, find=find)
