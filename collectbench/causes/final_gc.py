"""Python and pytest walk through all objects once more at the end.

What it detects:
    Passes of the garbage collector after the session finished.

Why it is slow:
    pytest collects garbage several times at its end to find resources that nobody closed, and Python does so again
    while it ends. A large suite has millions of objects then, and nearly all of them are still in use.

Evidence:
    `gc.callbacks` in the traced round: the passes after `pytest_sessionfinish`.

Fix:
    Freeze the objects at the end of collection. The conftest code of `gc-passes` does that, too. Extension modules may
    rely on being collected at the end of the process.

Source:
    packaging#1385. 2.3 of 16.5 s on a real suite.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.attribution.parts import GC_AT_THE_END
from collectbench.causes.amounts import counted
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.freezing import first_conftest, freezing_diff


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the passes after the session as one candidate."""
    finish_s = evidence.trace.last.finish_s
    passes = [each for each in evidence.trace.gc if finish_s is not None and each.begin_s >= finish_s]
    if passes:
        conftest = first_conftest(evidence)
        yield Candidate(
            subject="gc at the end",
            title="pytest and Python walk through all objects once more at the end",
            evidence=(f"{counted(len(passes), 'pass', 'passes')} after the session",),
            fix=f"freeze the objects at the end of collection, in {conftest}",
            diff=freezing_diff(evidence),
            claims=(Claim(GC_AT_THE_END),),
        )


CAUSE = Cause(id="final-gc", doc=__doc__, find=find, proof="the objects frozen")
