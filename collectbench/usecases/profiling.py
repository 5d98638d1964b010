"""A profile and its rounds: timed ones for the headline figure, traced and sampled ones that explain it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from collectbench.attribution.attribute import Attribution, attribute
from collectbench.attribution.frame_costs import NO_CALIBRATION, Calibration
from collectbench.attribution.origins import Places
from collectbench.attribution.profile_document import Subject, profile
from collectbench.judge.statistics import median
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.round.round import Round
from collectbench.model.costs import Profile
from collectbench.model.errors import CollectionError
from collectbench.model.probe_files import PROBE
from collectbench.model.sample import RoundKind
from collectbench.model.target import Target
from collectbench.model.trace import Trace
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.measuring import measure_to_explain
from collectbench.usecases.origin import TOOL, now
from collectbench.usecases.project import Project
from collectbench.usecases.recording import notes_after, notes_before
from collectbench.usecases.start_of_pytest import require_start_of_pytest


def explaining_kinds(*, sampled: bool) -> tuple[RoundKind, ...]:
    """The kinds of rounds that explain the timed ones."""
    return (RoundKind.TRACED, *((RoundKind.SAMPLED,) if sampled else ()))


def profile_target(project: Project, feedback: Feedback, *, sampled: bool) -> Profile:
    """The profile of the only target of the plan, with a call tree if `sampled`.

    Raises:
        Interrupted: a signal arrived.
        CollectionError: pytest does not start, or the traced round left no trace.
        UsageError: the interpreter cannot be started any more.
    """
    require_start_of_pytest(project)
    (target,) = project.plan.targets
    session = measure_to_explain(project, explaining_kinds(sampled=sampled), feedback)
    rounds = session.rounds[target.name]
    notes = [*notes_before(project), *notes_after(session), *notes_on_rounds(rounds)]
    if sampled:
        notes += why_no_calls(rounds, project.python[0])
    return profile_of(project, target, rounds, notes)


def profile_of(project: Project, target: Target, rounds: Sequence[Round], notes: Sequence[str] = ()) -> Profile:
    """The profile that follows from the rounds of a target, at least one of them traced.

    Raises:
        CollectionError: the traced round left no trace.
    """
    traced, _ = traced_of(rounds)
    timed = [round_ for round_ in rounds if is_timed(round_)]
    walls_s = [round_.sample.wall_s for round_ in timed]
    subject = Subject(
        tool=TOOL,
        created=now(),
        environment=project.environment,
        target=target.name,
        status=traced.status,
        message=traced.message,
        wall_s=median(walls_s) if walls_s else None,
        timed_rounds=len(walls_s),
        counts=traced.counts,
        memory_timeline=traced.timeline,
        calls=next((round_.calls for round_ in rounds if round_.calls is not None), None),
        lines=next((round_.lines for round_ in rounds if round_.lines), ()),
        notes=tuple(dict.fromkeys(notes)),
        probe=str(PROBE),
    )
    attribution = attribution_of(project, target, rounds)
    return profile(attribution, subject)


def attribution_of(project: Project, target: Target, rounds: Sequence[Round]) -> Attribution:
    """The attribution of the least disturbed traced round of a target.

    Raises:
        CollectionError: the traced round left no trace.
    """
    traced, trace = traced_of(rounds)
    paths = [project.root / path for path in target.paths]  # Python may see them without their symbolic links
    places = Places(
        rootdir=str(project.root),
        targets=tuple(dict.fromkeys(map(str, (*paths, *(path.resolve() for path in (*paths, project.root)))))),
        stdlib=project.inspection.stdlib,
        site_packages=project.inspection.installed,
        node_ids_from=next((each.collected.rootdir for each in rounds if each.collected), "")
        or str(project.inspection.rootdir),
    )
    calibration = _calibration([round_ for round_ in rounds if is_timed(round_)], traced)
    return attribute(trace, sample=traced.sample, places=places, calibration=calibration, waits=traced.waits)


def is_timed(round_: Round) -> bool:
    """Whether a round counts for the headline figure: one that broke off did not measure the whole."""
    return round_.sample.kind is RoundKind.TIMED and round_.status not in WITHOUT_COLLECTION


def _least_disturbed(rounds: Sequence[Round]) -> Round:
    """The shortest of the traced rounds, since noise only adds time; one that broke off if there is any."""
    traced = [round_ for round_ in rounds if round_.sample.kind is RoundKind.TRACED]
    return min(traced, key=lambda round_: (round_.status not in WITHOUT_COLLECTION, round_.sample.wall_s))


def _calibration(timed: Sequence[Round], traced: Round) -> Calibration:
    """The teardown time of timed rounds, and the overhead of the traced one.

    The traced round is the shortest of its kind, so it is compared with the shortest timed one.
    """
    if not timed:
        return NO_CALIBRATION
    return Calibration(
        teardown_s=median([round_.sample.phases.get("teardown", 0.0) for round_ in timed]),
        overhead_s=max(0.0, traced.sample.wall_s - min(round_.sample.wall_s for round_ in timed)),
    )


def traced_of(rounds: Sequence[Round]) -> tuple[Round, Trace]:
    """The least disturbed traced round, and its trace.

    Raises:
        CollectionError: it left no trace.
    """
    traced = _least_disturbed(rounds)
    if traced.trace is None:
        why = traced.message or traced.status.value
        raise CollectionError(f"there is no trace, since pytest did not get that far: {why}")
    return traced, traced.trace


def notes_on_rounds(rounds: Sequence[Round]) -> Iterator[str]:
    """The rounds' own notes, and the rounds that ended otherwise than the traced one, which is shown."""
    traced = _least_disturbed(rounds)
    for round_ in rounds:
        yield from round_.notes
        if round_.status is not traced.status and round_.sample.kind in (RoundKind.WARMUP, RoundKind.TIMED):
            ending = f"{round_.status.value}: {round_.message}" if round_.message else round_.status.value
            yield f"not all rounds ended alike; a {round_.sample.kind.value} round: {ending}"


def why_no_calls(rounds: Sequence[Round], python: str) -> Iterator[str]:
    """Why there is no call tree, and how to get one from the interpreter `python`; nothing if there is one."""
    sampled = next((round_ for round_ in rounds if round_.sample.kind is RoundKind.SAMPLED), None)
    if sampled is None:
        yield "there is no call tree: its round was skipped, since collection had failed before"
    elif sampled.status in WITHOUT_COLLECTION:
        yield f"there is no call tree, since the sampled round failed: {sampled.message}"
    elif sampled.calls is None and _is_incompatible(sampled.no_calls):
        install = shlex.join([python, "-m", "pip", "install", "pyinstrument"])
        why = f"no pyinstrument that fits this interpreter ({sampled.no_calls})"
        yield f"there is no call tree: {why}; install one:\n  {install}"
    elif sampled.calls is None:
        yield f"there is no call tree: {sampled.no_calls or 'pyinstrument wrote none'}"


def _is_incompatible(error: str) -> bool:
    """Whether another pyinstrument would help: it is compiled for one version of Python.

    If a module of the project hides it, which then "is not a package", installing one would change nothing.
    """
    return error.startswith(("ImportError:", "ModuleNotFoundError:")) and "is not a package" not in error
