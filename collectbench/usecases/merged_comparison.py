"""Parts of one paired comparison, merged and judged again as one machine would have judged them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from collectbench.judge.comparison import compare
from collectbench.judge.target_comparison import JudgedPairs
from collectbench.model.comparison import Comparison, Effort, PartTerms
from collectbench.model.errors import BaselineError
from collectbench.model.file_moves import joined
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.run import Run
from collectbench.model.shard import Shard
from collectbench.model.units import format_percent
from collectbench.store.shards import Part, merge_shards
from collectbench.usecases.origin import TOOL
from collectbench.usecases.wording import word

_MERGE_RUNS = (
    "measure each part with baseline --shard I/N, merge these runs, and judge the result with compare --run FILE"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPart:
    """A comparison of a part, and the name that errors call it by, such as the name of its file."""

    name: str
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class _Complete:
    """A part that holds all that it takes to judge it again."""

    name: str
    comparison: Comparison
    shard: Shard
    base: Run
    head: Run
    terms: PartTerms


def merge_comparisons(parts: Sequence[ComparedPart], *, allow_mismatch: bool = False) -> Comparison:
    """Return the comparison that one machine would have made of the whole plan; see `judge_parts`."""
    comparison, _ = judge_parts(parts, allow_mismatch=allow_mismatch)
    return comparison


def judge_parts(parts: Sequence[ComparedPart], *, allow_mismatch: bool = False) -> tuple[Comparison, Run]:
    """Merge the parts of one comparison and judge them as a whole; returns the comparison and the run of its head.

    The pairs of a target were all taken by one machine, and its part judged them at its share of the error. So changes
    of times and waits stay as they are. Everything else is judged again: limits, counters, items, vanished targets,
    which may have moved to another part. `allow_mismatch` is as in `merge_shards`. What the changes cost is left to
    `with_costs`.

    Raises:
        BaselineError: a comparison is not a part of a paired one, or the parts are not those of one comparison, as in
            `merge_shards`. Holds all problems of one kind.
    """
    complete = _complete(parts)
    heads = [_part(each, each.head, each.base, each.name) for each in complete]
    head = merge_shards(_with_tools_of_all(heads), allow_mismatch=allow_mismatch)
    bases = [_part(each, each.base, each.head, f"{each.name} (base)") for each in complete]
    base = merge_shards(_with_tools_of_all(bases), allow_mismatch=allow_mismatch)
    _refuse_other_margins(complete)
    comparison = compare(
        head,
        base,
        head.config.limits,
        head.config.suite_budget_s,
        word=word,
        selected=any(each.terms.selected for each in complete),
        allow_mismatch=True,  # the two sides of each target were measured on one machine
        created=max(each.comparison.created for each in complete),
        tool=TOOL,
        baseline_name=complete[0].comparison.baseline,
        margin_floor=complete[0].terms.margin,
        paired=_judged_pairs(complete, base, head),
        moves=joined(each.terms.moves for each in complete),
    )
    notes = dict.fromkeys((*(note for each in complete for note in each.terms.notes), *comparison.notes))
    return replace(comparison, notes=tuple(notes), effort=_effort(complete, comparison)), head


def _effort(parts: Sequence[_Complete], merged: Comparison) -> Effort | None:
    """What the parts cost together; None if one does not say it."""
    efforts = [part.comparison.effort for part in parts if part.comparison.effort is not None]
    if len(efforts) < len(parts):
        return None
    unaffected = sum(row.unaffected is not None for row in merged.rows)
    return Effort(
        measured=len(merged.rows) - unaffected,
        unaffected=unaffected,
        rounds=sum(effort.rounds for effort in efforts),
        wall_s=max(effort.wall_s for effort in efforts),
    )


def _complete(parts: Sequence[ComparedPart]) -> list[_Complete]:
    """The parts in their order, with what it takes to judge them again.

    Raises:
        BaselineError: some cannot be judged again; says why for each.
    """
    complete: list[_Complete] = []
    problems: list[Reason] = []
    for part in parts:
        comparison = part.comparison
        base, head, terms = comparison.base_run, comparison.head_run, comparison.part_terms
        if base is None or head is None:
            fact = f"{part.name}: a comparison with a stored run, which does not hold the rounds"
            problems.append(Reason(fact, (_MERGE_RUNS,)))
        elif comparison.shard is None:
            remedy = "give the files of all parts (compare --against GITREF --shard I/N --output FILE)"
            problems.append(Reason(f"{part.name}: not a part but a whole comparison", (remedy,)))
        elif terms is None:
            fact = f"{part.name}: an older collectbench made it, and did not store how it was judged"
            problems.append(Reason(fact, (_again(comparison.shard),)))
        elif terms.interrupted:
            fact = f"{part.name}: interrupted, so rounds may be missing"
            problems.append(Reason(fact, (_again(comparison.shard),)))
        else:
            shard = comparison.shard
            complete.append(
                _Complete(name=part.name, comparison=comparison, shard=shard, base=base, head=head, terms=terms)
            )
    if problems:
        raise BaselineError(*problems)
    return sorted(complete, key=lambda part: part.shard.index)


def _again(shard: Shard) -> Remedy:
    return Remedy(action=Action.COMPARE_SHARD, value=f"{shard.index}/{shard.count}")


def _part(part: _Complete, side: Run, other: Run, name: str) -> Part:
    """One side of a part. It lacks the targets that only the other side has."""
    elsewhere = frozenset(result.name for result in other.results)
    return Part(name=name, run=side, elsewhere=elsewhere, again=Action.COMPARE_SHARD)


def _with_tools_of_all(parts: Sequence[Part]) -> list[Part]:
    """The parts, each with the tools that watched any of them.

    Tools are known from rounds: a part without a target on this side has none, and a target can bring its own.
    """
    known = [part.run.environment.tools for part in parts if part.run.environment.tools is not None]
    tools = tuple(sorted({tool for each in known for tool in each})) if known else None
    environments = [replace(part.run.environment, tools=tools) for part in parts]
    return [
        replace(part, run=replace(part.run, environment=environment))
        for part, environment in zip(parts, environments, strict=True)
    ]


def _refuse_other_margins(parts: Sequence[_Complete]) -> None:
    """Refuse parts that were judged by several margins.

    Raises:
        BaselineError: names the files and the margins.
    """
    first = parts[0]
    problems = [
        f"{part.name} and {first.name} were judged by different margins ({format_percent(part.terms.margin)} and "
        f"{format_percent(first.terms.margin)}); compare all parts with the same --margin"
        for part in parts[1:]
        if part.terms.margin != first.terms.margin
    ]
    if problems:
        raise BaselineError(*problems)


def _judged_pairs(parts: Sequence[_Complete], base: Run, head: Run) -> dict[str, JudgedPairs]:
    """What the parts say of the pairs of each target that both sides have.

    Raises:
        BaselineError: a part does not say it of one of its targets.
    """
    both = {result.name for result in base.results} & {result.name for result in head.results}
    judged = dict(pair for part in parts for pair in _pairs_of(part))
    lacking = [
        Reason(f"{part.name} does not judge {', '.join(names)}", (_again(part.shard),))
        for part in parts
        if (names := [name for name in part.shard.names if name in both - judged.keys()])
    ]
    if lacking:
        raise BaselineError(*lacking)
    return judged


def _pairs_of(part: _Complete) -> Iterator[tuple[str, JudgedPairs]]:
    for row in part.comparison.rows:
        if row.change is not None:
            pairs = JudgedPairs(change=row.change, waits=row.waits, unaffected=row.unaffected, affected=row.affected)
            yield row.name, pairs
