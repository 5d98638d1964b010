"""A paired comparison of a whole plan, and the same plan compared in parts, for the tests of merging."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from collectbench.judge.comparison import compare
from collectbench.judge.moved import moves_of_vanished
from collectbench.judge.target_comparison import JudgedPairs
from collectbench.model.comparison import Change, Comparison, PartTerms, Verdict, Waits
from collectbench.model.file_moves import FileMoves
from collectbench.model.run import Run, Settings, TargetResult
from collectbench.model.sample import Counts
from collectbench.model.shard import Shard
from collectbench.model.target import Limits
from collectbench.usecases.merged_comparison import ComparedPart
from collectbench.usecases.origin import TOOL
from collectbench.usecases.wording import word
from full_reports import made_run, made_target

PLAN = (
    "tests/counted", "tests/gone", "tests/old", "tests/renamed", "tests/same", "tests/slower",
    "tests/called", "tests/http", "tests/new", "suite",
)  # fmt: skip
"""The targets of base in their order, then those that only head has, then the suite."""
DIGEST = "d" * 12
MOVES = FileMoves(renamed={"tests/renamed/test_r.py": "tests/called/test_r.py", "a.txt": "b.txt"}, deleted=("gone.py",))
LIMITS = {"tests/same": Limits(budget_s=9.0), "tests/new": Limits(min_items=500)}


def sides() -> tuple[Run, Run]:
    """Base and head of the whole plan."""
    same, suite = made_target("tests/same", 1.0), made_target("suite", 9.0)
    base = (
        made_target("tests/counted", 1.0, counters={"modules": 1_000}),
        made_target("tests/gone", 1.0),
        made_target("tests/old", 1.0, relative_nodeids_sha256="1" * 64),
        made_target("tests/renamed", 1.0, relative_nodeids_sha256="2" * 64),
        same,
        made_target("tests/slower", 1.0, pairs=10),
    )
    head = (
        made_target("tests/counted", 1.0, counters={"modules": 1_150}),
        same,
        made_target("tests/slower", 2.0, pairs=10),
        made_target("tests/called", 1.0, relative_nodeids_sha256="3" * 64),
        made_target("tests/http", 1.0, relative_nodeids_sha256="1" * 64),
        made_target("tests/new", 1.0),
    )
    settings = Settings(limits=LIMITS, suite_budget_s=5.0)
    return (
        replace(made_run(*base, suite=suite), commit="ba5e" * 10, config=settings),
        replace(made_run(*head, suite=suite), commit="4ead" * 10, config=settings, notes=("a note",)),
    )


def judged_pairs(base: Run, head: Run) -> dict[str, JudgedPairs]:
    """What the pairs of each target of both sides show: tests/slower is slower and waits, nothing else changed."""
    known = {result.name for result in base.results}
    return {result.name: _judged(result) for result in head.results if result.name in known}


def _judged(result: TargetResult) -> JudgedPairs:
    is_slower = result.name == "tests/slower"
    change = Change(
        ratio=2.0 if is_slower else None,
        ci95=(1.9, 2.1) if is_slower else None,
        margin=0.1,
        pairs=10 if is_slower else 0,
        p_value=0.0001 if is_slower else None,
        minimum_detectable_effect=None,
        verdict=Verdict.FAIL if is_slower else Verdict.PASS,
        reason="CPU +100 %" if is_slower else "nothing changed",
        base_wall_s=1.0 if is_slower else None,
        head_wall_s=2.0 if is_slower else None,
    )
    waits = Waits(
        base_s=0.0, head_s=1.0, growth_s=1.0, ci95_s=(0.9, 1.1), margin_s=0.1, pairs=10, verdict=Verdict.FAIL,
        reason="waits +1 s",
    )  # fmt: skip
    return JudgedPairs(change=change, waits=waits if is_slower else None)


def judged(base: Run, head: Run, *, created: str, margin: float = 0.1, selected: bool = False) -> Comparison:
    """The comparison of two runs, as a paired comparison judges them."""
    is_missing = {result.name for result in base.targets} - {result.name for result in head.targets}
    moves = MOVES if is_missing and not selected else None
    comparison = compare(
        head,
        base,
        head.config.limits,
        head.config.suite_budget_s,
        word=word,
        selected=selected,
        allow_mismatch=True,
        created=created,
        tool=TOOL,
        baseline_name="main (ba5eba5eba)",
        margin_floor=margin,
        paired=judged_pairs(base, head),
        moves=moves,
    )
    if head.shard is None:
        return comparison
    moves = moves and moves_of_vanished(base, head, moves)
    return replace(comparison, part_terms=PartTerms(margin=margin, selected=selected, moves=moves))


def parts(count: int = 2, *, margin: float = 0.1, selected: bool = False) -> list[ComparedPart]:
    """The parts of the whole plan, `1.json` and so on: part I has each N-th name from the I-th on."""
    base, head = sides()
    made = []
    for index in range(1, count + 1):
        shard = Shard(index=index, count=count, plan=PLAN, own=PLAN[index - 1 :: count], digest=DIGEST)
        part = judged(
            _cut(base, shard),
            _cut(head, shard),
            created=f"2026-01-0{index}T00:00:00Z",
            margin=margin,
            selected=selected,
        )
        made.append(ComparedPart(name=f"{index}.json", comparison=part))
    return made


def _cut(run: Run, shard: Shard) -> Run:
    """The run of one part; each draws a seed of its own."""
    limits = {name: limit for name, limit in run.config.limits.items() if name in shard.names}
    return replace(
        run,
        created=f"2025-12-0{shard.index}T00:00:00Z",
        targets=tuple(target for target in run.targets if target.name in shard.names),
        suite=run.suite if "suite" in shard.names else None,
        config=replace(run.config, seed=shard.index, limits=limits),
        shard=shard,
    )


def whole(count: int, *, margin: float = 0.1, selected: bool = False) -> Comparison:
    """The comparison of the whole plan, with the times and the seed that a merge of `count` parts gives it."""
    base, head = (replace(run, created="2025-12-01T00:00:00Z", config=replace(run.config, seed=1)) for run in sides())
    return judged(base, head, created=f"2026-01-0{count}T00:00:00Z", margin=margin, selected=selected)


def with_head(part: ComparedPart, **changes: object) -> ComparedPart:
    """The part with another head run."""
    return _with_run(part, "head_run", changes)


def with_base(part: ComparedPart, **changes: object) -> ComparedPart:
    """The part with another base run."""
    return _with_run(part, "base_run", changes)


def with_items(part: ComparedPart, name: str, items: int) -> ComparedPart:
    """The part, in whose head a target has that many items."""
    assert part.comparison.head_run is not None
    counts = Counts(items=items, files=1, errors=0, warnings=0, collection_warnings=0)
    targets = [
        replace(target, counts=counts) if target.name == name else target for target in part.comparison.head_run.targets
    ]
    return with_head(part, targets=tuple(targets))


def _with_run(part: ComparedPart, side: str, changes: Mapping[str, object]) -> ComparedPart:
    run = replace(getattr(part.comparison, side), **changes)
    return replace(part, comparison=replace(part.comparison, **{side: run}))
