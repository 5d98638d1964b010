"""Tracebacks of collection errors take time to format.

What it detects:
    Time in which pytest reads and parses sources to show the errors of files that fail to import.

Why it is slow:
    For each entry of a traceback, pytest parses the whole file to find the statement. A large file costs tens of
    milliseconds for each error.

Evidence:
    Samples in pytest's `repr_failure` while it collects, and the number of failed files.

Fix:
    Fix or remove the files. `--tb=native` shows errors without parsing files.

Source:
    0.25 of 13 s in one repository.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.amounts import counted
from collectbench.causes.body_lines import claims_of
from collectbench.causes.called_by_pytest import in_pytest
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import locations

FORMATTING = frozenset(("repr_failure", "_repr_failure_py", "getrepr", "_traceback_filter", "prepare_traceback"))
FIX = "fix or remove the files; --tb=native shows errors without parsing files"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields all tracebacks together."""
    runs = [whole for _, whole in in_pytest(evidence, FORMATTING)]
    failed = [frame for _, frame in evidence.collectors() if frame.outcome == "failed"]
    if runs and failed:
        yield Candidate(
            subject="tracebacks",
            title="pytest formats the tracebacks of collection errors",
            locations=locations(
                evidence, [(frame.error_path, frame.error_line) for frame in failed if frame.error_path]
            ),
            evidence=(f"{counted(len(failed), 'collector')} failed",),
            fix=FIX,
            claims=claims_of(runs),
        )


CAUSE = Cause(id="error-formatting", doc=__doc__, find=find)
