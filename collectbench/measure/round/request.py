"""A round as it is requested, and the child process that this comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from collectbench.measure.process.launch import STACK_SIGNAL, Invocation
from collectbench.measure.round.bench import Bench
from collectbench.model.intervention import NOTHING, Intervention
from collectbench.model.probe_files import RUNNER
from collectbench.model.sample import RoundKind
from collectbench.model.target import Target

COLLECT_ONLY = ("--collect-only", "-qq", "--maxfail=0", "--continue-on-collection-errors")
"""`--maxfail` and `-x` in addopts would end collection early, and look like a speed-up."""

COUNTED_ENV: Mapping[str, str] = {"PYTHONHASHSEED": "0"}
"""The order of sets of strings decides what some suites import: the same work repeats only with a fixed one."""

RUN_TESTS = ("--maxfail=0", "--continue-on-collection-errors")
"""Tests that `--maxfail` or `-x` in addopts would skip have no outcome to compare."""

CHANGED = "-changed"
"""What the modes of the probe end with in an experiment."""

_PROBE_MODES = {
    RoundKind.COUNTED: "counted",
    RoundKind.TRACED: "traced",
    RoundKind.SAMPLED: "sampled",
    RoundKind.OUTCOMES: "outcomes",
}
"""The probe's word for kinds of rounds in which it is more than a reporter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRequest:
    """One round of a target.

    Attributes:
        target: its paths, arguments and environment.
        kind: the kind of its sample.
        guarded: whether the probe watches which of the user's files are touched (about 1 % more CPU time); not for
            rounds that explain. Counted rounds are watched in any case.
        env: changes to the environment for this round alone.
        expected_s: about how long the round will take, for sampled rounds.
        keep_ids: whether the round keeps the node ids, so that two rounds can be compared.
        pytest_args: our own arguments of pytest, after the user's.
        only: of rounds that record outcomes: the ids of the tests to keep, all others are deselected; None for all.
        stop_on: likewise: the ids of the tests whose failure ends the session.
        intervention: what an arm of an experiment does differently, or nothing; None outside of experiments.
    """

    target: Target
    kind: RoundKind = RoundKind.TIMED
    guarded: bool = False
    env: Mapping[str, str] = field(default_factory=dict)
    expected_s: float = 0.0
    keep_ids: bool = False
    pytest_args: tuple[str, ...] = COLLECT_ONLY
    only: tuple[str, ...] | None = None
    stop_on: tuple[str, ...] = ()
    intervention: Intervention | None = None

    @property
    def probe_mode(self) -> str:
        """The mode of the probe, in its own word."""
        mode = _PROBE_MODES.get(self.kind, "timed")
        if self.guarded:
            mode = f"guarded-{mode}" if mode in ("traced", "outcomes") else "guarded"
        return mode if self.intervention is None else f"{mode}{CHANGED}"

    @property
    def leaves_notes(self) -> bool:
        """Whether the probe notes which of the user's files are touched. The time of counted rounds is never quoted."""
        return self.guarded or self.kind is RoundKind.COUNTED

    @property
    def env_changes(self) -> dict[str, str]:
        """The variables that differ from the bench's environment. The hash seed of counted rounds always wins."""
        changes = {} if self.intervention is None else self.intervention.env
        variables = {**self.target.env, **self.env, **changes}
        set_ = {name: value for name, value in variables.items() if value is not None}
        return {**set_, **(COUNTED_ENV if self.kind is RoundKind.COUNTED else {})}

    @property
    def unset(self) -> frozenset[str]:
        """The variables that the intervention takes away."""
        changes = {} if self.intervention is None else self.intervention.env
        return frozenset(name for name, value in changes.items() if value is None)


def pytest_arguments(request: RoundRequest, from_cwd: Callable[[str], str] = str) -> tuple[str, ...]:
    """The arguments of pytest: the user's, then ours, then the paths.

    `from_cwd` turns a path of the target into one that is relative to the directory in which pytest is started.
    """
    target = request.target
    ignored = tuple(f"--ignore={from_cwd(path)}" for path in target.ignored)
    changed = request.intervention or NOTHING
    own = target.paths if changed.paths is None else changed.paths
    paths = tuple(f"./{path}" if path.startswith("-") else path for path in map(from_cwd, own))
    if target.module is not None and changed.paths is None:
        paths = (target.module,)
    user_args = target.pytest_args if changed.user_args is None else changed.user_args
    changes = changed.pytest_args
    return (*user_args, *changes, *request.pytest_args, *ignored, *paths)


def invocation(bench: Bench, request: RoundRequest, directory: Path) -> Invocation:
    """The child process of a round: the probe by its path, its own three parameters, then pytest's."""
    probe = (str(RUNNER), str(directory), request.probe_mode, str(int(STACK_SIGNAL)))
    changed = request.intervention or NOTHING
    argv = (*(changed.python or bench.python), *changed.python_args, *probe, *pytest_arguments(request, bench.from_cwd))
    env = {name: value for name, value in bench.env.items() if name not in request.unset}
    return Invocation(argv=argv, cwd=bench.cwd, env={**env, **request.env_changes})
