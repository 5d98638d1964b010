"""Parameters of tests or fixtures are computed in the decorator.

What it detects:
    A decorator such as `pytest.mark.parametrize(…)` or `pytest.fixture(params=…)`, or `pytestmark`, whose arguments
    take long to compute.

Why it is slow:
    Python computes the arguments of a decorator when it imports the module: in each run, even if the test is not
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

import ast
from collections import defaultdict
from collections.abc import Iterator

from collectbench.causes.body_lines import claims_of
from collectbench.causes.called_by_pytest import definition_of, in_pytest, qualified_name
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.hooks import slow_lines
from collectbench.causes.line_candidates import line_candidates, locations
from collectbench.causes.nature import ARGVALUES
from collectbench.causes.running import Running
from collectbench.causes.statement import PARAMETERS, called_name
from collectbench.model.trace import CollectorFrame

READING = frozenset(("_parse_parametrize_parameters", "_for_parametrize"))
"""The functions of pytest that exhaust an iterator of parameters."""
TITLE = "parameters are computed in a decorator"
FIX = "parametrize with cheap values, such as names, and build the objects in a fixture"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields slow decorators, and the generators that pytest exhausts for parameters."""
    yield from line_candidates(evidence, ARGVALUES, TITLE, lambda _: FIX)
    by_function = defaultdict[tuple[str, int], list[Running]](list)
    for run, _ in in_pytest(evidence, READING):
        if run is not None:
            by_function[definition_of(evidence, run.entry)].append(run)
    for place, runs in by_function.items():
        yield Candidate(
            subject=f"{qualified_name(evidence, runs[0].entry)}()",
            title="a generator of parameters is slow",
            locations=locations(evidence, [*_decorators(evidence, runs), place, *slow_lines(runs)]),
            evidence=("samples in which pytest asks for parameters",),
            fix=FIX,
            claims=claims_of(runs),
        )


def _decorators(evidence: Evidence, runs: list[Running]) -> Iterator[tuple[str, int]]:
    """The decorators of the collected files that call the function that runs."""
    name = runs[0].entry.function
    frames = [evidence.frames.get(frame) for frame in sorted({run.frame for run in runs})]
    nodeids = [frame.nodeid for frame in frames if isinstance(frame, CollectorFrame)]
    for path in dict.fromkeys(evidence.file_of(nodeid) for nodeid in nodeids):
        tree = evidence.sources.tree(path)
        for node in ast.walk(tree) if tree is not None else ():
            for decorator in getattr(node, "decorator_list", ()):
                names = {each.id for each in ast.walk(decorator) if isinstance(each, ast.Name)}
                if name in names and called_name(decorator).rpartition(".")[2] in PARAMETERS:
                    yield path, decorator.lineno


CAUSE = Cause(id="expensive-argvalues", doc=__doc__, find=find)
