"""What the user asks of `verify`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from collectbench.model.target import Target
from collectbench.model.verification import Choice
from collectbench.usecases.project import Project, choosing

TIMEOUT_S = 3600.0
"""How long the tests of one target may take: the configured `timeout` is for collection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """The options of one command.

    Attributes:
        choice: the tests to run within each target.
        state_file: where the state is; None for its usual place.
        record: whether to record the outcomes rather than compare them.
        expect_failures: whether every test must fail.
        min_success: the least success percentage; None for no limit.
        fast_fail: whether the first newly failing test ends the command.
        reruns: how often changed tests run again.
        allow_mismatch: whether to compare although the environments differ in what matters.
        timeout_s: seconds that the process of one target may take.
    """

    choice: Choice = field(default_factory=Choice)
    state_file: Path | None = None
    record: bool = False
    expect_failures: bool = False
    min_success: float | None = None
    fast_fail: bool = False
    reruns: int = 2
    allow_mismatch: bool = False
    timeout_s: float = TIMEOUT_S

    @property
    def judges_alone(self) -> bool:
        """Whether there is something to judge without a recorded state."""
        return self.record or self.expect_failures or self.min_success is not None


def chosen(target: Target, choice: Choice) -> Choice:
    """The choice within a target: its own and the user's together."""
    return Choice(
        markers=_both(target.markers, choice.markers),
        keywords=_both(target.keywords, choice.keywords),
    )


def _both(first: str, second: str) -> str:
    return f"({first}) and ({second})" if first and second else first or second


def with_chosen_tests(project: Project, choice: Choice) -> Project:
    """The project with the targets whose tests run: the suite only if there is no other target.

    pytest takes the last `-m` and `-k`: so those of a target are repeated in the user's.
    """
    plan = project.plan
    targets = plan.targets or ((plan.suite,) if plan.suite else ())
    return replace(project, plan=replace(plan, targets=tuple(_with(targets, choice)), suite=None))


def _with(targets: tuple[Target, ...], choice: Choice) -> Iterator[Target]:
    for target in targets:
        own = chosen(target, choice)
        arguments = choosing(own.markers if choice.markers else "", own.keywords if choice.keywords else "")
        yield replace(target, pytest_args=(*target.pytest_args, *arguments))


def refusals_of(pytest_args: tuple[str, ...]) -> Iterator[str]:
    """Mistakes in the arguments for pytest: `verify` has options of its own that choose tests."""
    for argument in pytest_args:
        if argument in ("-m", "-k") or (argument[:2] in ("-m", "-k") and not argument.startswith("--")):
            option = argument[:2]
            yield f"-- {argument}: give {option} before --, so that the state remembers which tests were chosen"
