"""What the recorded state knows of a target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import join, normpath

from collectbench.model.collected_state import CollectError
from collectbench.model.verification import Case, Choice, Outcome, TargetVerification, Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The recorded outcomes that a target is compared with.

    Attributes:
        outcomes: by node id, without tests that did not run.
        choices: of the tests that were recorded, several if they are of several targets; none if nothing is recorded.
        must_pass: whether all tests must pass now, since all had to fail when they were recorded.
        errors: of collection.
    """

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    must_pass: bool = False
    errors: tuple[CollectError, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether anything is recorded of the target."""
        return bool(self.choices)


def recorded_of(state: Verification, name: str, paths: Sequence[str], ignored: Sequence[str] = ()) -> Recorded:
    """What a state knows of a target: under its name, else of all tests below its paths, without the ignored ones.

    So a state of `tests` tells about the target `tests/api` as well. Paths are relative to the root.
    """
    for target in state.targets:
        if target.name == name:
            return recorded_target(target)
    parts = [(target, _held(target, paths, ignored)) for target in state.targets]
    errors = (error for target in state.targets for error in target.collect_errors)
    return _recorded(
        [(target, cases) for target, cases in parts if cases],
        tuple(error for error in errors if _holds(error.path, paths, ignored)),
    )


def _held(target: TargetVerification, paths: Sequence[str], ignored: Sequence[str]) -> list[Case]:
    """The tests of a target whose files lie below the paths."""
    files = {case.nodeid.partition("::")[0] for case in target.tests}
    held = {file for file in files if _holds(normpath(join(target.node_ids_from, file)), paths, ignored)}
    return [case for case in target.tests if case.nodeid.partition("::")[0] in held]


def recorded_target(target: TargetVerification) -> Recorded:
    """What a target of a state says about itself."""
    return _recorded([(target, target.tests)], target.collect_errors)


def _recorded(parts: Sequence[tuple[TargetVerification, Sequence[Case]]], errors: tuple[CollectError, ...]) -> Recorded:
    return Recorded(
        outcomes={
            case.nodeid: case.outcome for _, cases in parts for case in cases if case.outcome is not Outcome.NOT_RUN
        },
        choices=tuple(dict.fromkeys(target.choice for target, _ in parts)),
        must_pass=bool(parts) and all(target.expects_failures for target, _ in parts),
        errors=errors,
    )


def _holds(path: str, paths: Sequence[str], ignored: Sequence[str]) -> bool:
    return is_below(path, paths) and not is_below(path, ignored)


def is_below(path: str, directories: Iterable[str]) -> bool:
    """Whether a path is one of the directories or lies in one of them; `.` holds everything."""
    return any(each in {".", path} or path.startswith(f"{each}/") for each in directories)
