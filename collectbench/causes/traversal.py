"""Directories without tests cost time, since pytest walks through them.

What it detects:
    Directories below the collected ones in which pytest finds no file to collect: data, generated files, documents,
    front ends. The topmost directory of each such tree is reported.

    Not reported: directories that are ignored already, and any directory with pytest before 8, which has no collectors
    for directories.

Why it is slow:
    For each directory and each file, pytest calls several hooks before it knows that there is nothing to collect.

Evidence:
    The collectors of directories, and samples taken while they run. pytest's loop around the collectors is not counted:
    it takes about as long as the recording of their hooks.

Fix:
    Name the directories of the tests in `testpaths`, or the others in `norecursedirs`, or pass `--ignore`:

    ```toml
    [tool.pytest.ini_options]
    addopts = "--ignore=tests/data"
    ```

Source:
    FACT_core#956: from 5.0 to 3.0 s. pytest#12312.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from posixpath import dirname

from collectbench.causes.amounts import counted
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.collectors import claims_on_collectors
from collectbench.causes.evidence import Evidence
from collectbench.model.trace import CollectorFrame

TABLE = "[tool.pytest.ini_options]"
OF_DIRECTORIES = frozenset(("Dir", "Package"))


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each topmost directory without tests."""
    directories = [frame for _, frame in evidence.collectors() if frame.type in OF_DIRECTORIES and frame.nodeid]
    with_tests = _with_tests(evidence)
    by_top = defaultdict[str, list[CollectorFrame]](list)
    empty = {frame.nodeid for frame in directories if frame.nodeid not in with_tests}
    for frame in directories:
        if frame.nodeid in empty:
            by_top[_topmost(frame.nodeid, empty)].append(frame)
    for top, frames in by_top.items():
        yield _candidate(evidence, top, frames)


def _with_tests(evidence: Evidence) -> Collection[str]:
    """The directories in which a file is collected, or that fail, so that nothing is known about them."""
    found = set[str]()
    for _, frame in evidence.collectors():
        if frame.type in OF_DIRECTORIES and frame.outcome == "passed":
            continue
        path = frame.nodeid.partition("::")[0]
        while path and path not in found:
            found.add(path)
            path = dirname(path)
    return found


def _topmost(nodeid: str, empty: Collection[str]) -> str:
    while dirname(nodeid) in empty:
        nodeid = dirname(nodeid)
    return nodeid


def _candidate(evidence: Evidence, top: str, frames: Sequence[CollectorFrame]) -> Candidate:
    return Candidate(
        subject=top,
        title="pytest walks through directories that hold no tests",
        evidence=(f"{counted(len(frames), 'directory', 'directories')} without a file that pytest collects",),
        fix=f"ignore {top}: --ignore={top} in addopts, norecursedirs, or testpaths that do not contain it",
        diff=f'{TABLE}\n+addopts = "--ignore={top}"\n' if _lacks_options(evidence) else "",
        claims=claims_on_collectors(evidence, {frame.index for frame in frames}),
    )


def _lacks_options(evidence: Evidence) -> bool:
    """Whether the configuration file has the table, and no addopts in it: a second addopts would break the file."""
    lines = [] if evidence.inspection.inifile is None else evidence.sources.lines(str(evidence.inspection.inifile))
    return TABLE in lines and not any(line.lstrip().startswith("addopts") for line in lines)


CAUSE = Cause(id="traversal", doc=__doc__, find=find)
