"""A target that is only elsewhere has not vanished; one whose number of tests is only found again has."""

from __future__ import annotations

import pytest

from collectbench.judge.vanished import judge_vanished
from collectbench.model.comparison import Verdict
from collectbench.model.file_moves import FileMoves

OLD, NEW = "1" * 64, "2" * 64


@pytest.fixture(scope="session", name="target")
def _target(result):
    def make(name, items=100, digest=None):
        return result(name=name, paths=(name.removesuffix("/*"),), items=items, relative_nodeids_sha256=digest)

    return make


@pytest.fixture(scope="session", name="judged")
def _judged(run):
    def judge(base, head, *, renamed=None, deleted=()):
        moves = None if renamed is None else FileMoves(renamed=renamed, deleted=tuple(deleted))
        comparison = judge_vanished(base[0], run(*base), run(*head), moves, paired=False)
        return comparison.verdict, (comparison.remarks or comparison.reasons)[0]

    return judge


def test_a_renamed_folder_is_not_a_lost_target(judged, target) -> None:
    base, head = [target("tests/api", digest=OLD)], [target("tests/http", digest=OLD)]
    assert judged(base, head) == (Verdict.PASS, "now measured as tests/http: moved, with the same tests")


def test_as_many_tests_elsewhere_are_not_the_same_tests(judged, target) -> None:
    base, head = [target("tests/api", digest=OLD)], [target("tests/http", digest=NEW)]
    deleted = ["tests/api/test_a.py"]
    for moves in ({}, {"renamed": {}, "deleted": deleted}):
        verdict, reason = judged(base, head, **moves)
        assert verdict is Verdict.FAIL
        assert "vanished" in reason


def test_a_target_that_was_there_before_is_not_where_the_tests_went(judged, target) -> None:
    copies = [target("tests/api", digest=OLD), target("tests/copy", digest=OLD)]
    assert judged(copies, copies[1:])[0] is Verdict.FAIL


def test_one_new_target_does_not_replace_two(judged, target) -> None:
    base = [target("tests/a", digest=OLD), target("tests/b", digest=OLD)]
    one, two = target("tests/c", digest=OLD), target("tests/d", digest=OLD)
    assert judged(base, [one])[0] is Verdict.FAIL
    assert judged(base, [one, two])[1] == "now measured as tests/c or tests/d: moved, with the same tests"


def test_unknown_digests_are_not_equal(judged, target) -> None:
    assert judged([target("tests/api")], [target("tests/http")])[0] is Verdict.FAIL


RENAMED = {"tests/api/test_a.py": "tests/http/test_b.py", "tests/api/conftest.py": "tests/http/conftest.py"}


def test_files_that_git_calls_renamed_are_moved_also_if_their_names_changed(judged, target) -> None:
    base, head = [target("tests/api", digest=OLD)], [target("tests/http", digest=NEW)]
    says = "now measured as tests/http: git calls each file renamed, and no items vanished: 100 -> 100"
    assert judged(base, head, renamed=RENAMED) == (Verdict.PASS, says)


@pytest.mark.parametrize(
    ("base_items", "head_items", "moves"),
    [
        ({"tests/api": 100}, {"tests/http": 99}, {"renamed": RENAMED}),
        ({"tests/api": 100}, {"tests/http": 100}, {"renamed": RENAMED, "deleted": ["tests/api/test_c.py"]}),
        ({"tests/api": 100}, {"tests/other": 100}, {"renamed": RENAMED}),
        ({"tests/api": 100, "tests/http": 5}, {"tests/http": 104}, {"renamed": RENAMED}),
        (
            {"tests/api": 50, "tests/v2": 50},
            {"tests/http": 50},
            {"renamed": {**RENAMED, "tests/v2/test_a.py": "tests/http/test_a.py"}},
        ),
        ({"tests/api/*": 9}, {"tests/http": 9}, {"renamed": {"tests/api/v1/test_a.py": "tests/http/test_a.py"}}),
    ],
    ids=["an item less", "a file less", "not measured", "an item less in all", "two into one", "files of others"],
)
def test_renamed_files_do_not_hide_lost_items(base_items, head_items, moves, judged, target) -> None:
    base, head = ([target(name, items) for name, items in side.items()] for side in (base_items, head_items))
    assert judged(base, head, **moves)[0] is Verdict.FAIL


def test_renamed_files_whose_items_were_not_counted_are_inconclusive(judged, target, result) -> None:
    uncounted = result(name="tests/api", paths=("tests/api",), counts=None, nodeids_sha256=None)
    verdict, reason = judged([uncounted], [target("tests/http")], renamed=RENAMED)
    assert verdict is Verdict.INCONCLUSIVE
    assert reason.endswith("items may have vanished, since not all of them were counted")


def test_tests_that_joined_those_of_another_target_are_counted_with_them(judged, target) -> None:
    base = [target("tests/api", 100), target("tests/http", 5)]
    verdict, reason = judged(base, [target("tests/http", 105)], renamed=RENAMED)
    assert (verdict, reason.rpartition(": ")[2]) == (Verdict.PASS, "105 -> 105")
