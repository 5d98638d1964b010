"""Runs of parts of one plan, put together into the run of the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from collectbench.judge.environments import Difference, Subject, differences
from collectbench.model.errors import BaselineError
from collectbench.model.run import Run, Settings, Shard

_OF_EACH = ("seed", "limits")
"""Settings that shards have of their own: the seed is drawn, and the limits are those of what is measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A run and what an error calls it, such as the name of its file."""

    name: str
    run: Run


def merge_shards(parts: Sequence[Part], *, allow_mismatch: bool = False) -> Run:
    """The run that one machine would have recorded: targets in the order of the plan, the suite in its place.

    Environment, seed and commit are those of the first shard. With `allow_mismatch` the machines may differ, which a
    note tells; what is installed and set may not.

    Raises:
        BaselineError: the runs are no shards, not of one plan and commit, there twice, incomplete or missing; all that
            is wrong, and the way out.
    """
    shards = _shards(parts)
    ordered = [part for _, part in sorted(zip(shards, parts, strict=True), key=lambda pair: pair[0].index)]
    found = [*_strangers(ordered), *_other_environments(ordered, allow_mismatch=allow_mismatch)]
    if not found:  # of another plan, nothing could be said to be missing
        found = [*_wrong_number(ordered), *_incomplete(ordered)]
    if found:
        raise BaselineError("\n".join(found))
    first, shard = ordered[0].run, min(shards, key=lambda each: each.index)
    results = {result.name: result for part in ordered for result in part.run.results}
    suites = {part.run.suite.name for part in ordered if part.run.suite is not None}
    limits = {name: limit for part in ordered for name, limit in part.run.config.limits.items()}
    notes = [note for part in ordered for note in (*part.run.notes, *_other_machine(ordered[0], part))]
    return replace(
        first,
        created=min(part.run.created for part in ordered),
        config=replace(first.config, limits={name: limits[name] for name in shard.plan if name in limits}),
        targets=tuple(results[name] for name in shard.plan if name not in suites),
        suite=next((results[name] for name in shard.plan if name in suites), None),
        notes=tuple(dict.fromkeys(notes)),
        shard=None,
    )


def _shards(parts: Sequence[Part]) -> list[Shard]:
    """The shard of each part.

    Raises:
        BaselineError: some are whole runs.
    """
    if whole := [part.name for part in parts if part.run.shard is None]:
        raise BaselineError(
            f"{', '.join(whole)}: no shard but a whole run; give the files that `collectbench baseline --shard I/N`"
            " saved"
        )
    return [part.run.shard for part in parts if part.run.shard is not None]


def _strangers(parts: Sequence[Part]) -> Iterator[str]:
    """What parts of one run have in common, and these do not; each is held against the first."""
    base = _common(parts[0].run)
    for part in parts[1:]:
        for what, value in _common(part.run).items():
            if value != base[what]:
                values = f"{_shown(value)} and {_shown(base[what])}"
                yield (
                    f"{part.name} and {parts[0].name} differ in {what} ({values}): measure all shards of the same"
                    " checkout, with the same options and the same collectbench"
                )


def _common(run: Run) -> Mapping[str, object]:
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
        "the commit": run.commit,
        "whether the work tree had changes": run.dirty,
        **settings,
    }


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return f"{len(value)} parts" if len(value) > 3 else ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _other_environments(parts: Sequence[Part], *, allow_mismatch: bool) -> Iterator[str]:
    base = parts[0]
    for part in parts[1:]:
        found = differences(base.run.environment, part.run.environment)
        refused = [each for each in found if not (allow_mismatch and each.subject is Subject.MACHINE)]
        if refused:
            only_machines = all(each.subject is Subject.MACHINE for each in refused)
            remedy = "merge with --allow-mismatch" if only_machines else "measure both in the same environment"
            yield f"{part.name} is of another environment than {base.name} ({_words(refused)}): {remedy}"


def _other_machine(base: Part, part: Part) -> Iterator[str]:
    """A note on a part that another machine measured."""
    found = [
        each for each in differences(base.run.environment, part.run.environment) if each.subject is Subject.MACHINE
    ]
    if found and part.run.shard is not None:
        names = ", ".join(result.name for result in part.run.results) or "nothing"
        yield f"another machine measured shard {part.run.shard.index} ({names}; --allow-mismatch): {_words(found)}"


def _words(found: Sequence[Difference]) -> str:
    return "; ".join(each.describe_places("there", "here") for each in found)


def _wrong_number(parts: Sequence[Part]) -> Iterator[str]:
    """Shards that are there twice, and those that are missing."""
    names: dict[int, list[str]] = {}
    count = 0
    for part in parts:
        if part.run.shard is not None:
            count = part.run.shard.count
            names.setdefault(part.run.shard.index, []).append(part.name)
    for index, same in names.items():
        if len(same) > 1:
            yield f"shard {index}/{count} is there {len(same)} times: {', '.join(same)}; leave out all but one"
    if missing := [f"{index}/{count}" for index in range(1, count + 1) if index not in names]:
        command = f"collectbench baseline --shard {missing[0]}"
        yield f"missing: shard {', '.join(missing)}; {command} measures {'it' if len(missing) == 1 else 'the first'}"


def _incomplete(parts: Sequence[Part]) -> Iterator[str]:
    """Parts that lack what was theirs, as after an interruption, or have more."""
    for part in parts:
        shard = part.run.shard
        if shard is None:
            continue
        wanted = shard.plan[shard.index - 1 :: shard.count]
        found = [result.name for result in part.run.results]
        which = f"{shard.index}/{shard.count}"
        if lacking := [name for name in wanted if name not in found]:
            yield f"{part.name} lacks {', '.join(lacking)}: collectbench baseline --shard {which} measures all of it"
        if more := [name for name in found if name not in wanted]:
            yield f"{part.name} has {', '.join(more)}, which shard {which} does not hold: measure it again"
