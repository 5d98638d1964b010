"""The command that starts the interpreter takes longer than the interpreter.

What it detects:
    A program that is not the interpreter itself, but starts it: a shim, or a script around it.

Why it is slow:
    It looks for the right environment, mostly in Python, and then starts Python again.

Evidence:
    The time until the first statement, with this command and with the interpreter that it starts: the fastest of three
    starts of each, without the time in which they waited for a processor.

Fix:
    Call the interpreter of the environment.

Source:
    vscode-python#23849.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from posixpath import basename

from collectbench.attribution.parts import START
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields a candidate if there is such a program."""
    start = evidence.surroundings.start
    launcher = None if start is None else start.launcher
    if launcher is None:
        return
    yield Candidate(
        subject=launcher.program,
        title=f"{basename(launcher.program)} takes longer than the interpreter that it starts",
        evidence=(f"{launcher.seconds:.2f} s to the first statement, {launcher.direct_s:.2f} s without it",),
        fix=f"call the interpreter: {launcher.executable}",
        claims=(Claim(START, max(0.0, launcher.seconds - launcher.direct_s)),),
        command=shlex.join([launcher.executable, "-m", "pytest"]),
    )


CAUSE = Cause(id="launcher", doc=__doc__, find=find)
