"""Parts of one paired comparison become the comparison of the whole plan, or the error says why they cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from collectbench.model.comparison import Effort, Unaffected, Verdict
from collectbench.model.errors import BaselineError
from collectbench.model.run import Tool
from collectbench.model.shard import Shard
from collectbench.usecases.merged_comparison import ComparedPart
from collectbench.usecases.merging import merge_comparisons
from collectbench.usecases.wording import explain_error
from compared_parts import DIGEST, PLAN, parts, whole, with_base, with_head, with_items

AGAIN = "compare the shard (compare --against GITREF --shard 2/2)"
MERGE_RUNS = (
    "measure each part with baseline --shard I/N, merge these runs, and judge the result with compare --run FILE"
)


def refusal(changed: list[ComparedPart], *, allow_mismatch: bool = False) -> str:
    """The message that refuses the parts."""
    with pytest.raises(BaselineError) as caught:
        merge_comparisons(changed, allow_mismatch=allow_mismatch)
    return explain_error(caught.value)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 9])
def test_merged_parts_are_the_comparison_of_the_whole_in_any_order(count: int) -> None:
    merged = merge_comparisons(parts(count)[::-1])
    assert merged == whole(count)
    assert [row.name for row in merged.rows] == [
        *("tests/counted", "tests/same", "tests/slower", "tests/called", "tests/http", "tests/new"),
        *("tests/gone", "tests/old", "tests/renamed", "suite"),
    ]


def test_a_target_that_moved_to_another_part_has_not_vanished() -> None:
    one, other = parts(2)
    alone = {row.name: row.verdict for part in (one, other) for row in part.comparison.rows}
    merged = {row.name: row for row in merge_comparisons([one, other]).rows}
    moved = ("tests/old", "tests/renamed")
    assert [alone[name] for name in moved] == [Verdict.FAIL, Verdict.FAIL]
    assert [merged[name].verdict for name in moved] == [Verdict.PASS, Verdict.PASS]
    assert merged["tests/renamed"].remarks == (
        "now measured as tests/called: git calls each file renamed, and no items vanished: 400 -> 400",
    )
    assert merged["tests/gone"].verdict is Verdict.FAIL


def test_items_that_vanished_while_a_target_moved_to_another_part_are_seen() -> None:
    changed = [with_items(part, "tests/called", 399) for part in parts(2)]
    merged = {row.name: row.verdict for row in merge_comparisons(changed).rows}
    assert merged["tests/renamed"] is Verdict.FAIL


def test_each_part_stores_only_the_moves_of_its_vanished_targets() -> None:
    moves = [part.comparison.part_terms and part.comparison.part_terms.moves for part in parts(10)]
    renamed = [dict(each.renamed) if each else None for each in moves]
    assert renamed[PLAN.index("tests/renamed")] == {"tests/renamed/test_r.py": "tests/called/test_r.py"}
    assert renamed[PLAN.index("tests/gone")] == {}
    assert renamed[PLAN.index("tests/same")] is None


def test_changes_of_times_and_waits_stay_as_the_parts_judged_them() -> None:
    (slower,) = [row for row in merge_comparisons(parts(3)).rows if row.name == "tests/slower"]
    assert slower.change is not None
    assert (slower.change.p_value, slower.waits and slower.waits.reason) == (0.0001, "waits +1 s")


@pytest.mark.parametrize(("margin", "verdict"), [(0.1, Verdict.FAIL), (0.2, Verdict.PASS)])
def test_counters_are_judged_by_the_margin_of_the_parts(margin: float, verdict: Verdict) -> None:
    merged = merge_comparisons(parts(2, margin=margin))
    assert merged == whole(2, margin=margin)
    assert merged.targets[0].verdict is verdict


def test_targets_that_were_not_named_are_not_missed() -> None:
    merged = merge_comparisons(parts(3, selected=True))
    assert merged == whole(3, selected=True)
    assert not {"tests/gone", "tests/old"} & {row.name for row in merged.rows}


def test_limits_are_those_stored_with_the_parts() -> None:
    merged = {row.name: row for row in merge_comparisons(parts(4)).rows}
    checks = {name: [check.key for check in row.budget.checks] for name, row in merged.items() if row.budget}
    assert checks == {"tests/same": ["budget"], "tests/new": ["min-items"], "suite": ["budget"]}
    assert merged["tests/new"].verdict is Verdict.FAIL


def test_a_plan_without_a_suite_gives_a_comparison_without_one() -> None:
    changed = [
        with_head(with_base(part, suite=None, shard=shard), suite=None, shard=shard)
        for part in parts(2)
        for shard in [_without_suite(part)]
    ]
    assert merge_comparisons(changed).suite is None


def _without_suite(part: ComparedPart) -> Shard:
    assert part.comparison.shard is not None
    own = tuple(name for name in part.comparison.shard.names if name != "suite")
    return replace(part.comparison.shard, plan=PLAN[:-1], own=own)


def test_notes_of_all_parts_are_kept_once_each() -> None:
    one, other = parts(2)
    other = with_head(other, notes=("a note", "another"))
    assert merge_comparisons([one, other]).notes[-2:] == ("a note", "another")


def test_notes_of_the_parts_that_no_run_holds_are_kept_once_each() -> None:
    changed = [with_terms(part, notes=("the baseline vouches for no target",)) for part in parts(2)]
    assert merge_comparisons(changed).notes == ("the baseline vouches for no target", *whole(2).notes)


def test_the_effort_is_that_of_all_parts_side_by_side() -> None:
    changed = [
        with_comparison(effort=Effort(measured=4, unaffected=0, rounds=rounds, wall_s=wall_s))(part)
        for part, rounds, wall_s in zip(parts(2), (30, 12), (60.0, 90.0), strict=True)
    ]
    merged = merge_comparisons(changed)
    assert merged.effort == Effort(measured=len(merged.rows), unaffected=0, rounds=42, wall_s=90.0)
    assert merge_comparisons([changed[0], parts(2)[1]]).effort is None


def test_a_target_that_a_stored_run_vouches_for_is_none_that_was_measured() -> None:
    effort = Effort(measured=9, unaffected=1, rounds=30, wall_s=60.0)
    vouched = Unaffected(baseline="main", created="2026-01-01T00:00:00Z", commit=None, files=3)
    (only,) = parts(1)
    rows = [replace(row, unaffected=vouched) if row.name == "tests/same" else row for row in only.comparison.targets]
    merged = merge_comparisons([with_comparison(effort=effort, targets=tuple(rows))(only)])
    assert [row.name for row in merged.rows if row.unaffected] == ["tests/same"]
    assert merged.effort == effort


def test_a_tool_that_watched_one_target_is_one_of_the_whole() -> None:
    one, other = parts(2)
    assert one.comparison.head_run is not None
    watched = replace(one.comparison.head_run.environment, tools=("coverage (sys.settrace)",))
    unknown = replace(one.comparison.head_run.environment, tools=())
    merged = merge_comparisons(
        [
            with_head(with_base(one, environment=unknown), environment=unknown),
            with_head(with_base(other, environment=watched), environment=watched),
        ]
    )
    assert merged.environment.tools == ("coverage (sys.settrace)",)


Change = Callable[[ComparedPart], ComparedPart]


def with_shard(**changes: object) -> Change:
    """Another shard on both sides."""

    def change(part: ComparedPart) -> ComparedPart:
        assert part.comparison.shard is not None
        shard = replace(part.comparison.shard, **changes)  # type: ignore[arg-type]
        part = with_head(with_base(part, shard=shard), shard=shard)
        return replace(part, comparison=replace(part.comparison, shard=shard))

    return change


def with_comparison(**changes: object) -> Change:
    """Another comparison of the same runs."""
    return lambda part: replace(part, comparison=replace(part.comparison, **changes))  # type: ignore[arg-type]


def with_terms(part: ComparedPart, **changes: object) -> ComparedPart:
    """The part with other terms."""
    assert part.comparison.part_terms is not None
    terms = replace(part.comparison.part_terms, **changes)  # type: ignore[arg-type]
    return with_comparison(part_terms=terms)(part)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (with_shard(digest="f" * 12), f"2.json and 1.json differ in the parts of the plan (ffffffffffff and {DIGEST})"),
        (with_shard(count=3), "2.json and 1.json differ in the number of shards (3 and 2)"),
        (with_shard(index=1), "shard 1/2 is given 2 times: 1.json, 2.json; omit all but one"),
        (lambda part: with_base(part, commit="0" * 40), "2.json (base) and 1.json (base) differ in the commit (0000"),
        (lambda part: with_head(part, commit="0" * 40), "2.json and 1.json differ in the commit (0000"),
        (lambda part: with_head(part, dirty=True), "differ in whether the working tree had changes (True and False)"),
        (lambda part: with_head(part, tool=Tool(name="collectbench", version="0")), "differ in the version of"),
        (
            lambda part: with_head(with_base(part, targets=()), targets=()),
            f"2.json lacks tests/gone, tests/renamed, tests/slower, tests/http; {AGAIN}",
        ),
        (
            with_comparison(targets=()),
            "2.json does not judge tests/slower; compare the shard (compare --against GITREF --shard 2/2)",
        ),
        (
            with_comparison(shard=None),
            "2.json: not a part but a whole comparison; give the files of all parts (compare --against GITREF",
        ),
        (
            with_comparison(base_run=None, head_run=None, mode="stored"),
            f"2.json: a comparison with a stored run, which does not hold the rounds; {MERGE_RUNS}",
        ),
        (
            with_comparison(part_terms=None),
            f"2.json: an older collectbench made it, and did not store how it was judged; {AGAIN}",
        ),
    ],
)
def test_parts_of_different_comparisons_are_refused_with_the_way_out(change: Change, message: str) -> None:
    one, other = parts(2)
    assert message in refusal([one, change(other)])


def test_all_comparisons_that_are_no_parts_are_named_at_once() -> None:
    changed = [with_comparison(shard=None)(part) for part in parts(2)]
    assert [line.partition(":")[0] for line in refusal(changed).splitlines()] == ["1.json", "2.json"]


def test_an_interrupted_part_is_refused() -> None:
    one, other = parts(2)
    assert one.comparison.part_terms is not None
    terms = replace(one.comparison.part_terms, interrupted=True)
    assert refusal([with_comparison(part_terms=terms)(one), other]) == (
        "1.json: interrupted, so rounds may be missing; compare the shard (compare --against GITREF --shard 1/2)"
    )


def test_a_gap_is_named_with_what_fills_it() -> None:
    one, _, three = parts(3)
    assert refusal([one, three]) == ("missing: shard 2/3; compare the shard (compare --against GITREF --shard 2/3)")


def test_parts_that_were_judged_by_different_margins_are_refused() -> None:
    one, other = parts(2)[0], parts(2, margin=0.2)[1]
    assert refusal([one, other]) == (
        "2.json and 1.json were judged by different margins (20 % and 10 %); compare all parts with the same --margin"
    )


def test_another_machine_is_refused_unless_it_is_allowed_and_then_a_note_names_it() -> None:
    one, other = parts(2)
    assert one.comparison.head_run is not None
    environment = replace(one.comparison.head_run.environment, cpu_model="Another")
    other = with_head(with_base(other, environment=environment), environment=environment)
    assert "2.json is of another environment than 1.json (CPU Xeon there, Another here)" in refusal([one, other])
    merged = merge_comparisons([one, other], allow_mismatch=True)
    assert merged.verdict is Verdict.FAIL
    assert merged.notes[-1] == (
        "another machine measured shard 2 (tests/gone, tests/renamed, tests/slower, tests/http, suite): "
        "CPU Xeon there, Another here"
    )


def test_other_software_is_always_refused() -> None:
    one, other = parts(2)
    assert one.comparison.head_run is not None
    environment = replace(one.comparison.head_run.environment, pytest="1")
    other = with_head(with_base(other, environment=environment), environment=environment)
    assert "measure both in the same environment" in refusal([one, other], allow_mismatch=True)
