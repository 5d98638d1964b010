"""Python searches many directories for each import.

What it detects:
    20 or more directories on `sys.path`: those of PYTHONPATH, of `pythonpath` in the configuration, and one that pytest
    adds in front for each directory of test files without `__init__.py`.

Why it is slow:
    Python searches one directory after the other until one has the module, and checks the modification time of each.
    The directories that pytest adds come before all others.

Evidence:
    The time to find top-level modules in the traced round, beyond three times that of a module within a package, which
    has one directory. Three times is usual with a short `sys.path`.

Fix:
    Name fewer directories. Give test directories an `__init__.py`, or use `--import-mode=importlib`, with which pytest
    adds none: test files cannot import each other by their bare name then.

Source:
    pytest#3919: 30 to 40 % of the time. 300 test directories: 0.87 s to find 709 modules, 0.10 s with one directory.
"""

from __future__ import annotations

from collections.abc import Iterator
from os import pathsep
from posixpath import basename, dirname
from statistics import median

from collectbench.attribution.parts import Part
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.options import configured_at
from collectbench.model.trace import ImportFrame

MANY = 20
USUAL = 3.0
"""Time to find a top-level module, in times of one within a package: 2.7 and 3.2 in a project with one directory."""


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields one candidate for all imports."""
    files = [frame for frame in evidence.trace.imports if frame.path]
    within = [evidence.seconds(Part("find", frame.index)) for frame in files if "." in frame.module]
    top = [frame for frame in files if "." not in frame.module]
    named, added = _named(evidence), _added(evidence, top)
    if len(named) + len(added) < MANY or not within:
        return
    usual_s = USUAL * median(within)
    parts = [Part("find", frame.index) for frame in top]
    find_s = evidence.seconds(*parts)
    if len(added) > len(named):
        subject, fix = "test directories", "use --import-mode=importlib, or give test directories an __init__.py"
        locations = configured_at(evidence, "addopts")
    else:
        subject = "PYTHONPATH" if evidence.variables.get("PYTHONPATH") else "pythonpath"
        fix, locations = f"name fewer directories in {subject}", configured_at(evidence, "pythonpath")
    yield Candidate(
        subject=subject,
        title=f"Python searches {len(named) + len(added):,} directories for each import",
        evidence=(f"{find_s:.2f} s to find {len(top):,} modules, {1000 * find_s / len(top):.2f} ms each",),
        locations=locations,
        fix=fix,
        claims=tuple(Claim(part, max(0.0, evidence.seconds(part) - usual_s)) for part in parts),
    )


def _named(evidence: Evidence) -> set[str]:
    """The directories of the variable and of the configuration, as they are written."""
    written = evidence.surroundings.settings.get("pythonpath", ())
    configured = written.split() if isinstance(written, str) else written if isinstance(written, list) else ()
    variable = evidence.variables.get("PYTHONPATH", "").split(pathsep)
    return {str(each) for each in (*configured, *variable) if each}


def _added(evidence: Evidence, top: list[ImportFrame]) -> set[str]:
    """The directories from which collected files were imported by their bare name."""
    collected = {evidence.file_of(each.nodeid) for _, each in evidence.collectors()}
    return {
        dirname(frame.path) for frame in top if frame.path in collected and basename(frame.path) == f"{frame.module}.py"
    }


CAUSE = Cause(id="long-sys-path", doc=__doc__, find=find)
