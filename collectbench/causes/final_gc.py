"""Python and pytest walk through all objects once more at the end.

What it detects:
    Passes of the garbage collector after the session finished, those with which Python ends among them.

Why it is slow:
    pytest collects garbage several times at its end to find resources that nobody closed. Python does so three times
    while it ends: before it removes the modules, after that, and when their globals are cleared. A large suite has
    millions of objects then. Nearly all of them are in use until the last of these passes, which frees them one by one.

Evidence:
    The passes after `pytest_sessionfinish` in the traced round. `gc.callbacks` tells those of pytest and the first of
    Python. The other two begin and end at moments that the probe records: the death of objects that it leaves in
    `sys.modules` and in `sys`, and the audit event `cpython.PyInterpreterState_Clear`.

    The time in which Python clears modules and returns memory to the system is not part of it.

Fix:
    Freeze the objects at the end of collection. The conftest code of `gc-passes` does that, too. No pass walks through
    frozen objects, and none frees them. Extension modules may rely on being collected at the end of the process.

Source:
    packaging#1385. 2.3 of 16.5 s on a real suite. CPython, `Py_FinalizeEx` and `finalize_modules` in
    Python/pylifecycle.c.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.attribution.parts import GC_AT_THE_END
from collectbench.causes.amounts import counted
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.freezing import first_conftest, freezing_diff, place_of_lines


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the passes after the session as one candidate."""
    finish_s, exit_end_s = evidence.trace.last.finish_s, evidence.trace.last.exit_end_s
    if finish_s is None or not evidence.seconds(GC_AT_THE_END):
        return
    passes = [each for each in evidence.trace.gc if each.begin_s >= finish_s]
    of_pytest = sum(exit_end_s is None or each.begin_s < exit_end_s for each in passes)
    yield Candidate(
        subject="gc at the end",
        title="pytest and Python walk through all objects once more at the end",
        evidence=(counted(of_pytest, "pass", "passes") + " after the session, and those with which Python ends",),
        fix=f"freeze the objects at the end of collection, in {first_conftest(evidence)}",
        locations=place_of_lines(evidence),
        diff=freezing_diff(evidence),
        claims=(Claim(GC_AT_THE_END),),
    )


CAUSE = Cause(id="final-gc", doc=__doc__, find=find)
