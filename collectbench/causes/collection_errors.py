"""Files fail to be collected.

What it detects:
    Files that fail while pytest collects them, grouped by error. Also a collection that breaks off: a conftest fails,
    the process crashes, or the time limit is reached. Both are reported even if they cost no time.

Why it is slow:
    Each error costs its traceback, and the imports above the line that fails. `failing-file` has the time of these
    imports. Worse: the tests in these files do not run.

Evidence:
    The errors of collectors in the traced round. The place is the line that raised the error, or that imported the
    module with the error.

Fix:
    Fix the files. If a module is missing, install it, or skip the file with `pytest.importorskip`.

Source:
    collected repositories: in one of them 38 files failed, and nobody had noticed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from posixpath import join

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.collection_failures import Failure, failures_of
from collectbench.causes.evidence import Evidence
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.model.diagnosis import Location
from collectbench.model.sample import Status

MOST_MESSAGES = 5
"""Errors of one class with more messages, such as those with a path in them, are one finding."""
_FIXES = {
    Status.TIMEOUT: "correct the line that waits, or raise --timeout",
    Status.CRASHED: "run python -m pytest --collect-only to see where it crashes",
}
"""What to do about a collection that broke off. A failure has its error in the message."""
_ByError = dict[tuple[str, str], list[Failure]]


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the files that fail, those with the same error as one candidate."""
    by_error: _ByError = {}
    for failure in failures_of(evidence):
        by_error.setdefault((failure.error, failure.message), []).append(failure)
    for (error, message), failures in _with_few_messages(by_error):
        files = list(dict.fromkeys(evidence.display(failure.path) for failure in failures))
        what = f"{error}: {message}" if message else error
        yield Candidate(
            subject=files[0] if len(files) == 1 else f"{len(files)} files",
            title=f"{files[0]} fails: {what}" if len(files) == 1 else f"{len(files)} files fail: {what}",
            locations=tuple(location for failure in failures for location in failure.locations),
            fix="install the missing module, correct the import, or skip the file with pytest.importorskip"
            if error.endswith(("ImportError", "ModuleNotFoundError"))
            else "correct the line that raises the error",
            evidence=() if message or not failures[0].message else (f"such as {failures[0].message}",),
            is_note=True,
        )
    if evidence.status in WITHOUT_COLLECTION and not by_error:
        yield from _whole(evidence)


def _with_few_messages(by_error: _ByError) -> Iterator[tuple[tuple[str, str], list[Failure]]]:
    """The failures by class and message; those of a class with many messages together, without a message."""
    messages = Counter(error for error, _ in by_error)
    together: _ByError = {}
    for (error, message), failures in by_error.items():
        together.setdefault((error, message if messages[error] <= MOST_MESSAGES else ""), []).extend(failures)
    yield from together.items()


def _whole(evidence: Evidence) -> Iterator[Candidate]:
    """A round that did not get as far as the errors of files: the place is in the message."""
    match = _PLACE.search(evidence.message)
    locations: tuple[Location, ...] = ()
    if match is not None:
        path = join(evidence.places.rootdir, match["path"])
        locations = (evidence.location(path, int(match["line"] or 0)),)
    yield Candidate(
        subject=match["path"] if match is not None else evidence.status.value,
        title=f"no tests are collected: {evidence.message or evidence.status.value}",
        locations=locations,
        fix=_FIXES.get(evidence.status, "correct the error: until then, no test runs"),
        is_note=True,
    )


_PLACE = re.compile(r"(?P<path>[^\s:;]+\.py):(?P<line>\d+)?")
"""A file of the project in a message, with its line if that is known."""
CAUSE = Cause(id="collection-errors", doc=__doc__, find=find)
