"""Two runs, or one run and its limits: the worst part decides, and every verdict has its reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge.change import judge_change
from collectbench.judge.comparison import compare
from collectbench.judge.reference_seconds import NOMINAL_S
from collectbench.judge.target_comparison import JudgedPairs
from collectbench.model.comparison import Comparison, TargetComparison, Verdict
from collectbench.model.run import Environment, Run, TargetResult, Tool
from collectbench.model.sample import Reference, RoundKind, Status
from collectbench.model.target import Limits
from collectbench.usecases.wording import word

Results = Callable[..., TargetResult]
Runs = Callable[..., Run]
Judge = Callable[..., Comparison]

STEADY = [1.0, 1.01, 1.02, 1.0, 1.01, 1.02]
SLOWER = [1.5 * second for second in STEADY]


@pytest.fixture(scope="session", name="judge")
def _judge(tool: Tool) -> Judge:
    def judge(head: Run, base: Run | None = None, **changes: Any) -> Comparison:
        values: dict[str, Any] = {
            "limits": {},
            "suite_budget_s": None,
            "word": word,
            "selected": False,
            "allow_mismatch": False,
            "created": "2025-01-02T00:00:00Z",
            "tool": tool,
            "baseline_name": "main" if base else None,
        }
        return compare(head, base, **values | changes)

    return judge


def only_target(comparison: Comparison) -> TargetComparison:
    """The one target of a comparison, whose verdict is the overall one."""
    (target,) = comparison.targets
    assert target.verdict is comparison.verdict
    return target


@pytest.mark.parametrize(
    ("base", "head", "verdict", "reason"),
    [
        ({}, {}, Verdict.PASS, "CPU +0.0 %, within the 10 % margin"),
        ({}, {"walls_s": SLOWER}, Verdict.FAIL, "CPU +50 %, over the 10 % margin"),
        ({}, {"items": 99}, Verdict.FAIL, "items vanished: 100 -> 99"),
        (
            {},
            {"errors": 1, "status": Status.COLLECTION_ERRORS},
            Verdict.FAIL,
            "collection errors: 0 -> 1",
        ),
        ({"errors": 2}, {"errors": 2}, Verdict.PASS, "within the 10 % margin"),
        ({"errors": 2}, {"errors": 1, "items": 120}, Verdict.PASS, "more items: 100 -> 120"),
        ({}, {"nodeids_sha256": "1" * 64}, Verdict.PASS, "the same number of items (100), but other node ids"),
        (
            {"status": Status.FAILED, "counts": None},
            {},
            Verdict.INCOMPARABLE,
            "in the baseline, the target could not",
        ),
        (
            {},
            {"status": Status.FAILED, "message": "bad conftest"},
            Verdict.ERROR,
            "could not be collected (failed): bad",
        ),
        (
            {},
            {"status": Status.CRASHED, "counts": None, "walls_s": []},
            Verdict.ERROR,
            "could not be collected (crashed)",
        ),
        (
            {},
            {"status": Status.TIMEOUT, "counts": None, "walls_s": []},
            Verdict.ERROR,
            "could not be collected (timeout)",
        ),
        ({}, {"errors": 3, "items": 0}, Verdict.ERROR, "collected no items, only 3 errors"),
        ({}, {"status": Status.EMPTY, "items": 0}, Verdict.FAIL, "items vanished: 100 -> 0"),
    ],
)
def test_a_target_is_judged_against_its_baseline(
    base: dict[str, Any],
    head: dict[str, Any],
    verdict: Verdict,
    reason: str,
    judge: Judge,
    result: Results,
    run: Runs,
) -> None:
    base_result, head_result = (result(**{"walls_s": STEADY} | changes) for changes in (base, head))
    target = only_target(judge(run(head_result), run(base_result)))
    assert target.verdict is verdict
    assert any(reason in target_reason for target_reason in (*target.reasons, *target.remarks))


def test_the_worst_reason_comes_first_and_passes_are_omitted(judge: Judge, result: Results, run: Runs) -> None:
    head = result([0.9, 1.0, 0.9], items=90, errors=4, status=Status.TIMEOUT)
    comparison = judge(run(head), run(result(STEADY)), limits={"unit": Limits(max_warnings=0, min_items=95)})
    target = only_target(comparison)
    assert target.reasons[0] == "could not be collected (timeout)"
    assert target.reasons[1:4] == (
        "collection errors: 0 -> 4",
        "items vanished: 100 -> 90",
        "min-items: items: 90, minimum 95",
    )
    assert not any("warnings" in reason for reason in target.reasons)


def test_without_a_baseline_only_budgets_are_judged(judge: Judge, result: Results, run: Runs) -> None:
    comparison = judge(run(result([1.0] * 3)), limits={"unit": Limits(budget_s=0.5, goal_reduction=0.5)})
    target = only_target(comparison)
    assert target.verdict is Verdict.FAIL
    assert target.reasons == ("budget: fastest of 3 rounds 1.00 s, over 500 ms",)
    assert (target.change, target.counts.base, target.counts.same_nodeids) == (None, None, None)
    assert (comparison.baseline, comparison.mode, comparison.notes) == (None, "stored", ())


def test_a_target_without_limits_and_baseline_passes_and_says_so(judge: Judge, result: Results, run: Runs) -> None:
    target = only_target(judge(run(result([1.0]))))
    assert (target.verdict, target.budget) == (Verdict.PASS, None)
    assert target.reasons == ("collected; there is no limit and no baseline to judge it by",)


def test_a_new_target_is_said_to_be_new(judge: Judge, result: Results, run: Runs) -> None:
    comparison = judge(run(result(STEADY), result(STEADY, name="new")), run(result(STEADY)))
    assert comparison.verdict is Verdict.PASS
    assert "new, since it is not in the baseline" in comparison.targets[1].remarks
    assert comparison.targets[1].change is None


@pytest.mark.parametrize("limits", [{}, {"unit": Limits(min_items=1)}])
def test_a_target_that_was_never_measured_is_inconclusive(
    judge: Judge, result: Results, run: Runs, limits: dict[str, Limits]
) -> None:
    unmeasured = result(counts=None, nodeids_sha256=None)
    for base in (None, run(), run(result(STEADY))):
        suite = result(name="suite", counts=None)
        comparison = judge(run(unmeasured, suite=suite), base, limits=limits)
        assert comparison.targets[0].verdict is Verdict.INCONCLUSIVE
        assert comparison.targets[0].reasons[0] == "not measured: no round was completed before the time limit"
        assert comparison.suite is not None
        assert comparison.suite.verdict is Verdict.INCONCLUSIVE


def test_a_target_that_vanished_fails(judge: Judge, result: Results, run: Runs) -> None:
    gone = result(STEADY, name="gone", items=7)
    comparison = judge(run(result(STEADY)), run(gone, result(STEADY)))
    assert comparison.verdict is Verdict.FAIL
    assert [target.name for target in comparison.targets] == ["unit", "gone"]
    vanished = comparison.targets[1]
    assert (vanished.verdict, vanished.counts.base, vanished.counts.head) == (Verdict.FAIL, gone.counts, None)
    assert "the target vanished" in vanished.reasons[0]
    assert comparison.reasons == ("1 fail", "1 pass")


def test_targets_that_were_not_selected_have_not_vanished(judge: Judge, result: Results, run: Runs) -> None:
    comparison = judge(run(result(STEADY)), run(result(STEADY, name="other"), result(STEADY)), selected=True)
    assert only_target(comparison).verdict is Verdict.PASS
    assert comparison.notes == ("targets of the baseline that were not selected, and are not judged: 1",)


def test_another_environment_forbids_the_change_but_not_budgets_and_counts(
    judge: Judge, result: Results, run: Runs, environment: Environment
) -> None:
    base = run(result(STEADY), environment=replace(environment, pytest="7.4.0"))
    head = run(result(SLOWER, items=99))
    limits = {"unit": Limits(budget_s=0.1, goal_reduction=0.5)}
    comparison = judge(head, base, limits=limits)
    target = only_target(comparison)
    assert target.change is not None
    assert target.change.verdict is Verdict.INCOMPARABLE
    assert target.verdict is Verdict.FAIL
    assert target.reasons == (
        "items vanished: 100 -> 99",
        "budget: fastest of 6 rounds 1.50 s, over 100 ms",
    )
    assert target.change.reason == comparison.refusal
    assert target.remarks == ()
    assert target.budget is not None
    assert target.budget.checks[1].verdict is Verdict.INCONCLUSIVE


def test_an_inconclusive_change_is_a_remark_on_a_target_that_fails(judge: Judge, result: Results, run: Runs) -> None:
    target = only_target(judge(run(result([1.0, 1.2, 1.4], items=99)), run(result(STEADY))))
    assert target.change is not None
    assert target.change.verdict is Verdict.INCONCLUSIVE
    assert target.reasons == ("items vanished: 100 -> 99",)
    assert target.remarks == (target.change.reason,)


def test_an_incomparable_run_names_remedies(judge: Judge, result: Results, run: Runs, environment: Environment) -> None:
    base = run(result(STEADY), environment=replace(environment, cpu_model="Model B"))
    comparison = judge(run(result(STEADY)), base)
    assert comparison.verdict is Verdict.INCOMPARABLE
    assert comparison.refusal == (
        "the environments differ: CPU Model B -> Model A;"
        " record the baseline again on this machine, at its commit, or allow the differences with --allow-mismatch"
    )
    assert comparison.targets[0].reasons == (comparison.refusal,)
    assert comparison.reasons == ("1 incomparable",)


def test_an_allowed_mismatch_is_judged_and_noted(
    judge: Judge, result: Results, run: Runs, environment: Environment
) -> None:
    base = run(result(STEADY), environment=replace(environment, bytecode="disabled"))
    comparison = judge(run(result(SLOWER)), base, allow_mismatch=True)
    assert comparison.verdict is Verdict.FAIL
    assert comparison.notes == (
        "compared although the environments differ, as requested: bytecode disabled -> written",
    )


def test_a_changed_plugin_is_noted_but_does_not_excuse_growth(
    judge: Judge, result: Results, run: Runs, environment: Environment
) -> None:
    base = run(result(STEADY), environment=replace(environment, plugins={}))
    comparison = judge(run(result(SLOWER)), base)
    assert comparison.verdict is Verdict.FAIL
    assert comparison.notes == ("plugin pytest-cov 5.0.0 added",)


def test_times_of_two_processors_are_compared_in_reference_seconds_if_allowed(
    judge: Judge, result: Results, run: Runs, environment: Environment
) -> None:
    quick, slow = ({"reference": Reference(wall_s=n * NOMINAL_S, cpu_s=n * NOMINAL_S), "phases": {}} for n in (1, 2))
    base = run(result(STEADY, sample=quick), environment=replace(environment, cpu_model="Model B"))
    head = run(result([2 * second for second in STEADY], sample=slow))
    refused = only_target(judge(head, base)).change
    assert refused is not None
    assert refused.verdict is Verdict.INCOMPARABLE
    assert refused.base_reference_wall_s == pytest.approx(refused.head_reference_wall_s)
    allowed = judge(head, base, allow_mismatch=True)
    assert only_target(allowed).verdict is Verdict.PASS
    assert "in reference seconds" in only_target(allowed).reasons[0]
    assert "CPU Model B -> Model A" in allowed.notes[0]


def test_the_suite_is_judged_like_a_target_and_counts(judge: Judge, result: Results, run: Runs) -> None:
    suite = result([4.0] * 3, name="suite")
    comparison = judge(
        run(result(STEADY), suite=suite), run(result(STEADY), suite=result([4.0] * 3)), suite_budget_s=2.0
    )
    assert comparison.suite is not None
    assert comparison.suite.verdict is Verdict.FAIL
    assert comparison.suite.change is not None
    assert comparison.suite.change.verdict is Verdict.PASS
    assert comparison.verdict is Verdict.FAIL
    assert comparison.reasons == ("1 pass", "suite fail")


def test_a_suite_that_the_baseline_lacks_is_noted(judge: Judge, result: Results, run: Runs) -> None:
    comparison = judge(run(result(STEADY), suite=result(STEADY, name="suite")), run(result(STEADY)))
    assert comparison.notes == ("the baseline has no suite, so the change of the suite is not judged",)
    assert comparison.suite is not None
    assert comparison.suite.verdict is Verdict.PASS


def test_a_skipped_suite_has_not_vanished(judge: Judge, result: Results, run: Runs) -> None:
    comparison = judge(run(result(STEADY)), run(result(STEADY), suite=result(STEADY)), suite_budget_s=0.1)
    assert (comparison.suite, comparison.verdict) == (None, Verdict.PASS)


def test_a_run_without_targets_is_inconclusive(judge: Judge, run: Runs) -> None:
    comparison = judge(run())
    assert (comparison.verdict, comparison.reasons) == (Verdict.INCONCLUSIVE, ("no target was measured",))


def test_the_margin_floor_reaches_every_change(judge: Judge, result: Results, run: Runs) -> None:
    comparison = judge(run(result(SLOWER)), run(result(STEADY)), margin_floor=0.9)
    assert only_target(comparison).verdict is Verdict.PASS


def test_unknown_node_ids_are_neither_same_nor_different(judge: Judge, result: Results, run: Runs) -> None:
    target = only_target(judge(run(result(STEADY, nodeids_sha256=None)), run(result(STEADY))))
    assert target.counts.same_nodeids is None


@given(
    st.lists(st.floats(min_value=0.1, max_value=9), max_size=8),
    st.lists(st.floats(min_value=0.1, max_value=9), max_size=8),
    st.sampled_from(Status),
    st.integers(min_value=0, max_value=2),
)
def test_every_verdict_has_its_reasons(
    judge: Judge, result: Results, run: Runs, base: list[float], head: list[float], status: Status, count: int
) -> None:
    head_result = result(head, status=status, items=count, errors=2 - count)
    limits = {"unit": Limits(budget_s=1.0, memory_budget_bytes=2**20, max_errors=1)}
    for base_run in (None, run(result(base, items=1))):
        comparison = judge(run(head_result), base_run, limits=limits)
        assert comparison.reasons
        assert all(target.reasons and all(target.reasons) for target in comparison.targets)


# Work counters


def counted(result: Results, modules: int, **changes: Any) -> TargetResult:
    return result(STEADY, **{"counters": {"modules": modules, "items": 100}, **changes})


def test_a_counter_that_grew_too_much_fails_a_target_whatever_its_time(
    judge: Judge, run: Runs, result: Results
) -> None:
    target = only_target(judge(run(counted(result, 1200)), run(counted(result, 1000))))
    assert target.verdict is Verdict.FAIL
    assert target.reasons == ("+200 modules (1,000 -> 1,200): over the 10 % margin",)
    assert target.counters is not None
    assert (target.counters["modules"].head, target.remarks) == (1200, ())
    assert target.change is not None
    assert target.change.verdict is Verdict.PASS


def test_a_counter_that_changed_little_is_a_remark_on_a_target_that_passes(
    judge: Judge, run: Runs, result: Results
) -> None:
    target = only_target(judge(run(counted(result, 1001)), run(counted(result, 1000))))
    assert (target.verdict, target.remarks) == (Verdict.PASS, ("+1 module (1,000 -> 1,001)",))


def test_the_margin_holds_for_counters_too(judge: Judge, run: Runs, result: Results) -> None:
    comparison = judge(run(counted(result, 1200)), run(counted(result, 1000)), margin_floor=0.5)
    assert comparison.verdict is Verdict.PASS


@pytest.mark.parametrize("side", ["base", "head"])
def test_counters_of_a_target_that_could_not_be_collected_are_not_judged(
    judge: Judge, run: Runs, result: Results, side: str
) -> None:
    sides = {"base": counted(result, 1000), "head": counted(result, 2000)}
    sides[side] = replace(sides[side], status=Status.FAILED)
    assert judge(run(sides["head"]), run(sides["base"])).targets[0].counters is None


@pytest.mark.parametrize(
    ("change", "allowed", "judged"),
    [
        ({"cpu_model": "Model B"}, False, True),
        ({"plugins": {}}, False, True),
        ({"pytest": "9.0.1"}, False, False),
        ({"bytecode": "disabled"}, False, False),
        ({"bytecode": "disabled"}, True, True),
    ],
)
def test_counters_are_judged_if_the_same_code_does_the_same_work(
    judge: Judge, run: Runs, result: Results, environment: Environment, change: Any, allowed: bool, judged: bool
) -> None:
    base = run(counted(result, 1000), environment=replace(environment, **change))
    (target,) = judge(run(counted(result, 1200)), base, allow_mismatch=allowed).targets
    assert (target.counters is not None) == judged
    assert (target.verdict is Verdict.FAIL) == judged


@pytest.mark.parametrize("base", [None, ()])
@pytest.mark.parametrize("limits", [{}, {"unit": Limits(min_items=1)}])
def test_a_target_with_a_warmup_alone_does_not_pass(
    judge: Judge, result: Results, run: Runs, base: tuple[()] | None, limits: dict[str, Limits]
) -> None:
    warmed_up = result([1.0], sample={"kind": RoundKind.WARMUP})
    (target,) = judge(run(warmed_up), None if base is None else run(), limits=limits).targets
    assert target.verdict is Verdict.INCONCLUSIVE
    assert target.reasons[0] == "not timed: no timed round was completed before the time limit"


def test_a_target_that_was_not_timed_shows_the_reason_of_its_change(judge: Judge, result: Results, run: Runs) -> None:
    never = result(counts=None, nodeids_sha256=None)
    late = replace(judge_change(result(STEADY), result(STEADY), word), pairs=0, reason="not timed: time limit reached")
    assert judge(run(never), run(never), paired={"unit": JudgedPairs(change=late, waits=None)}).targets[0].reasons == (
        late.reason,
    )


def test_notes_do_not_say_why_a_target_was_not_measured(judge: Judge, result: Results, run: Runs) -> None:
    noted = result(counts=None, nodeids_sha256=None, notes=("a file could not be put back",))
    (target,) = judge(run(noted)).targets
    assert target.verdict is Verdict.INCONCLUSIVE
    assert target.reasons == ("not measured: no round was completed before the time limit",)


def test_a_comparison_shows_the_notes_of_the_judged_run(judge: Judge, result: Results, run: Runs) -> None:
    base, head = (
        run(result(STEADY), notes=("of the baseline",)),
        run(result(STEADY), notes=("a file could not be put back",)),
    )
    assert judge(head, base).notes == judge(head).notes == ("a file could not be put back",)


def test_a_comparison_advises_to_write_bytecode(
    judge: Judge, result: Results, run: Runs, environment: Environment
) -> None:
    comparison = judge(run(result(STEADY), environment=replace(environment, bytecode="disabled")))
    assert comparison.notes[0].startswith(
        "Python is set not to write bytecode (-B), so pytest rewrites every test file"
    )


def test_a_paired_comparison_keeps_both_runs_and_shows_the_notes_of_head(
    judge: Judge, result: Results, run: Runs
) -> None:
    gone, never = result(STEADY, name="gone"), result(name="never", counts=None, nodeids_sha256=None)
    base, head = run(result(STEADY), gone, never), run(result(SLOWER), never, notes=("about the sides",))
    change = judge_change(result(STEADY), result(STEADY), word)
    paired = {name: JudgedPairs(change=change, waits=None) for name in ("unit", "never")}
    comparison = judge(head, base, paired=paired)
    assert (comparison.mode, comparison.base_run, comparison.head_run) == ("paired", base, head)
    assert comparison.notes == ("about the sides",)
    unit, unmeasured, vanished = comparison.targets
    assert unit.change is change, "it was judged already"
    assert unmeasured.reasons == ("not measured: no round was completed before the time limit",)
    assert vanished.reasons == ("the target vanished: it is in the base, but not in head",)
