from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.measure.process.launch import STACK_SIGNAL
from collectbench.measure.round.request import COLLECT_ONLY, RoundRequest, invocation, pytest_arguments
from collectbench.model.probe_files import RUNNER
from collectbench.model.sample import RoundKind
from collectbench.model.target import Target

TARGET = Target(name="a", paths=("a",))
REQUEST = RoundRequest(target=TARGET)


def test_the_users_arguments_come_first_then_ours_then_the_paths() -> None:
    target = Target(name="x", paths=("x y", "-x"), ignored=("x y/a", "-b"), pytest_args=("-p", "no:y", "-k", "z"))
    expected = ("-p", "no:y", "-k", "z", *COLLECT_ONLY, "--ignore=x y/a", "--ignore=-b", "x y", "./-x")
    assert pytest_arguments(RoundRequest(target=target)) == expected


def test_paths_are_given_as_seen_from_where_pytest_is_started(bench, tmp_path) -> None:
    target = Target(name="x", paths=("services/api/t", "web", "/else"), ignored=("services/api/-x",))
    below = replace(bench, start=bench.root / "services" / "api", rootdir=bench.root / "services")
    child = invocation(below, RoundRequest(target=target), tmp_path)
    assert child.cwd == below.cwd == bench.root / "services" / "api"
    assert child.argv[-4:] == ("--ignore=-x", "t", "../../web", "/else")
    assert [below.in_node_ids(path) for path in target.paths] == ["api/t", "../web", "/else"]
    assert [bench.in_node_ids(path) for path in target.paths] == list(target.paths)


def test_a_module_is_given_by_its_name() -> None:
    target = Target(name="pkg.mod", paths=("pkg/mod.py",), module="pkg.mod")
    assert pytest_arguments(RoundRequest(target=target))[-1] == "pkg.mod"


def test_a_round_can_do_more_than_collect() -> None:
    target = replace(TARGET, pytest_args=("-k", "z"))
    assert pytest_arguments(RoundRequest(target=target, pytest_args=("-q",))) == ("-k", "z", "-q", "a")


def test_a_child_gets_the_environment_of_all_with_that_of_its_target_on_top(bench, tmp_path) -> None:
    request = RoundRequest(target=replace(TARGET, env={"HOME": "/other", "A": "1"}))
    child = invocation(bench, request, tmp_path / "round")
    start = ("/python", str(RUNNER), str(tmp_path / "round"), "timed", str(int(STACK_SIGNAL)))
    assert child.argv == (*start, *pytest_arguments(request))
    assert (child.cwd, child.env) == (bench.root, {"HOME": "/other", "A": "1"})


def test_the_environment_of_a_round_wins_over_that_of_its_target_and_a_fixed_hash_seed_over_both() -> None:
    target = replace(TARGET, env={"A": "1", "B": "1", "PYTHONHASHSEED": "random"})
    request = RoundRequest(target=target, env={"B": "2"})
    assert request.env_changes == {"A": "1", "B": "2", "PYTHONHASHSEED": "random"}
    counted = replace(request, kind=RoundKind.COUNTED)
    assert counted.env_changes == {"A": "1", "B": "2", "PYTHONHASHSEED": "0"}


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        (RoundKind.WARMUP, "timed"),
        (RoundKind.TIMED, "timed"),
        (RoundKind.COLD, "timed"),
        (RoundKind.COUNTED, "counted"),
        (RoundKind.TRACED, "traced"),
        (RoundKind.SAMPLED, "sampled"),
    ],
)
def test_the_probe_is_told_what_to_do_besides_reporting(kind, mode) -> None:
    assert replace(REQUEST, kind=kind).probe_mode == mode
    guarded = "guarded-traced" if kind is RoundKind.TRACED else "guarded"
    assert replace(REQUEST, kind=kind, guarded=True).probe_mode == guarded
