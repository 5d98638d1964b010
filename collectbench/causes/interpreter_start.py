"""Installed packages run code at each start of Python.

What it detects:
    Lines of `.pth` files that import something, `sitecustomize` and `usercustomize`.

Why it is slow:
    Python runs them before its first statement, in each process: also in those that tests start.

Evidence:
    The interpreter alone, started three times with `-X importtime`: the time of each such line in the fastest start.

Fix:
    Uninstall the package that brings the file where it is not needed. In a `sitecustomize` of your own, import less.

Source:
    setuptools#3006.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from collectbench.attribution.parts import START
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.model.interpreter_start import StartHook

LARGEST = 3


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields a candidate for each line or module."""
    start = evidence.surroundings.start
    for hook in start.hooks if start is not None else ():
        is_line = hook.path.endswith(".pth")
        subject = basename(hook.path)
        largest = sorted(hook.modules, key=lambda module: -module.self_s)[:LARGEST]
        modules = "1 module" if len(hook.modules) == 1 else f"{len(hook.modules):,} modules"
        names = ", ".join(f"{each.name} {each.self_s * 1000:.0f} ms" for each in largest)
        yield Candidate(
            subject=subject,
            title=f"{subject} runs at each start of Python",
            evidence=(f"imports {modules}{f': {names}' if names else ''}",),
            locations=(evidence.location(hook.path, _line(evidence, hook) if is_line else 0),),
            fix="uninstall the package that brings it" if is_line else "import less in it",
            claims=(Claim(START, hook.seconds),),
        )


def _line(evidence: Evidence, hook: StartHook) -> int:
    """The number of the line in its file; 0 if it has changed."""
    lines = enumerate(evidence.sources.lines(hook.path), 1)
    return next((number for number, line in lines if line.strip() == hook.text.strip()), 0)


CAUSE = Cause(id="interpreter-start", doc=__doc__, find=find)
