"""A profile and its rounds: timed ones for the headline figure, traced and sampled ones that explain it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from collectbench.attribution.attribute import garbage_collector_paused
from collectbench.attribution.profile_document import Subject, profile
from collectbench.causes import CAUSES
from collectbench.judge.statistics import median
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.round.round import Round
from collectbench.model.costs import Profile
from collectbench.model.probe_files import PROBE
from collectbench.model.sample import RoundKind
from collectbench.model.target import Target
from collectbench.usecases.diagnosing.diagnose import diagnosis_of
from collectbench.usecases.explained_rounds import is_timed, notes_on_rounds, traced_of
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
    with garbage_collector_paused():
        evidence, diagnosed = diagnosis_of(project, target, rounds, {cause.id for cause in CAUSES})
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
        findings=diagnosed.findings,
        queued_s=diagnosed.queued_s,
        probe=str(PROBE),
    )
    return profile(evidence.attribution, subject)


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
