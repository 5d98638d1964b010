"""The commands that may follow a diagnosis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collectbench.causes import xdist_multiplied
from collectbench.model.diagnosis import Diagnosis, TargetDiagnosis
from collectbench.model.reason import Advice
from collectbench.render.diagnosis.findings import shown_of
from collectbench.usecases.command_line import CommandLine

MORE = 20
"""The findings that `--top` shows in the advice; with still more of them, all."""


def next_steps(diagnosis: Diagnosis, typed: CommandLine, top: int) -> tuple[Advice, ...]:
    """Returns what to do after a diagnosis, of which the user sees `top` findings of each target."""
    return tuple(step for step in _steps(diagnosis, typed, top) if step.command)


def _steps(diagnosis: Diagnosis, typed: CommandLine, top: int) -> Iterator[Advice]:
    shown = [shown_of(target.findings, None) for target in diagnosis.targets]
    first = [each for one in shown for each in (*one.findings, *one.notes)]
    if first:
        about = replace(typed, options=(), targets=(), pytest_args=())
        yield Advice("about the first finding", about.other("diagnose", "--explain", first[0].cause))
    longest = max((len(one.findings) for one in shown), default=0)
    if longest > top and not typed.has("--verbose"):
        yield Advice("more findings", typed.again("--top", str(max(longest, MORE))))
    if any(target.workers and target.workers.tests is None for target in diagnosis.targets):
        yield Advice("durations of the tests, which tell the best number of workers", _recording(typed))
    if not typed.has("--workers") and any(_is_about_workers(target) for target in diagnosis.targets):
        yield Advice("what -n costs", typed.again("--workers", "1,2,4"))
    collected = any(target.counts and target.counts.items for target in diagnosis.targets)
    if collected and not typed.has("--from"):
        target = typed.targets[0] if len(typed.targets) == 1 else None
        if len(typed.targets) <= 1:
            yield Advice("tables and a page of where the time goes", typed.other("profile", target=target))


def _recording(typed: CommandLine) -> str:
    """The command that records the durations of the tests, as outcomes have them."""
    return typed.other("verify", "--record", target=typed.targets[0] if len(typed.targets) == 1 else None)


def _is_about_workers(target: TargetDiagnosis) -> bool:
    return any(finding.cause == xdist_multiplied.CAUSE.id for finding in target.findings)
