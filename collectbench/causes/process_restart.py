"""A conftest or plugin starts the interpreter anew.

What it detects:
    Calls of `os.execv` and its like that replace the process by pytest again.

Why it is slow:
    All that the process did before is done a second time: the start of Python, pytest, plugins, and often conftests.

Evidence:
    Two first statements in one process, the time between them, and the line of the call.

Fix:
    Set the variable, or the option of the interpreter, that the restart is for before pytest starts: in the command, or
    in the configuration of the CI job.

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
            title=f"{place} starts the interpreter anew",
            evidence=(f"{restart.repeated_s:.2f} s of work before", f"the command: {restart.command}"),
            locations=(evidence.location(restart.path, restart.line),) if restart.path else (),
            fix="set what the restart is for before pytest starts",
            claims=(Claim(START, restart.repeated_s),),
        )


CAUSE = Cause(id="process-restart", doc=__doc__, find=find)
