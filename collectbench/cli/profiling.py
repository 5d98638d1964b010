"""The rounds behind a profile: timed ones for the figure, one traced, one sampled; and what is made of them."""

from __future__ import annotations

from collectbench.attribution.origins import Places
from collectbench.attribution.profile import Subject, profile
from collectbench.cli.measuring import TOOL, Wishes, measured_rounds, now
from collectbench.cli.words import show_words
from collectbench.cli.workplace import Workplace
from collectbench.judge.statistics import median
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.environment import environment
from collectbench.measure.rounds import Round
from collectbench.measure.schedule import Step
from collectbench.model.errors import CollectionError
from collectbench.model.profile import Profile
from collectbench.model.sample import RoundKind
from collectbench.model.trace import Trace


def profile_target(place: Workplace, wishes: Wishes, *, sampled: bool) -> Profile:
    """Measure the one target of the plan, trace it, and say where the time went.

    Raises:
        Interrupted: SIGINT or SIGTERM arrived.
        CollectionError: the traced round left no trace, since pytest did not start.
        UsageError: the interpreter cannot be started any more, or networkx is missing here.
    """
    (target,) = place.plan.targets
    extra = (Step.TRACED, Step.SAMPLED) if sampled else (Step.TRACED,)
    rounds = measured_rounds(place, wishes, extra)[target.name]
    show_words({target.name: rounds}, everything=wishes.show_output)
    traced, trace = _traced(rounds)
    walls_s = [each.sample.wall_s for each in rounds if each.sample.kind is RoundKind.TIMED]
    calls = next((each.calls for each in rounds if each.calls is not None), None)
    subject = Subject(
        tool=TOOL,
        created=now(),
        environment=environment(place.inspection, place.env, place.root),
        target=target.name,
        status=traced.status,
        message=traced.message,
        wall_s=median(walls_s) if walls_s else None,
        counts=traced.counts,
        memory_timeline=traced.timeline,
        calls=calls,
        notes=_notes(place, rounds),
    )
    places = Places(
        rootdir=str(place.root),
        targets=tuple(str(place.root / path) for path in target.paths),
        stdlib=place.inspection.stdlib,
        site_packages=place.inspection.installed,
    )
    return profile(trace, sample=traced.sample, subject=subject, places=places)


def _traced(rounds: list[Round]) -> tuple[Round, Trace]:
    for each in rounds:
        if each.trace is not None:
            return each, each.trace
    last = rounds[-1]
    raise CollectionError(f"there is no trace, since pytest did not get that far: {last.message or last.status.value}")


def _notes(place: Workplace, rounds: list[Round]) -> tuple[str, ...]:
    notes = [note for each in rounds for note in each.notes]
    for each in rounds:
        if each.sample.kind is RoundKind.SAMPLED and each.calls is None:
            if each.status in WITHOUT_COLLECTION:
                notes.append(f"there is no call tree, since the sampled round failed: {each.message}")
            else:
                install = f"{place.python[0]} -m pip install pyinstrument"
                notes.append(f"there is no call tree: no pyinstrument that fits this interpreter; {install}")
    return tuple(dict.fromkeys(notes))
