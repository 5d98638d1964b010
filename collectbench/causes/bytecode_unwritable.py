"""The directories `__pycache__` cannot be written, so each run compiles the same files again.

What it detects:
    Modules that the traced round compiled, and whose `__pycache__` cannot be written: the file system is read-only, or
    the directory belongs to another user.

Why it is slow:
    pytest parses each test file, rewrites its assertions and compiles it. Reading the result takes about 2 % of that
    time. Neither Python nor pytest says that it cannot write.

Evidence:
    The modules that the traced round compiled, and the permissions of their directories. The saving is the time for
    compiling, with the passes of the garbage collector that it starts, less 2 % for reading the bytecode.

Fix:
    Set PYTHONPYCACHEPREFIX to a directory that can be written and stays from run to run.

Source:
    Python's documentation of PYTHONPYCACHEPREFIX.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from collectbench.causes.bytecode_reading import claims, compiled, in_words
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.model.trace import ImportFrame


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields one candidate for all modules in directories that cannot be written."""
    bytecode, unwritable = evidence.environment.bytecode, evidence.surroundings.unwritable

    def is_lost(frame: ImportFrame) -> bool:
        return bytecode == "unwritable" or dirname(frame.path) in unwritable

    frames = [frame for frame in compiled(evidence) if is_lost(frame)]
    if bytecode == "disabled" or not frames:
        return
    directories = sorted({dirname(frame.path) for frame in frames} & unwritable)
    subject = evidence.display(directories[0]) if len(directories) == 1 else "__pycache__"
    yield Candidate(
        subject=subject,
        title="__pycache__ cannot be written, so each run compiles the same files again",
        evidence=(in_words(frames),),
        fix="set PYTHONPYCACHEPREFIX to a directory that can be written and stays from run to run",
        claims=claims(evidence, is_lost),
        bound=True,  # as in bytecode-disabled
        command="env PYTHONPYCACHEPREFIX=/var/tmp/pycache python -m pytest",
    )


CAUSE = Cause(id="bytecode-unwritable", doc=__doc__, find=find)
