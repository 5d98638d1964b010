"""Both sides of a paired comparison as projects to measure in: the same request, each with its own modules and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from collectbench.checkouts.checkout import Checkout, Checkouts
from collectbench.checkouts.foreign import OwnModules, refusal, with_own_modules
from collectbench.checkouts.git import git_in
from collectbench.checkouts.sharing import has_ignored_files, share_ignored
from collectbench.cli.progress import Silent
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.process.launch import launch
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import Round
from collectbench.measure.session.paired_target import PairedPolicy, Side
from collectbench.measure.session.round_runner import Announcement, OutOfTime, RoundRunner
from collectbench.model.errors import UsageError
from collectbench.model.run import Settings
from collectbench.model.sample import RoundKind
from collectbench.model.target import Target
from collectbench.usecases.measuring import bench_of
from collectbench.usecases.paired.counterparts import agreed_part, place_on
from collectbench.usecases.paired.own_paths import refuse_own_paths
from collectbench.usecases.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedProjects:
    """What is compared: the user's own tree, and both sides as each lies there."""

    here: Project
    sides: Checkouts
    projects: Mapping[Side, Project]
    modules: OwnModules

    def refuse_foreign(self, label: Side, taken: Round) -> None:
        """Refuse a counted round that loaded modules of the user's tree: those of the suite were looked at before.

        Raises:
            UsageError: names them, and the way out.
        """
        if found := self.modules.foreign(taken.work.loaded if taken.work is not None else ()):
            words = refusal({label.value: found}, self.modules.installs)
            raise UsageError(f"{words} Or compare without --max-time: then there is time to look at each target first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFilesProbe:
    """Takes the rounds that tell what a tree loads, before anything is compared.

    Attributes:
        wanted: how to measure.
        work: a folder of our own.
        display: is told of each round.
        deadline_ns: no round begins after this moment of the clock; None for no bound.
        benches: where rounds on each side were taken last: they know what such a round writes and must be put back.
        taken: those rounds, by target and side.
    """

    wanted: Settings
    work: Path
    display: Silent
    deadline_ns: int | None
    benches: dict[str, Bench] = field(default_factory=dict)
    taken: dict[tuple[str, str], tuple[Round, ...]] = field(default_factory=dict)

    def loaded(self, project: Project, label: str, *, everything: bool) -> tuple[Path, ...]:
        """The files that are loaded in a tree by what is to be measured there; bytecode is warm afterwards.

        Unless `everything` is asked for, the suite stands for those targets that are collected as it is. Rounds that
        were taken in the same environment before are not repeated.
        """
        bench = self._bench(project, label)
        suite, found = project.plan.suite, dict[Path, None]()
        wanted = [*([suite] if suite else []), *project.plan.targets]
        if suite is not None and not everything:
            wanted = [target for target in wanted if target is suite or not _is_collected_like(target, suite)]
        for target in wanted:
            if (target.name, label) not in self.taken:
                rounds = [self._take(bench, target, RoundKind.WARMUP, label)]
                if rounds[0].status not in WITHOUT_COLLECTION:
                    rounds.append(self._take(bench, target, RoundKind.COUNTED, label))
                self.taken[target.name, label] = tuple(rounds)
            work = self.taken[target.name, label][-1].work
            found.update(dict.fromkeys(work.loaded if work is not None else ()))
        return tuple(found)

    def _bench(self, project: Project, label: str) -> Bench:
        """Where rounds on a side are taken: the same as before, unless its environment was changed since."""
        if label not in self.benches or self.benches[label].env != project.env:
            self.benches[label] = bench_of(project, self.wanted, self.work)
            for key in [key for key in self.taken if key[1] == label]:
                del self.taken[key]
        return self.benches[label]

    def first_rounds(self, policy: PairedPolicy) -> dict[tuple[str, Side], list[Round]]:
        """What was taken on the sides, as far as a comparison would begin with the same rounds."""
        kinds = {
            kind for kind, times in ((RoundKind.WARMUP, policy.warmup), (RoundKind.COUNTED, policy.counted)) if times
        }
        return {
            (name, label): [each for each in taken if each.sample.kind in kinds]
            for (name, side), taken in self.taken.items()
            for label in Side
            if label.value == side
        }

    def _take(self, bench: Bench, target: Target, kind: RoundKind, label: str) -> Round:
        request = RoundRequest(target=target, kind=kind, guarded=kind is RoundKind.WARMUP)
        runner = RoundRunner(observer=self.display, deadline_ns=self.deadline_ns)
        try:
            return runner.take(bench, request, Announcement(name=f"{target.name} ({label})", number=1))
        except OutOfTime:
            raise UsageError(
                "--max-time: the time was up before both sides were ready to be compared; give it more time, or name "
                "fewer targets"
            ) from None


def _is_collected_like(target: Target, suite: Target) -> bool:
    return target.env == suite.env and target.pytest_args == suite.pytest_args


def meet(here: Project, sides: Checkouts, scout: LoadedFilesProbe) -> ComparedProjects:
    """Both sides, made to find their own modules and to have what git ignores but collection needs.

    Raises:
        UsageError: that cannot be made so, or the request is about the user's own tree; says why.
        Interrupted: a signal arrived.
    """
    refuse_own_paths(here, sides.origin)
    here = agreed_part(here, sides)
    installed = tuple(map(Path, (*here.inspection.installed, *here.inspection.stdlib)))
    shared: tuple[str, ...] = ()
    if has_ignored_files(git_in(sides.origin, here.env, scout.work, launch), sides.origin):
        shared = share_ignored(sides, scout.loaded(here, "your tree", everything=False), installed)

    def look(side: Checkout, *, everything: bool = False) -> Iterable[Path]:
        return scout.loaded(place_on(here, sides, side), side.label, everything=everything)

    modules = OwnModules.of(sides.origin, installed, shared)
    sides = with_own_modules(sides, look, modules)  # the suite first: what mends it mends nearly all
    if scout.deadline_ns is None:
        sides = with_own_modules(sides, partial(look, everything=True), modules)
    projects = {label: place_on(here, sides, side) for label, side in zip(Side, sides.both, strict=True)}
    notes = tuple(f"{path}: git ignores it, so both sides got your copy" for path in shared)
    return ComparedProjects(
        here=here, sides=replace(sides, notes=(*sides.notes, *notes)), projects=projects, modules=modules
    )
