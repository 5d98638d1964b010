"""Both sides of a paired comparison as places to measure in: the same request, each with its own modules and files."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from collectbench.checkouts.foreign import with_own_modules
from collectbench.checkouts.git import git_in
from collectbench.checkouts.sharing import has_ignored_files, share_ignored
from collectbench.checkouts.sides import Side, Sides, in_environment
from collectbench.cli.measuring import bench_of
from collectbench.cli.progress import Silent
from collectbench.cli.workplace import Workplace, settle
from collectbench.config import Config, expand_paths
from collectbench.discovery.shards import names_of
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.clock import now_ns
from collectbench.measure.contests import Effort, Label
from collectbench.measure.interruption import raise_if_interrupted
from collectbench.measure.launch import launch
from collectbench.measure.rounds import Bench, Round, run_round
from collectbench.measure.schedule import Step
from collectbench.measure.session import KINDS
from collectbench.model.errors import UsageError
from collectbench.model.run import Settings
from collectbench.model.sample import RoundKind
from collectbench.model.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Opponents:
    """What is compared: the user's own tree, and both sides as each lies there."""

    here: Workplace
    sides: Sides
    places: Mapping[Label, Workplace]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scout:
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

    def loaded(self, place: Workplace, label: str) -> tuple[Path, ...]:
        """The files that collecting all that is to be measured loads in a tree; its bytecode is warm afterwards."""
        bench = self.benches[label] = bench_of(place, self.wanted, self.work)
        wanted = (place.plan.suite,) if place.plan.suite is not None else place.plan.targets
        found: dict[Path, None] = {}
        for target in wanted:
            rounds = [self._take(bench, target, Step.WARMUP, label)]
            if rounds[0].status not in WITHOUT_COLLECTION:
                rounds.append(self._take(bench, target, Step.COUNTED, label))
                found.update(dict.fromkeys(rounds[-1].loaded))
            self.taken[target.name, label] = tuple(rounds)
        return tuple(found)

    def first_rounds(self, effort: Effort) -> dict[tuple[str, Label], list[Round]]:
        """What was taken on the sides, as far as a comparison would begin with the same rounds."""
        kinds = {
            kind for kind, times in ((RoundKind.WARMUP, effort.warmup), (RoundKind.COUNTED, effort.counted)) if times
        }
        return {
            (name, label): [each for each in taken if each.sample.kind in kinds]
            for (name, side), taken in self.taken.items()
            for label in Label
            if label.value == side
        }

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


def meet(here: Workplace, sides: Sides, scout: Scout) -> Opponents:
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
        shared = share_ignored(sides, scout.loaded(here, "your tree"), installed)

    def look(side: Side) -> Iterable[Path]:
        return scout.loaded(place_on(here, sides, side), side.label)

    sides = with_own_modules(sides, look, installed, shared)
    places = {label: place_on(here, sides, side) for label, side in zip(Label, sides.both, strict=True)}
    notes = tuple(f"{path}: git ignores it, so both sides got your copy" for path in shared)
    return Opponents(here=here, sides=replace(sides, notes=(*sides.notes, *notes)), places=places)


def agreed_part(here: Workplace, sides: Sides) -> Workplace:
    """The same workplace, whose shard counts what either side has: else the sides would be shared out differently."""
    shard = here.request.shard
    if shard is None:
        return here
    whole = replace(here, request=replace(here.request, shard=None))
    names = names_of(*(place_on(whole, sides, side).plan for side in sides.both))
    return settle(replace(here.request, shard=replace(shard, plan=names)), Path.cwd(), here.env)


def place_on(here: Workplace, sides: Sides, side: Side) -> Workplace:
    """The project as it lies on a side: the same request, as far as the side has what is asked for."""
    request = here.request
    cwd = _moved(Path.cwd(), sides, side)
    config = request.config
    if config.root is not None:
        config = replace(config, root=_moved(config.root, sides, side))
    config = _existing(config)
    names = {target.name for target in config.targets}
    wanted = [str(_moved(Path(name), sides, side)) if Path(name).is_absolute() else name for name in request.targets]
    targets = tuple(name for name in wanted if name in names or _exists(cwd, name))
    asked = request.targets or tuple(target.name for target in request.config.targets)
    if asked and not (targets if request.targets else names):
        raise UsageError(
            f"--against: the {side.label} has none of {', '.join(asked)}, so there is nothing to compare; "
            "give a commit that has it, or measure it alone (collectbench baseline)"
        )
    return settle(replace(request, config=config, targets=targets), cwd, side.env)


def refuse_own_paths(here: Workplace, origin: Path) -> None:
    """Refuse arguments of pytest that name a place in the user's tree: on neither side would they mean the same.

    Raises:
        UsageError: names them all.
    """
    by_source = {
        "PYTEST_ADDOPTS": shlex.split(here.env.get("PYTEST_ADDOPTS", "")),
        f"addopts in {here.inspection.inifile}": here.inspection.addopts,
        "the arguments for pytest": [
            *here.pytest_args,
            *(argument for target in here.config.targets for argument in target.pytest_args),
        ],
    }
    mistakes = [
        f"--against: {source} name {path}, which lies in your own tree, while both sides are measured in work trees of "
        "their own; give it relative to the folder in which pytest is started"
        for source, arguments in by_source.items()
        for path in own_paths(arguments, origin)
    ]
    if mistakes:
        raise UsageError(*mistakes)


def own_paths(arguments: Iterable[str], origin: Path) -> tuple[str, ...]:
    """The absolute paths in arguments, as `--ignore=/a/b` has one, that lie in a tree but in no environment there."""
    pieces = (piece for argument in arguments for piece in re.split("[=:,]", argument) if piece.startswith("/"))
    return tuple(dict.fromkeys(piece for piece in pieces if _is_own(Path(piece), origin)))


def _is_own(path: Path, origin: Path) -> bool:
    spelled = (Path(os.path.normpath(path)), path.resolve())
    return any(each.is_relative_to(origin) and not in_environment(each, origin) for each in spelled)


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
