"""Python and pytest walk through all objects once more at the end.

What it detects:
    Passes of the garbage collector after the session finished, and the one with which Python ends.

Why it is slow:
    pytest collects garbage several times at its end to find resources that nobody closed, and Python does so again
    while it ends. A large suite has millions of objects then, and nearly all of them are still in use.

Evidence:
    `gc.callbacks` in the traced round: the passes after `pytest_sessionfinish`. Python's own pass comes later and calls
    nobody back. It walks through the same objects, so it counts as long as the last pass, as a part of the time after
    the functions of `atexit`.

Fix:
    Freeze the objects at the end of collection. The conftest code of `gc-passes` does that, too. Extension modules may
    rely on being collected at the end of the process.

Source:
    packaging#1385. 2.3 of 16.5 s on a real suite. CPython, `Py_FinalizeEx` in Python/pylifecycle.c.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.attribution.parts import GC_AT_THE_END, TEARDOWN
from collectbench.causes.amounts import counted
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.freezing import first_conftest, freezing_diff
from collectbench.model.trace import GcPass


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the passes after the session as one candidate."""
    finish_s, exit_end_s = evidence.trace.last.finish_s, evidence.trace.last.exit_end_s
    passes = [each for each in evidence.trace.gc if finish_s is not None and each.begin_s >= finish_s]
    if passes:
        conftest = first_conftest(evidence)
        yield Candidate(
            subject="gc at the end",
            title="pytest and Python walk through all objects once more at the end",
            evidence=(f"{counted(len(passes), 'pass', 'passes')} after the session",),
            fix=f"freeze the objects at the end of collection, in {conftest}",
            diff=freezing_diff(evidence),
            claims=(Claim(GC_AT_THE_END), Claim(TEARDOWN, _own_pass_s(evidence, passes[-1], exit_end_s))),
        )


def _own_pass_s(evidence: Evidence, last: GcPass, exit_end_s: float | None) -> float:
    """Returns the seconds of Python's own pass: those of the last one, and at most those of its finalisation."""
    if exit_end_s is None:
        return 0.0
    return max(0.0, min(last.duration_s, evidence.attribution.sample.wall_s - exit_end_s))


CAUSE = Cause(id="final-gc", doc=__doc__, find=find, proof="the objects frozen")
