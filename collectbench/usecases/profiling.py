"""The rounds behind a profile: timed ones for the figure, one traced, one sampled; and what is made of them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from collectbench.attribution.attribute import Subject, profile
from collectbench.attribution.frame_costs import NO_CALIBRATION, Calibration
from collectbench.attribution.origins import Places
from collectbench.cli.pytest_output import show_pytest_output
from collectbench.judge.statistics import median
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.machine.environment import environment
from collectbench.measure.round.round import Round
from collectbench.model.costs import Profile
from collectbench.model.errors import CollectionError
from collectbench.model.run import Environment
from collectbench.model.sample import RoundKind
from collectbench.model.target import Target
from collectbench.model.trace import Trace
from collectbench.usecases.measure_options import MeasureOptions
from collectbench.usecases.measuring import measure_to_explain
from collectbench.usecases.project import Project
from collectbench.usecases.recording import TOOL, notes_after, notes_before, now


def profile_target(project: Project, options: MeasureOptions, *, sampled: bool) -> Profile:
    """Measure the one target of the plan, trace it, and say where the time went.

    Raises:
        Interrupted: SIGINT or SIGTERM arrived.
        CollectionError: the traced round left no trace, since pytest did not start.
        UsageError: the interpreter cannot be started any more, or networkx is missing here.
    """
    (target,) = project.plan.targets
    stamp = environment(project.inspection, project.env, project.root)
    session = measure_to_explain(
        project, options, (RoundKind.TRACED, RoundKind.SAMPLED) if sampled else (RoundKind.TRACED,)
    )
    rounds = session.rounds[target.name]
    show_pytest_output(session.rounds, everything=options.show_output)
    notes = [*notes_before(project, options, stamp), *notes_after(session), *notes_on_rounds(rounds)]
    if sampled:
        notes += why_no_calls(rounds, project.python[0])
    return profile_of(project, target, stamp, rounds, notes)


def profile_of(
    project: Project, target: Target, stamp: Environment, rounds: Sequence[Round], notes: Sequence[str] = ()
) -> Profile:
    """What the rounds of a target come to; at least one of them is traced.

    Raises:
        CollectionError: the traced round left no trace.
    """
    traced, trace = _traced(rounds)
    timed = [each for each in rounds if _is_timed(each)]
    walls_s = [each.sample.wall_s for each in timed]
    subject = Subject(
        tool=TOOL,
        created=now(),
        environment=stamp,
        target=target.name,
        status=traced.status,
        message=traced.message,
        wall_s=median(walls_s) if walls_s else None,
        timed_rounds=len(walls_s),
        calibration=_calibration(timed, traced),
        counts=traced.counts,
        memory_timeline=traced.timeline,
        calls=next((each.calls for each in rounds if each.calls is not None), None),
        lines=next((each.lines for each in rounds if each.lines), ()),
        notes=tuple(dict.fromkeys(notes)),
    )
    places = Places(
        rootdir=str(project.root),
        targets=tuple(str(project.root / path) for path in target.paths),
        stdlib=project.inspection.stdlib,
        site_packages=project.inspection.installed,
    )
    return profile(trace, sample=traced.sample, subject=subject, places=places)


def _is_timed(each: Round) -> bool:
    """Whether a round counts for the headline: one that broke off is no measurement of the whole."""
    return each.sample.kind is RoundKind.TIMED and each.status not in WITHOUT_COLLECTION


def _least_disturbed(rounds: Sequence[Round]) -> Round:
    """The shortest of the traced rounds, since noise only adds time; one that broke off where there is any."""
    traced = [each for each in rounds if each.sample.kind is RoundKind.TRACED]
    return min(traced, key=lambda each: (each.status not in WITHOUT_COLLECTION, each.sample.wall_s))


def _calibration(timed: Sequence[Round], traced: Round) -> Calibration:
    """What timed rounds tell: how long the process takes to end, and what the traced one took longer.

    The traced round is the shortest of its kind, so it is held against the shortest timed one.
    """
    if not timed:
        return NO_CALIBRATION
    return Calibration(
        teardown_s=median([each.sample.phases.get("teardown", 0.0) for each in timed]),
        overhead_s=max(0.0, traced.sample.wall_s - min(each.sample.wall_s for each in timed)),
    )


def _traced(rounds: Sequence[Round]) -> tuple[Round, Trace]:
    traced = _least_disturbed(rounds)
    if traced.trace is None:
        why = traced.message or traced.status.value
        raise CollectionError(f"there is no trace, since pytest did not get that far: {why}")
    return traced, traced.trace


def notes_on_rounds(rounds: Sequence[Round]) -> Iterator[str]:
    """What the rounds themselves have to say, and which ended otherwise than the traced one, which is shown."""
    traced = _least_disturbed(rounds)
    for each in rounds:
        yield from each.notes
        if each.status is not traced.status and each.sample.kind in (RoundKind.WARMUP, RoundKind.TIMED):
            how = f"{each.status.value}: {each.message}" if each.message else each.status.value
            yield f"not all rounds ended alike; a {each.sample.kind.value} round: {how}"


def why_no_calls(rounds: Sequence[Round], python: str) -> Iterator[str]:
    """Why there is no call tree, and how to get one from the interpreter `python`; nothing where there is one."""
    sampled = next((each for each in rounds if each.sample.kind is RoundKind.SAMPLED), None)
    if sampled is None:
        yield "there is no call tree: its round was left out, since collection had failed before"
    elif sampled.status in WITHOUT_COLLECTION:
        yield f"there is no call tree, since the sampled round failed: {sampled.message}"
    elif sampled.calls is None and _does_not_fit(sampled.no_calls):
        install = shlex.join([python, "-m", "pip", "install", "pyinstrument"])
        yield f"there is no call tree: no pyinstrument that fits this interpreter ({sampled.no_calls}); {install}"
    elif sampled.calls is None:
        yield f"there is no call tree: {sampled.no_calls or 'pyinstrument wrote none'}"


def _does_not_fit(error: str) -> bool:
    """Whether another pyinstrument would help: it is compiled for one version of Python.

    Where a module of the project hides it, which then "is not a package", installing one would change nothing.
    """
    return error.startswith(("ImportError:", "ModuleNotFoundError:")) and "is not a package" not in error
