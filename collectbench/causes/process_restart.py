"""A conftest or plugin starts the interpreter again.

What it detects:
    Calls of functions such as `os.execv` that replace the process by a new run of pytest.

Why it is slow:
    The process does its work a second time: the start of Python, pytest, plugins, and often conftests.

Evidence:
    Two starts in one process, the time between their first statements, and the line of the call.

Fix:
    A restart sets a variable or an option of the interpreter. Set that before pytest starts: in the command, or in the
    configuration of the CI job.

Source:
    pytest-xdist#56.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.attribution.parts import START
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields a candidate for each restart."""
    for restart in evidence.surroundings.restarts:
        place = evidence.display(restart.path) if restart.path else "a process"
        yield Candidate(
            subject=place,
            title=f"{place} starts the interpreter again",
            evidence=(f"{restart.repeated_s:.2f} s of work before the restart", f"the command: {restart.command}"),
            locations=(evidence.location(restart.path, restart.line),) if restart.path else (),
            fix="set the variable or option of the restart before pytest starts: in the command or the CI job",
            claims=(Claim(START, restart.repeated_s),),
        )


CAUSE = Cause(id="process-restart", doc=__doc__, find=find)
