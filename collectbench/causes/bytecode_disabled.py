"""Python writes no bytecode, so each run compiles the same files again.

What it detects:
    `PYTHONDONTWRITEBYTECODE`, `-B`, or a line of the project that sets `sys.dont_write_bytecode`, if the traced round
    had to compile modules. Modules that `pip install` has compiled cost nothing, and are not reported.

Why it is slow:
    pytest parses each test file, rewrites its assertions and compiles it. Reading the result takes about 2 % of that
    time. pytest keeps the result only if Python may write bytecode.

Evidence:
    The modules that the traced round compiled, and the time for that, with the passes of the garbage collector that it
    starts. 2 % are left for reading the bytecode. That was not measured in this project, so the saving is an upper
    limit.

Fix:
    Unset the variable. Where `__pycache__` in the source tree is unwanted, set PYTHONPYCACHEPREFIX to a directory that
    stays from run to run. In a container image, unset the variable for the tests.

Source:
    sympy/core/tests: 16.6 s with PYTHONDONTWRITEBYTECODE=1, 1.7 s without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from collectbench.causes.bytecode_reading import claims, compiled, in_words
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.model.diagnosis import Location

VARIABLE = "PYTHONDONTWRITEBYTECODE"
_SETS = re.compile(r"^\s*sys\.dont_write_bytecode\s*=\s*True\b")


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields one candidate for all modules."""
    frames = compiled(evidence)
    if not frames:
        return
    locations: tuple[Location, ...] = ()
    if evidence.environment.bytecode == "disabled":
        by_variable = bool(evidence.variables.get(VARIABLE))
        subject, fix = (VARIABLE, f"unset {VARIABLE}") if by_variable else ("-B", "start Python without -B")
    elif locations := tuple(_lines(evidence)):
        subject, fix = "sys.dont_write_bytecode", "remove the line"
    else:
        return
    yield Candidate(
        subject=subject,
        title="Python keeps no bytecode, so each run compiles the same files again",
        evidence=(in_words(frames),),
        locations=locations,
        fix=f"{fix}; to keep the source tree clean, set PYTHONPYCACHEPREFIX to a directory that stays",
        claims=claims(evidence),
        bound=True,  # nobody has measured how long it takes to read the bytecode instead
        command=f"env -u {VARIABLE} python -m pytest" if subject == VARIABLE else "",
    )


def _lines(evidence: Evidence) -> Iterator[Location]:
    """The lines of loaded modules that switch it off."""
    loaded = dict.fromkeys(frame.path for frame in evidence.trace.imports if evidence.is_project_file(frame.path))
    for path in loaded:
        for number, line in enumerate(evidence.sources.lines(path), 1):
            if _SETS.match(line):
                yield evidence.location(path, number)


CAUSE = Cause(id="bytecode-disabled", doc=__doc__, find=find)
