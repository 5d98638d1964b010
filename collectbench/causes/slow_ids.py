"""Ids of parameters are slow to make.

What it detects:
    Time in a function that is passed as `ids=`, or in `repr` or `str` of a parameter, while pytest makes ids.

    Ids that are computed in the decorator itself, such as `ids=[name(x) for x in values]`, are `expensive-argvalues`.

Why it is slow:
    pytest makes an id for each parameter of each test function. A `repr` that formats a whole object, such as an
    estimator or a data frame, runs thousands of times.

Evidence:
    Samples in which pytest makes ids, by the function of the project that it calls.

Fix:
    Return a short name that is known without formatting the value, or pass `pytest.param(value, id="name")`:

    ```python
    @pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda each: type(each).__name__)
    def test_fit(estimator): ...
    ```

Source:
    The largest cost of a suite of 47,445 items: an `ids=` function that formats estimators.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from collectbench.causes.body_lines import claims_of
from collectbench.causes.called_by_pytest import definition_of, in_pytest, qualified_name
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.hooks import slow_lines
from collectbench.causes.line_candidates import locations
from collectbench.causes.running import Running

MAKING_IDS = frozenset((
    "_idval", "_idval_from_function", "_idval_from_hook", "_idval_from_value", "_idval_from_argname",  # pytest 7.1 on
    "_idvalset", "_resolve_ids", "_validate_ids",
))  # fmt: skip
TITLE = "ids of parameters are slow to make"
FIX = 'return a short name that needs no formatting, or pass pytest.param(value, id="name")'


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each function that makes ids, and all other ids together."""
    by_function = defaultdict[tuple[str, int], list[Running]](list)
    others = list[Running]()
    for run, whole in in_pytest(evidence, MAKING_IDS):
        if run is None:
            others.append(whole)
        else:
            by_function[definition_of(evidence, run.entry)].append(run)
    for place, runs in by_function.items():
        yield _candidate(evidence, f"{qualified_name(evidence, runs[0].entry)}()", [place, *slow_lines(runs)], runs)
    yield _candidate(evidence, "ids of parameters", [], others)


def _candidate(
    evidence: Evidence, subject: str, places: Sequence[tuple[str, int]], runs: Sequence[Running]
) -> Candidate:
    seconds = defaultdict[str, float](float)
    for run in runs:
        frame = evidence.frames.get(run.frame)
        seconds[getattr(frame, "nodeid", "")] += run.seconds
    files = sorted(filter(None, seconds), key=lambda nodeid: -seconds[nodeid])
    return Candidate(
        subject=subject,
        title=TITLE,
        locations=locations(evidence, places),
        evidence=(f"for tests in {', '.join(files[:3])}" + (f" and {len(files) - 3} more" if files[3:] else ""),)
        if files
        else (),
        fix=FIX,
        claims=claims_of(runs),
    )


CAUSE = Cause(id="slow-ids", doc=__doc__, find=find)
