"""A configuration of pytest that another file hides.

What it detects:
    Tables and sections for pytest beside the file that it reads. That is the first of `pytest.toml`, `pytest.ini`,
    `pyproject.toml`, `tox.ini` and `setup.cfg` that configures it.

Why it is slow:
    It is not slow itself. But options there, such as `testpaths` and `norecursedirs`, have no effect.

Evidence:
    The files in the directory of the configuration file. The saving is 0.

Fix:
    Move the options into one file, and remove the others.

Source:
    ABSESpy#156. pytest's documentation of configuration files.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields a note for each hidden table."""
    inifile = evidence.inspection.inifile
    for name, table in evidence.surroundings.hidden if inifile is not None else ():
        path = str(inifile.with_name(name)) if inifile is not None else name
        lines = evidence.sources.lines(path)
        number = next((number for number, line in enumerate(lines, 1) if line.strip().startswith(f"[{table}]")), 0)
        read = evidence.display(str(inifile))
        yield Candidate(
            subject=f"[{table}] in {name}",
            title=f"pytest ignores [{table}] in {name}, since it reads {read}",
            locations=(evidence.location(path, number),),
            fix=f"move the options into {read}, and remove [{table}]",
            is_note=True,
        )


CAUSE = Cause(id="shadowed-config", doc=__doc__, find=find)
