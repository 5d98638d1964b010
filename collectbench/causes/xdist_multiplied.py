"""Every worker of pytest-xdist collects everything.

What it detects:
    `-n` in addopts or on the command line, if all workers together need over a second more than one process.

Why it is slow:
    Each worker starts Python and pytest and collects all tests before it gets its share of them. With more workers than
    processors they wait for each other.

Evidence:
    The number of workers, the processors, and the timed round. pytest does not start workers while it only collects, so
    no round of the diagnosis has them: the saving is 0 here. `--workers 1,2,4` measures what they cost.

Fix:
    Start at most as many workers as there are processors. In CI, give each job its own files.

Source:
    pytest-xdist#353.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.options import configured_at, values_of

LEAST_S = 1.0
NAMES = ("-n", "--numprocesses")
AUTO = "PYTEST_XDIST_AUTO_NUM_WORKERS"
"""The variable with the number of workers of `-n auto` and `-n logical`."""


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields one note."""
    values = values_of(evidence.arguments, *NAMES)
    processors, wall_s = evidence.environment.cpu_count, evidence.wall_s
    workers = _workers(evidence, values[-1]) if values else 0
    if wall_s is None or (workers - 1) * wall_s < LEAST_S:
        return
    together = f"{workers} workers collect for {workers * wall_s:.1f} s together, on {processors} processors"
    advice = f"start at most {processors} workers; " if workers > processors else ""
    yield Candidate(
        subject=f"-n {values[-1]}",
        title="every worker of pytest-xdist collects everything",
        evidence=(f"{together}; one process takes {wall_s:.1f} s",),
        locations=next(filter(None, (configured_at(evidence, each) for each in _spellings(values[-1]))), ()),
        fix=f"{advice}in CI, give each job its own files",
        is_note=True,
    )


def _workers(evidence: Evidence, value: str) -> int:
    if value in ("auto", "logical"):
        value = evidence.variables.get(AUTO) or str(evidence.environment.cpu_count)
    if not value.isdigit():
        return 0
    most = values_of(evidence.arguments, "--maxprocesses")[-1:]
    limits = [int(each) for each in most if each.isdigit() and int(each)]  # 0 is no limit
    return min([int(value), *limits])


def _spellings(value: str) -> Iterator[str]:
    for name in NAMES:
        yield from (f"{name}{between}{value}" for between in (" ", "=", ""))


CAUSE = Cause(id="xdist-multiplied", doc=__doc__, find=find)
