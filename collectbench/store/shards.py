"""Merges the runs of all shards of one plan into the run of the whole plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from collectbench.judge.environments import Difference, DifferenceKind, differences
from collectbench.model.errors import BaselineError
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.run import Run, Settings
from collectbench.model.shard import Shard

_OF_EACH = ("seed", "limits")
"""Settings that differ between shards: each draws its own seed, and has the limits of its own targets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A run, and the name that errors call it by, such as the name of its file.

    For one side of a comparison, `elsewhere` are the targets of the other side: this one may lack them. `again` is what
    measures the part anew.
    """

    name: str
    run: Run
    elsewhere: frozenset[str] = frozenset()
    again: Action = Action.MEASURE_SHARD


def merge_shards(parts: Sequence[Part], *, allow_mismatch: bool = False) -> Run:
    """Return the run that one machine would have recorded: targets in the order of the plan, then the suite.

    Environment, seed and commit are those of the first shard. With `allow_mismatch` the machines may differ, and a
    note says so; installed distributions and settings may not differ.

    Raises:
        BaselineError: a run is not a shard, or not of the same plan and commit; a shard is given twice, incomplete or
            missing. Holds all problems.
    """
    shards = _shards(parts)
    ordered = [part for _, part in sorted(zip(shards, parts, strict=True), key=lambda pair: pair[0].index)]
    problems: list[str | Reason] = [*_other_plans(ordered)]
    problems += _other_environments(ordered, allow_mismatch=allow_mismatch)
    if not problems:  # with shards of another plan, it is unknown which are missing
        problems = [*_wrong_number(ordered), *_incomplete(ordered)]
    if problems:
        raise BaselineError(*problems)
    first, shard = ordered[0].run, min(shards, key=lambda shard: shard.index)
    results = {result.name: result for part in ordered for result in part.run.results}
    suites = {part.run.suite.name for part in ordered if part.run.suite is not None}
    limits = {name: limit for part in ordered for name, limit in part.run.config.limits.items()}
    notes = [note for part in ordered for note in (*part.run.notes, *_other_machine(ordered[0], part))]
    return replace(
        first,
        created=min(part.run.created for part in ordered),
        config=replace(first.config, limits={name: limits[name] for name in shard.plan if name in limits}),
        targets=tuple(results[name] for name in shard.plan if name in results and name not in suites),
        suite=next((results[name] for name in shard.plan if name in suites), None),
        notes=tuple(dict.fromkeys(notes)),
        shard=None,
    )


def _shards(parts: Sequence[Part]) -> list[Shard]:
    """The shard of each part.

    Raises:
        BaselineError: some parts are whole runs.
    """
    if whole := [part.name for part in parts if part.run.shard is None]:
        raise BaselineError(
            Reason(
                fact=f"{', '.join(whole)}: not a shard but a whole run",
                remedies=(Remedy(action=Action.GIVE_SHARD_FILES),),
            )
        )
    return [part.run.shard for part in parts if part.run.shard is not None]


def _other_plans(parts: Sequence[Part]) -> Iterator[str]:
    """One message for each property that all parts of a run share, where a part differs from the first."""
    base = _shared_properties(parts[0].run)
    for part in parts[1:]:
        for name, value in _shared_properties(part.run).items():
            if value != base[name]:
                values = f"{_shown(value)} and {_shown(base[name])}"
                yield (
                    f"{part.name} and {parts[0].name} differ in {name} ({values}); measure all shards of the same"
                    " checkout, with the same options and the same collectbench"
                )


def _shared_properties(run: Run) -> Mapping[str, object]:
    shard = run.shard
    settings = {
        f"the setting {field.name}": getattr(run.config, field.name)
        for field in fields(Settings)
        if field.name not in _OF_EACH
    }
    return {
        "the version of collectbench": run.tool.version,
        "the number of shards": shard.count if shard else None,
        "the plan": shard.plan if shard else (),
        "the parts of the plan": shard.digest if shard else "",
        "the commit": run.commit,
        "whether the working tree had changes": run.dirty,
        **settings,
    }


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return f"{len(value)} parts" if len(value) > 3 else ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _other_environments(parts: Sequence[Part], *, allow_mismatch: bool) -> Iterator[Reason]:
    base = parts[0]
    for part in parts[1:]:
        refused = [
            difference
            for difference in differences(base.run.environment, part.run.environment)
            if not (allow_mismatch and difference.kind is DifferenceKind.MACHINE)
        ]
        if refused:
            only_machines = all(difference.kind is DifferenceKind.MACHINE for difference in refused)
            yield Reason(
                fact=f"{part.name} is of another environment than {base.name} ({_listed(refused)})",
                remedies=(
                    Remedy(action=Action.ACCEPT_MACHINES) if only_machines else "measure both in the same environment",
                ),
            )


def _other_machine(base: Part, part: Part) -> Iterator[str]:
    """A note, if another machine than that of `base` measured the part."""
    machines = [
        difference
        for difference in differences(base.run.environment, part.run.environment)
        if difference.kind is DifferenceKind.MACHINE
    ]
    if machines and part.run.shard is not None:
        names = ", ".join(part.run.shard.names) or "nothing"
        yield f"another machine measured shard {part.run.shard.index} ({names}): {_listed(machines)}"


def _listed(environment_differences: Sequence[Difference]) -> str:
    return "; ".join(difference.describe_places("there", "here") for difference in environment_differences)


def _wrong_number(parts: Sequence[Part]) -> Iterator[str | Reason]:
    """Shards that are given twice, and missing shards."""
    names: dict[int, list[str]] = {}
    count = 0
    for part in parts:
        if part.run.shard is not None:
            count = part.run.shard.count
            names.setdefault(part.run.shard.index, []).append(part.name)
    for index, same in names.items():
        if len(same) > 1:
            yield f"shard {index}/{count} is given {len(same)} times: {', '.join(same)}; omit all but one"
    if missing := [f"{index}/{count}" for index in range(1, count + 1) if index not in names]:
        yield Reason(
            fact=f"missing: shard {', '.join(missing)}",
            remedies=(Remedy(action=parts[0].again, value=missing[0]),),
        )


def _incomplete(parts: Sequence[Part]) -> Iterator[Reason]:
    """Parts that lack targets of their shard, as after an interruption, and parts that have more."""
    for part in parts:
        shard = part.run.shard
        if shard is None:
            continue
        planned = shard.names
        measured = [result.name for result in part.run.results]
        shard_name = f"{shard.index}/{shard.count}"
        remedies = (Remedy(action=part.again, value=shard_name),)
        if lacking := [name for name in planned if name not in measured and name not in part.elsewhere]:
            yield Reason(fact=f"{part.name} lacks {', '.join(lacking)}", remedies=remedies)
        if more := [name for name in measured if name not in planned]:
            yield Reason(
                fact=f"{part.name} has {', '.join(more)}, which shard {shard_name} does not hold", remedies=remedies
            )
