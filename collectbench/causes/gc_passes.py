"""The garbage collector walks objects that all stay.

What it detects:
    Passes of the garbage collector from the begin of collection until the session finishes.

Why it is slow:
    Collection makes modules, functions, classes and items, and nearly all of them stay until the end. Each pass of the
    oldest generation walks all of them again, and frees next to nothing.

Evidence:
    `gc.callbacks` in the traced round: the number of passes, and their time. Passes before collection, while pytest and
    plugins are imported, stay: the fix begins later.

Fix:
    Switch the collector off while pytest collects, and freeze what is there afterwards, in the first conftest:

    ```python
    import gc

    import pytest


    @pytest.hookimpl(wrapper=True)
    def pytest_collection(session):
        gc.disable()
        try:
            return (yield)
        finally:
            gc.freeze()
            gc.enable()
    ```

    Tests that count garbage see fewer objects then. `wrapper=True` needs pluggy 1.2 or newer.

Source:
    PostHog#62707: 1.9 s. networkx: 33 % of the time, with what the end of the process does to the same objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf

from collectbench.attribution.parts import GC
from collectbench.causes.amounts import counted
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.freezing import first_conftest, freezing_diff, place_of_lines
from collectbench.model.trace import GcPass

FIX = "switch the collector off while pytest collects, and freeze the objects afterwards, in {conftest}"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the passes from the begin of collection until the session finishes, as one candidate."""
    finish_s = evidence.trace.last.finish_s
    begin_s = min((frame.begin_s for frame in evidence.trace.collectors), default=inf)
    earlier = [each for each in evidence.trace.gc if finish_s is None or each.begin_s < finish_s]
    passes = [each for each in earlier if each.begin_s >= begin_s]
    if not passes:
        return
    full = sum(each.generation == 2 for each in passes)
    conftest = first_conftest(evidence)
    yield Candidate(
        subject="gc",
        title="the garbage collector walks objects that all stay",
        evidence=(f"{counted(len(passes), 'pass', 'passes')} during collection, {full} of them over all objects",),
        fix=FIX.format(conftest=conftest),
        locations=place_of_lines(evidence),
        diff=freezing_diff(evidence),
        claims=(Claim(GC, evidence.seconds(GC) * _seconds(passes) / _seconds(earlier)),),
    )


def _seconds(passes: Iterable[GcPass]) -> float:
    return sum(each.duration_s for each in passes)


CAUSE = Cause(id="gc-passes", doc=__doc__, find=find)
