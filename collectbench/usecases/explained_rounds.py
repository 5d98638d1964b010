"""What the rounds of a target say about it: the least disturbed traced round, its attribution, notes on all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectbench.attribution.attribute import Attribution, attribute
from collectbench.attribution.frame_costs import NO_CALIBRATION, Calibration
from collectbench.attribution.origins import Places
from collectbench.judge.statistics import median
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.round.round import Round
from collectbench.model.errors import CollectionError
from collectbench.model.sample import RoundKind
from collectbench.model.target import Target
from collectbench.model.trace import Trace
from collectbench.usecases.project import Project


def attribution_of(
    project: Project, target: Target, rounds: Sequence[Round], trace: Trace | None = None
) -> Attribution:
    """The attribution of the least disturbed traced round of a target; `trace` replaces its own.

    Raises:
        CollectionError: the traced round left no trace.
    """
    traced, own_trace = traced_of(rounds)
    places = places_of_target(project, target, rounds)
    calibration = calibration_of([round_ for round_ in rounds if is_timed(round_)], traced)
    return attribute(
        trace or own_trace, sample=traced.sample, places=places, calibration=calibration, waits=traced.waits
    )


def places_of_target(project: Project, target: Target, rounds: Sequence[Round]) -> Places:
    """The directories that decide whose code a file is, in rounds of a target."""
    paths = [project.root / path for path in target.paths]  # Python may see them without their symbolic links
    return Places(
        rootdir=str(project.root),
        targets=tuple(dict.fromkeys(map(str, (*paths, *(path.resolve() for path in (*paths, project.root)))))),
        stdlib=project.inspection.stdlib,
        site_packages=project.inspection.installed,
        node_ids_from=next((each.collected.rootdir for each in rounds if each.collected), "")
        or str(project.inspection.rootdir),
    )


def is_timed(round_: Round) -> bool:
    """Whether a round counts for the headline figure: one that broke off did not measure the whole."""
    return round_.sample.kind is RoundKind.TIMED and round_.status not in WITHOUT_COLLECTION


def _least_disturbed(rounds: Sequence[Round]) -> Round:
    """The shortest of the traced rounds, since noise only adds time; one that broke off if there is any."""
    traced = [round_ for round_ in rounds if round_.sample.kind is RoundKind.TRACED]
    return min(traced, key=lambda round_: (round_.status not in WITHOUT_COLLECTION, round_.sample.wall_s))


def calibration_of(timed: Sequence[Round], traced: Round) -> Calibration:
    """The teardown time of timed rounds, and the overhead of the traced one.

    `timed` may be empty. The traced round is the shortest of its kind, so it is compared with the shortest timed one.
    The time in the run queue does not count: other processes of the machine are no overhead of tracing.
    """
    if not timed:
        return NO_CALIBRATION
    return Calibration(
        teardown_s=median([round_.sample.phases.get("teardown", 0.0) for round_ in timed]),
        overhead_s=max(0.0, traced.sample.unqueued_wall_s - min(round_.sample.unqueued_wall_s for round_ in timed)),
    )


def has_trace(rounds: Sequence[Round]) -> bool:
    """Whether the least disturbed traced round left a trace."""
    return _least_disturbed(rounds).trace is not None


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
