"""A vanished target fails, unless its directory is measured under other names and no test is lost."""

from __future__ import annotations

import pytest

from collectbench.judge.vanished import judge_vanished
from collectbench.model.comparison import Verdict
from collectbench.model.shard import Shard

GONE = "the target vanished: it is in the baseline, but not in this run"


@pytest.fixture(scope="session", name="judged")
def _judged(result, run):
    """Judges the one target that only the base has; each side as names with items, and the items of its suite."""

    def judge(base_items, head_items, *, suites=None, shard=None, paths=None):
        def side(items, suite):
            targets = [
                result(name=name, paths=paths or (name.removesuffix("/*"),), items=n) for name, n in items.items()
            ]
            whole = None if suite is None else result(name="suite", items=suite)
            return run(*targets, suite=whole)

        base, head = (
            side(items, suite) for items, suite in zip((base_items, head_items), suites or (None, None), strict=True)
        )
        if shard:
            head = run(*head.targets, suite=head.suite, shard=shard)
        (name,) = base_items.keys() - head_items.keys()
        (gone,) = (target for target in base.targets if target.name == name)
        comparison = judge_vanished(gone, base, head, paired=False)
        return comparison.verdict, (comparison.remarks or comparison.reasons)[0]

    return judge


@pytest.mark.parametrize(
    ("base_items", "head_items"),
    [
        ({"tests": 3}, {"tests/unit": 1, "tests/*": 3}),
        ({"tests/unit": 1, "tests/*": 3}, {"tests/unit": 4}),
        ({"tests/unit": 1}, {"tests": 2}),
        ({"tests/*": 1}, {"tests": 2}),
        ({".": 2}, {"tests": 2}),
        ({"./suite": 2}, {"suite/a": 2}),
    ],
)
def test_a_renamed_directory_is_not_a_vanished_target(judged, base_items, head_items) -> None:
    verdict, reason = judged(base_items, head_items)
    assert verdict is Verdict.PASS
    assert reason.startswith(f"now measured as {', '.join(head_items)}, and no items vanished: ")
    assert judged(base_items, head_items, suites=(9, 9))[1].endswith("no items vanished: 9 -> 9")


@pytest.mark.parametrize(
    ("base_items", "head_items", "suites"),
    [
        ({"tests": 3}, {"tests/unit": 1, "tests/*": 1}, None),
        ({"tests": 3}, {"tests/unit": 1, "tests/*": 3}, (9, 8)),
        ({"tests/old": 3, "tests/*": 3}, {"tests/*": 9}, None),
        ({"tests/old": 3}, {"tests/older": 9}, (9, 9)),
        ({"tests": 3}, {}, None),
    ],
)
def test_a_target_whose_tests_are_nowhere_else_has_vanished(judged, base_items, head_items, suites) -> None:
    assert judged(base_items, head_items, suites=suites) == (Verdict.FAIL, GONE)


def test_a_target_with_a_chosen_name_vanishes_when_it_is_renamed(judged) -> None:
    renamed = {"mission-critical": 3}, {"tests": 3}
    assert judged(*renamed, paths=("tests",)) == (Verdict.FAIL, GONE)


def test_a_target_without_tests_is_not_missed(judged) -> None:
    assert judged({".": 0}, {}) == (Verdict.PASS, "in the baseline, but not in this run; it had no tests")


def test_items_of_other_shards_are_inconclusive_unless_this_one_has_the_suite(judged) -> None:
    shard = Shard(index=1, count=2, plan=("tests", "tests/unit", "tests/*", "suite"))
    verdict, reason = judged({"tests": 3}, {"tests/*": 2}, shard=shard)
    assert verdict is Verdict.INCONCLUSIVE
    assert reason.startswith("now measured as tests/unit, tests/*; items may have vanished, since not all of them")
    assert judged({"tests": 3}, {"tests/*": 2}, shard=shard, suites=(3, 3))[0] is Verdict.PASS
