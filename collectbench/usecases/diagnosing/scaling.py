"""How each step of a target grows: rounds on subsets of its test files, and what each step costs in them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from collectbench.attribution.parts import parts_of
from collectbench.attribution.stacks import stacks_of
from collectbench.causes.running import project_files
from collectbench.causes.steps import steps_of
from collectbench.discovery.subsets import FEWEST_FILES, QUARTERS, subsets
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.round.round import Round
from collectbench.model.subsets import Size, Subset, SubsetCosts
from collectbench.model.target import Target
from collectbench.usecases.explained_rounds import places_of_target, traced_of
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.measuring import measure_subsets
from collectbench.usecases.project import Project

FEW_LAPS, MANY_LAPS = QUARTERS, 2 * QUARTERS
SHORT_S = 5.0
"""A lap takes the time of 1.75 rounds. Rounds up to this long are noisier, and cheap enough for eight laps."""
LONGEST_COMMAND = 0.5
"""Of what the system allows for arguments and environment together."""


class Scaling(Enum):
    """Whether rounds on subsets of the files are taken."""

    OFF = "off"
    ON = "on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """The costs of all subsets of a target, or a sentence that says why they are unknown."""

    costs: tuple[SubsetCosts, ...] = ()
    notes: tuple[str, ...] = ()


NOT_SCALED = Scaled()


def scaled_targets(
    project: Project, rounds: Mapping[str, Sequence[Round]], feedback: Feedback
) -> tuple[Mapping[str, Scaled], tuple[str, ...]]:
    """Takes the rounds on subsets of all targets that have usual `rounds`; returns them by target, and notes on all.

    Raises:
        Interrupted: a signal arrived.
        UsageError: the interpreter cannot be started any more.
    """
    known = [(target, rounds[target.name]) for target in project.plan.targets if rounds.get(target.name)]
    refused = {target.name: why for target, taken in known if (why := why_not(project, target, taken))}
    chosen = [(target, taken) for target, taken in known if target.name not in refused]
    wanted = [subset for target, taken in chosen for subset in subsets_of(target, taken)]
    by_target = {target.name: target for target, _ in chosen}
    costs: dict[str, list[SubsetCosts]] = {name: [] for name in by_target}

    def keep(subset: Subset, finished: Round) -> None:
        costs[subset.of].append(costs_of(project, by_target[subset.of], subset, finished))

    session = measure_subsets(project, wanted, keep, feedback) if wanted else None
    found = {name: Scaled(notes=(f"growth is unknown: {why}",)) for name, why in refused.items()}
    if session is not None:
        counts = {name: sum(subset.of == name for subset in wanted) for name in by_target}
        found |= {name: scaled_by(name, own, counts[name], session.failed) for name, own in costs.items()}
    return found, () if session is None else session.bench.tree.notes


def subsets_of(target: Target, rounds: Sequence[Round]) -> Iterator[Subset]:
    """Yields the subsets of a target whose rounds found at least `FEWEST_FILES` files with tests."""
    laps = FEW_LAPS if min(round_.sample.wall_s for round_ in rounds) > SHORT_S else MANY_LAPS
    for lap, size, paths in subsets(_files(rounds), laps):
        part = replace(target, name=name_of(target, size), paths=paths, ignored=(), module=None)
        yield Subset(of=target.name, size=size, lap=lap, target=part)


def name_of(target: Target, size: Size) -> str:
    """The name of a subset, as progress shows it."""
    return f"{target.name} ({size.share} of the files)"


def why_not(project: Project, target: Target, rounds: Sequence[Round]) -> str:
    """Why there are no subsets of a target; empty if there are some."""
    if rounds[0].status in WITHOUT_COLLECTION:
        return f"{target.name} was not collected"
    files = _files(rounds)
    if len(files) < FEWEST_FILES:
        return f"{target.name} has {len(files)} files with tests, and subsets need at least {FEWEST_FILES}"
    if not all((project.root / file).is_file() for file in files):
        return f"node ids of {target.name} do not begin with the paths of its files, so pytest cannot take some of them"
    size = sum(len(os.fsencode(file)) + 1 for file in files) + sum(len(f"{k}={v}") for k, v in project.env.items())
    if size > LONGEST_COMMAND * os.sysconf("SC_ARG_MAX"):
        return f"the {len(files):,} files of {target.name} do not fit into one command line"
    return ""


def costs_of(project: Project, target: Target, subset: Subset, finished: Round) -> SubsetCosts:
    """Returns the costs of the steps in a round of a subset."""
    _, trace = traced_of([finished])
    parts = parts_of(trace, finished.sample)
    is_project = project_files(places_of_target(project, target, [finished]))
    steps = steps_of(trace, parts, stacks_of(finished.samples, parts), is_project)
    return SubsetCosts(
        size=subset.size,
        lap=subset.lap,
        items=finished.counts.items if finished.counts else 0,
        seconds={step: sum(own.values()) for step, own in steps.items()},
    )


def _files(rounds: Sequence[Round]) -> Mapping[str, int]:
    """The files with tests and their number, as the first round collected them."""
    collected = next((round_.collected for round_ in rounds if round_.collected), None)
    return {} if collected is None else {file: items for file, (items, _) in collected.files.items() if file}


def scaled_by(name: str, costs: Sequence[SubsetCosts], wanted: int, failed: Mapping[str, Round]) -> Scaled:
    """Returns the costs of a target if all of its rounds were taken; `failed` has a round of each that broke off."""
    if len(costs) == wanted:
        return Scaled(costs=tuple(costs))
    if name in failed:
        ending = failed[name].message or failed[name].status.value
        why = f"a round on some files of {name} did not collect them: {ending}"
    else:
        why = f"--max-time was reached after {len(costs)} of {wanted} rounds on subsets of {name}"
    return Scaled(notes=(f"growth is unknown: {why}",))
