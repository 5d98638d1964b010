"""The durations of tests: from a file that the user names, else from the state that `verify` has recorded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from collectbench.model.errors import CollectbenchError, UsageError
from collectbench.model.verification import Outcome
from collectbench.model.workers import TestTime
from collectbench.store.junit_files import read_junit_times
from collectbench.usecases.project import Project
from collectbench.usecases.verifying.state import StateSlot, shown
from collectbench.usecases.wording import explain_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """Seconds of tests.

    Attributes:
        source: the file that they come from; empty if nothing is known.
        tests: by the name that `name_of` makes of a node id.
        name_of: the name of a test in the source.
        notes: what a reader must know about the source.
    """

    source: str = ""
    tests: Mapping[str, TestTime] = field(default_factory=dict)
    name_of: Callable[[str], str] = str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The durations of one target's tests; None if none is known, and what a reader must know about them."""

    tests: tuple[TestTime, ...] | None
    notes: tuple[str, ...] = ()


def junit_durations(file: Path | None, numbers: Collection[int]) -> Durations | None:
    """Return the durations in the file of `--junit`, for the numbers of workers; None without a file.

    Raises:
        UsageError: there is no number to use them for, or the file has no durations; the message says why.
    """
    if file is None:
        return None
    if not numbers:
        raise UsageError("--junit: durations only tell the best number of workers; add --workers 1,2,4")
    try:
        times = read_junit_times(file)
    except UsageError as error:
        raise UsageError(*(f"--junit {reason}" for reason in error.mistakes)) from error
    return Durations(source=str(file), tests={each.name: each for each in times}, name_of=junit_name)


def junit_name(nodeid: str) -> str:
    """Return class name and name of a test as pytest writes them into JUnit XML, with `::` between them.

    Source: `mangle_test_address` in _pytest/junitxml.py.
    """
    head, bracket, parameters = nodeid.partition("[")
    path, *names = head.split("::")
    *owners, name = (path.replace("/", ".").removesuffix(".py"), *names)
    return f"{'.'.join(owners)}::{name}{bracket}{parameters}"


def recorded_durations(project: Project) -> Durations:
    """Return the durations in the recorded state of the project; none, with a note, if it cannot be used."""
    try:
        slot = StateSlot.of(project, None)
        if not slot.is_there:
            return Durations()
        state = slot.read()
    except CollectbenchError as error:
        return Durations(notes=(f"durations of tests are unknown: {explain_error(error)}",))
    tests = {
        case.nodeid: TestTime(file=case.nodeid.partition("::")[0], name=case.nodeid, seconds=case.duration_s)
        for target in state.targets
        for case in target.tests
        if case.outcome is not Outcome.NOT_RUN
    }
    machine, here = state.environment.cpu_model, project.environment.cpu_model
    source = shown(slot.path)
    notes = (f"the durations in {source} are of another machine: {machine}",) if machine != here else ()
    return Durations(source=source, tests=tests, notes=notes)


def durations_of(durations: Durations, nodeids: Collection[str]) -> Chosen:
    """Return the durations of the collected tests; of all tests in the source if it names none of these."""
    if not durations.tests:
        return Chosen(tests=None, notes=durations.notes)
    found = tuple(_known(durations, nodeids))
    if not found:
        every = tuple(durations.tests.values())
        note = f"{durations.source} names none of the collected tests, so all of its {len(every):,} tests count"
        return Chosen(tests=every, notes=(*durations.notes, note))
    missing = len(nodeids) - len(found)
    note = f"{missing:,} of {len(nodeids):,} collected tests are not in {durations.source}, and count nothing"
    return Chosen(tests=found, notes=(*durations.notes, *((note,) if missing else ())))


def _known(durations: Durations, nodeids: Collection[str]) -> Iterator[TestTime]:
    for nodeid in nodeids:
        test = durations.tests.get(durations.name_of(nodeid))
        if test is not None:
            yield TestTime(file=nodeid.partition("::")[0], name=nodeid, seconds=test.seconds)
