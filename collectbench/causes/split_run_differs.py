"""A part of the tests reads another configuration file than the whole.

What it detects:
    Files that configure pytest in directories between its rootdir and the tests.

Why it is slow:
    It is not slow itself. But pytest takes the configuration file and the rootdir from the paths that it gets. A job
    that runs only such a directory has other options, ids and caches than a job that runs all tests.

Evidence:
    The configuration files in the directories of the collected files. The saving is 0.

Fix:
    Keep one configuration file, or name it in every job: `-c FILE --rootdir DIRECTORY`.

Source:
    pytest#6359, sentry#106686.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields a note for each file."""
    inifile = evidence.inspection.inifile
    whole = "no configuration file" if inifile is None else evidence.display(str(inifile))
    for path in evidence.surroundings.configured:
        shown = evidence.display(path)
        yield Candidate(
            subject=shown,
            title=f"pytest {dirname(shown)} reads {shown}, and a run of all tests reads {whole}",
            locations=(evidence.location(path, 0),),
            fix="keep one configuration file, or name it in every job with -c FILE --rootdir DIRECTORY",
            is_note=True,
        )


CAUSE = Cause(id="split-run-differs", doc=__doc__, find=find)
