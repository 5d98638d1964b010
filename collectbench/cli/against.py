"""The third way to a comparison: base and head of the same repository, in pairs, on this machine and now."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from collectbench.cli.judging import Judged, Terms
from collectbench.cli.measuring import bench_of
from collectbench.cli.progress import Silent, progress
from collectbench.cli.recording import TOOL, now, run_of
from collectbench.cli.wishes import Wishes, limits_of, settings
from collectbench.cli.words import show_words
from collectbench.cli.workplace import Workplace, settle
from collectbench.config import Config, expand_paths
from collectbench.discovery import SUITE
from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.comparison import compare
from collectbench.judge.paired_change import paired_change
from collectbench.judge.sameness import is_same_work
from collectbench.measure.clock import now_ns
from collectbench.measure.contests import Contest, Effort, Label
from collectbench.measure.foreign import with_own_modules
from collectbench.measure.git import git_in
from collectbench.measure.interruption import raise_if_interrupted, signals_noted
from collectbench.measure.launch import launch
from collectbench.measure.paired import PairedSession
from collectbench.measure.record import ENOUGH
from collectbench.measure.rounds import Bench, Round, run_round
from collectbench.measure.schedule import Step
from collectbench.measure.session import KINDS
from collectbench.measure.sharing import has_ignored_files, share_ignored
from collectbench.measure.sides import Side, Sides
from collectbench.measure.worktrees import both_sides
from collectbench.model.comparison import Change, Comparison
from collectbench.model.errors import CollectbenchError, Interrupted, UsageError
from collectbench.model.run import Run, Settings, TargetResult
from collectbench.model.target import Target
from collectbench.store.documents import to_document
from collectbench.store.files import write_atomically
from collectbench.store.layout import layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Opponents:
    """What is compared: the user's own tree, and both sides as each lies there."""

    here: Workplace
    sides: Sides
    places: Mapping[Label, Workplace]


def judge_against(here: Workplace, ref: str, wishes: Wishes, terms: Terms, *, full: bool) -> Judged:
    """Measure `ref` and what the user has now in interleaved pairs, and judge by them and by the limits.

    Args:
        here: the project in the user's own tree.
        ref: the base, as git names commits.
        wishes: how to measure; `rounds` are pairs.
        terms: of which the margin counts here.
        full: whether to time also what is the same on both sides.

    Raises:
        UsageError: there is no such commit, or the two cannot be compared here; says why.
        Interrupted: a signal arrived. What was finished is kept, the worktrees are gone.
    """
    begun_ns, wanted = now_ns(), settings(here, wishes)
    wishes = replace(wishes, seed=wanted.seed)
    deadline_ns = None if wanted.max_time_s is None else begun_ns + int(wanted.max_time_s * 1e9)
    work = Path(tempfile.mkdtemp(prefix="collectbench-"))
    display = progress(shown=wishes.progress, verbose=wishes.verbose)
    try:
        with signals_noted(), both_sides(ref, here.root, here.env, work, launch) as sides, display:
            scout = Scout(wanted=wanted, work=work, display=display, deadline_ns=deadline_ns)
            opponents = _opponents(here, sides, scout)
            session = _session(opponents, wishes, terms, scout, full=full)
            with _kept_if_interrupted(opponents, session, wishes, terms, ref):
                session.run()
    except OSError as error:
        raise UsageError(f"{here.python[0]}: cannot be started any more: {error.strerror or error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _show_words(session, wishes)
    return _judged(opponents, session, wishes, terms, ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scout:
    """Takes the rounds that tell what a tree loads, before anything is compared; `work` is a folder of our own."""

    wanted: Settings
    work: Path
    display: Silent
    deadline_ns: int | None

    def loaded(self, place: Workplace, label: str) -> tuple[Path, ...]:
        """The files that collecting all that is to be measured loads in a tree; its bytecode is warm afterwards."""
        bench = bench_of(place, self.wanted, self.work)
        wanted = (place.plan.suite,) if place.plan.suite is not None else place.plan.targets
        found: dict[Path, None] = {}
        for target in wanted:
            self._take(bench, target, Step.WARMUP, label)
            found.update(dict.fromkeys(self._take(bench, target, Step.COUNTED, label).loaded))
        return tuple(found)

    def _take(self, bench: Bench, target: Target, step: Step, label: str) -> Round:
        raise_if_interrupted()
        if self.deadline_ns is not None and now_ns() >= self.deadline_ns:
            raise UsageError(
                "--max-time: the time was up before both sides were ready to be compared; give it more time, or name "
                "fewer targets"
            )
        self.display.begins(f"{target.name} ({label})", step, 1, None)
        finished = run_round(bench, target, KINDS[step], guarded=step is Step.WARMUP)
        self.display.ended(f"{target.name} ({label})", step, finished)
        return finished


def _opponents(here: Workplace, sides: Sides, scout: Scout) -> Opponents:
    """Both sides, made to find their own modules and to have what git ignores but collection needs."""
    installed = tuple(map(Path, (*here.inspection.installed, *here.inspection.stdlib)))
    shared: tuple[str, ...] = ()
    if has_ignored_files(git_in(sides.origin, here.env, scout.work, launch), sides.origin):
        shared = share_ignored(sides, scout.loaded(here, "your tree"), installed)

    def look(side: Side) -> Iterable[Path]:
        return scout.loaded(_place(here, sides, side), side.label)

    sides = with_own_modules(sides, look, installed, shared)
    places = {label: _place(here, sides, side) for label, side in zip(Label, sides.both, strict=True)}
    notes = tuple(f"{path}: git ignores it, so both sides got your copy" for path in shared)
    return Opponents(here=here, sides=replace(sides, notes=(*sides.notes, *notes)), places=places)


def _place(here: Workplace, sides: Sides, side: Side) -> Workplace:
    """The project as it lies on a side: the same request, as far as the side has what is asked for."""
    request = here.request
    cwd = _moved(Path.cwd(), sides, side)
    config = request.config
    if config.root is not None:
        config = replace(config, root=_moved(config.root, sides, side))
    config = _existing(config)
    names = {target.name for target in config.targets}
    targets = tuple(name for name in request.targets if name in names or _exists(cwd, name))
    if request.targets and not targets:
        raise UsageError(
            f"--against: the {side.label} has none of {', '.join(request.targets)}, so there is nothing to compare; "
            "give a commit that has it, or measure it alone (collectbench baseline)"
        )
    return settle(replace(request, config=config, targets=targets), cwd, side.env)


def _moved(path: Path, sides: Sides, side: Side) -> Path:
    """The counterpart of a folder in the user's tree."""
    for spelled in (path, path.resolve()):
        if spelled.is_relative_to(sides.origin):
            return side.toplevel / spelled.relative_to(sides.origin)
    raise UsageError(
        f"--against: {path} lies outside of the repository {sides.origin}, so no commit has it; "
        "run it, and have the configuration, within the repository"
    )


def _existing(config: Config) -> Config:
    """The configuration with those targets whose paths exist in its tree."""

    def exists(target: Target) -> bool:
        try:
            expand_paths(replace(config, targets=(target,)))
        except UsageError:
            return False
        return True

    return replace(config, targets=tuple(filter(exists, config.targets)))


def _exists(cwd: Path, name: str) -> bool:
    return (cwd / name.removesuffix("/*")).exists()


def _session(opponents: Opponents, wishes: Wishes, terms: Terms, scout: Scout, *, full: bool) -> PairedSession:
    places = opponents.places
    measured = {label: _measured(place) for label, place in places.items()}
    names = dict.fromkeys([name for label in Label for name in measured[label]])
    ordered = sorted(names, key=lambda name: name != SUITE)  # the suite first: it tells most, should time run out
    return PairedSession(
        benches={label: bench_of(place, scout.wanted, scout.work) for label, place in places.items()},
        contests={
            name: Contest(name=name, targets={label: found[name] for label, found in measured.items() if name in found})
            for name in ordered
        },
        suite=SUITE if SUITE in names else None,
        effort=Effort(
            pairs=wishes.rounds or None,  # not the configuration's: six rounds are many, six pairs decide nothing
            warmup=scout.wanted.warmup,
            counted=ENOUGH if wishes.counters else 0,
            full=full,
            deadline_ns=scout.deadline_ns,
        ),
        margin_floor=_margin_floor(terms),
        seed=scout.wanted.seed,
        observer=scout.display,
    )


def _measured(place: Workplace) -> dict[str, Target]:
    suite = (place.plan.suite,) if place.plan.suite is not None else ()
    return {target.name: target for target in (*place.plan.targets, *suite)}


def _margin_floor(terms: Terms) -> float:
    return MARGIN_FLOOR if terms.margin_floor is None else terms.margin_floor


def _show_words(session: PairedSession, wishes: Wishes) -> None:
    rounds: dict[str, list[Round]] = {
        f"{name} ({label.value})": taken for (name, label), taken in session.rounds.items()
    }
    show_words(rounds, everything=wishes.show_output)


def _judged(opponents: Opponents, session: PairedSession, wishes: Wishes, terms: Terms, ref: str) -> Judged:
    base, head = (_run(opponents, session, wishes, label) for label in Label)
    here = opponents.here
    comparison = compare(
        head,
        base,
        limits_of(here),
        here.config.suite_budget_s,
        selected=here.plan.selected,
        allow_mismatch=True,  # both sides were measured by this interpreter on this machine
        created=now(),
        tool=TOOL,
        baseline_name=f"{ref} ({opponents.sides.base.commit[:10]})",
        margin_floor=session.margin_floor,
        changes=_changes(session, base, head),
    )
    return Judged(comparison=comparison, run=head, root=here.root)


def _run(opponents: Opponents, session: PairedSession, wishes: Wishes, label: Label) -> Run:
    """What was measured of one side, as a run of that commit."""
    sides, place = opponents.sides, opponents.places[label]
    results = {name: session.result(name, label) for name in session.contests}
    notes = sides.notes if label is Label.HEAD else ()
    if session.out_of_time and label is Label.HEAD:
        notes = (*notes, "--max-time was reached: some targets have fewer pairs than they ask for, or none")
    unkept = session.benches[label].tree.unkept
    return run_of(
        place,
        settings(place, wishes),
        commit=sides.head_commit if label is Label.HEAD else sides.base.commit,
        dirty=sides.dirty and label is Label.HEAD,
        results={name: result for name, result in results.items() if result is not None},
        notes=(*notes, *(f"{path}: {why}" for path, why in unkept.items())),
    )


def _changes(session: PairedSession, base: Run, head: Run) -> dict[str, Change]:
    then, found = _results(base), _results(head)
    return {
        name: paired_change(
            then[name],
            result,
            session.panel,
            same=is_same_work(then[name], result),
            out_of_time=session.out_of_time,
        )
        for name, result in found.items()
        if name in then
    }


def _results(run: Run) -> dict[str, TargetResult]:
    return {result.name: result for result in (*run.targets, *([run.suite] if run.suite else ()))}


@contextmanager
def _kept_if_interrupted(
    opponents: Opponents, session: PairedSession, wishes: Wishes, terms: Terms, ref: str
) -> Iterator[None]:
    """Keep what was finished, where the block is interrupted: outside of the tree, which stays as it was."""
    try:
        yield
    except Interrupted:
        if session.rounds:
            path = Path(tempfile.mkdtemp(prefix="collectbench-kept-")) / "comparison.json"
            document: Comparison = _judged(opponents, session, wishes, terms, ref).comparison
            try:
                write_atomically(path, layout(to_document(document)))
                typer.echo(f"what was finished is kept in {path}", err=True)
            except (OSError, CollectbenchError) as error:
                typer.echo(f"error: what was finished cannot be kept in {path}: {error}", err=True)
        raise
