"""Shards become the run of the whole plan, or the error says why they cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.model.errors import BaselineError
from collectbench.model.run import Run, Tool
from collectbench.model.shard import Shard
from collectbench.model.target import Limits
from collectbench.store.shards import Part, merge_shards

PLAN = ("tests/a", "tests/b", "tests/c", "suite")


@pytest.fixture
def whole(run: Run) -> Run:
    third = replace(run.targets[0], name="tests/c", paths=("tests/c",))
    limits = {"tests/a": Limits(budget_s=1.0), "tests/b": Limits(min_items=1)}
    return replace(run, targets=(*run.targets, third), config=replace(run.config, limits=limits), notes=("a note",))


@pytest.fixture
def shards(whole):
    """The shards of the whole run, as files; `changes` by index are made to them."""

    def cut(count: int = 2, **changes) -> list[Part]:
        parts = []
        for index in range(1, count + 1):
            names = PLAN[index - 1 :: count]
            targets = tuple(target for target in whole.targets if target.name in names)
            limits = {name: limit for name, limit in whole.config.limits.items() if name in names}
            run = replace(
                whole,
                created=f"2026-01-0{index}T00:00:00Z",
                targets=targets,
                suite=whole.suite if "suite" in names else None,
                config=replace(whole.config, seed=index, limits=limits),
                shard=Shard(index=index, count=count, plan=PLAN),
            )
            run = replace(run, **changes.get(f"of_{index}", {}))
            parts.append(Part(name=f"{index}.json", run=run))
        return parts

    return cut


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_merged_shards_are_the_whole_run_in_any_order(count, shards, whole) -> None:
    merged = merge_shards(shards(count)[::-1])
    expected = replace(whole, created="2026-01-01T00:00:00Z", config=replace(whole.config, seed=1))
    assert merged == expected
    assert list(merged.config.limits) == list(whole.config.limits)


def test_a_plan_without_a_suite_gives_a_run_without_one(shards) -> None:
    parts = [
        replace(part, run=replace(part.run, suite=None, shard=replace(part.run.shard, plan=PLAN[:-1])))
        for part in shards()
    ]
    merged = merge_shards(parts)
    assert ([target.name for target in merged.targets], merged.suite) == (list(PLAN[:-1]), None)


def test_notes_of_all_shards_are_kept_once_each(shards) -> None:
    assert merge_shards(shards(of_2={"notes": ("a note", "another")})).notes == ("a note", "another")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"commit": "fedcba"},
            "2.json and 1.json differ in the commit (fedcba and 0123456789abcdef); measure all shards",
        ),
        ({"dirty": True}, "differ in whether the working tree had changes (True and False)"),
        ({"tool": Tool(name="collectbench", version="9")}, "differ in the version of collectbench (9 and 0.1.0)"),
        ({"shard": Shard(index=2, count=3, plan=PLAN)}, "differ in the number of shards (3 and 2)"),
        ({"shard": Shard(index=2, count=2, plan=("x",))}, "differ in the plan (x and 4 parts)"),
        ({"shard": Shard(index=2, count=2, plan=())}, "differ in the plan (none and 4 parts)"),
        ({"targets": ()}, "2.json lacks tests/b; measure the shard"),
        ({"shard": None}, "2.json: not a shard but a whole run"),
    ],
)
def test_parts_of_different_runs_are_refused_with_the_way_out(changes, message, shards) -> None:
    with pytest.raises(BaselineError) as caught:
        merge_shards(shards(of_2=changes))
    assert message in str(caught.value)


def test_other_settings_are_refused(shards) -> None:
    one, other = shards()
    other = replace(other, run=replace(other.run, config=replace(other.run.config, rounds=9)))
    with pytest.raises(BaselineError, match=r"differ in the setting rounds \(9 and none\)"):
        merge_shards([one, other])


def test_missing_and_repeated_shards_are_named(shards) -> None:
    parts = shards(4)
    with pytest.raises(BaselineError) as caught:
        merge_shards([parts[0], replace(parts[0], name="copy.json"), parts[2]])
    twice, missing = str(caught.value).splitlines()
    assert twice == "shard 1/4 is given 2 times: 1.json, copy.json; omit all but one"
    assert missing == "missing: shard 2/4, 4/4; measure the shard"
    with pytest.raises(BaselineError, match="missing: shard 2/2; measure the shard"):
        merge_shards(shards()[:1])


def test_a_shard_with_targets_of_another_shard_is_refused(shards, whole) -> None:
    with pytest.raises(BaselineError, match=r"2\.json has tests/a, tests/c, which shard 2/2 does not hold"):
        merge_shards(shards(of_2={"targets": whole.targets}))


def test_another_machine_is_refused_unless_it_is_allowed_and_then_a_note_names_it(shards, whole) -> None:
    other = {"environment": replace(whole.environment, cpu_model="Another", cpu_count=9)}
    cpu = whole.environment.cpu_model or "unknown"
    with pytest.raises(BaselineError) as caught:
        merge_shards(shards(of_2=other))
    assert f"2.json is of another environment than 1.json (CPU {cpu} there, Another here;" in str(caught.value)
    assert str(caught.value).endswith("); accept that the machines differ")
    merged = merge_shards(shards(of_2=other), allow_mismatch=True)
    assert merged.environment == whole.environment
    assert merged.notes[1].startswith("another machine measured shard 2 (tests/b, suite): CPU ")


@pytest.mark.parametrize("changes", [{"pytest": "1"}, {"flags": {"PYTHONHASHSEED": "77"}}, {"plugins": {"x": "1"}}])
def test_other_software_is_always_refused(changes, shards, whole) -> None:
    other = {"environment": replace(whole.environment, **changes)}
    with pytest.raises(BaselineError, match="measure both in the same environment"):
        merge_shards(shards(of_2=other), allow_mismatch=True)
