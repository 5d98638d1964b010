"""Bytecode is lost from job to job, so the first run compiles everything.

What it detects:
    Rounds in a CI job (the variable `CI`): the first one compiled modules of the project, and the next one found them
    compiled. On a developer's machine that happens once, and is not reported.

Why it is slow:
    A fresh checkout has no bytecode. Even if a cache of the CI system restores it, Python compiles again: bytecode
    holds the modification time of its source, and a checkout gives each file a new one. pytest before 9.2 does the
    same.

Evidence:
    The modules that the first traced round compiled, and the time for that, with the passes of the garbage collector
    that it starts. The diagnosis shows the second traced round, which does not contain this time. So the saving is 0
    here.

Fix:
    Keep the directory of PYTHONPYCACHEPREFIX in a cache of the CI system. pytest 9.2 and later recognise test files by
    their content. For other files, and for older releases of pytest, run `git restore-mtime` before the tests. It gives
    each file the time of its last commit.

Source:
    pytest#14905: 500 test files with many assertions take 99 s without bytecode and 5.9 s with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.attribution.parts import Part
from collectbench.causes.bytecode_reading import COMPILED, collecting_s, in_words
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields one note for all modules."""
    warm_up = evidence.surroundings.warm_up
    is_kept = evidence.environment.bytecode == "written"
    if warm_up is None or not is_kept or evidence.variables.get("CI", "").lower() in ("", "0", "false"):
        return
    trace, parts = warm_up.trace, warm_up.parts
    frames = [each for each in trace.imports if each.bytecode in COMPILED and evidence.is_project_file(each.path)]
    compile_s = sum(parts.get(Part("compile", frame.index), 0.0) for frame in frames)
    compile_s += collecting_s(trace, parts, frames)
    if compile_s < evidence.smallest_s:
        return
    yield Candidate(
        subject="bytecode",
        title="bytecode is lost from job to job, so the first run compiles everything",
        evidence=(f"{in_words(frames).replace('this', 'the first')}: {compile_s:.2f} s",),
        fix="set PYTHONPYCACHEPREFIX, keep its directory in a cache of the CI system, and run git restore-mtime",
        is_note=True,
    )


CAUSE = Cause(id="bytecode-stale", doc=__doc__, find=find)
