"""Which targets a stored run vouches for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.judge.unaffected import (
    Differing,
    Read,
    are_limits_kept,
    why_affected,
    why_it_cannot_vouch,
    why_no_run_vouches,
    why_whole_tree_differs,
)
from collectbench.model.comparison import Budget, Check, Verdict
from collectbench.model.inputs import Inputs
from collectbench.model.run import WaitSite
from collectbench.model.sample import RoundKind, Status
from collectbench.model.target import Limits

INPUTS = Inputs(
    files={"pkg/a.py": "1", "tests/test_a.py": "2"},
    listed={"cases": "9"},
    directories={"tests": "3"},
    searched={".": "4", "pkg": "5"},
    variables={"FAST": "missing", "*": "6"},
    key="00",
    request="7",
)
READ = Read(
    files={f"/r/{path}": path for path in INPUTS.files},
    listed={"/r/cases": "cases"},
    directories={"/r/tests": "tests"},
    searched={"/r": ".", "/r/pkg": "pkg"},
)
NOTHING = Differing(paths=(), one_sided=())
SLEEP = WaitSite(path="conftest.py", line=3, waited_s=0.1)


@pytest.fixture
def stored(result, sample):
    """A result that may vouch."""
    counted = tuple(sample(1.0, kind=RoundKind.COUNTED) for _ in range(2))
    return result(counters={"modules": 3, "subprocesses": 0}, inputs=INPUTS, loaded_sha256="8", samples=counted)


def differing(*paths: str, one_sided: bool = False) -> Differing:
    return Differing(paths={path.rstrip("/") for path in paths}, one_sided=paths if one_sided else ())


def test_a_target_whose_inputs_are_the_same_is_unaffected() -> None:
    elsewhere = differing("/r/docs/index.md", "/r/docs/new.md", "/r/docs/", one_sided=True)
    assert why_affected(INPUTS, INPUTS, READ, NOTHING) is None
    assert why_affected(INPUTS, INPUTS, READ, replace(elsewhere, one_sided=("/r/docs/new.md",))) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"files": {"pkg/a.py": "x", "tests/test_a.py": "2"}}, "it reads pkg/a.py, which changed since the baseline"),
        ({"directories": {"tests": "x"}}, "a name in tests came or went since the baseline"),
        ({"listed": {"cases": "x"}}, "a name in cases came or went since the baseline"),
        (
            {"searched": {".": "4", "pkg": "missing"}},
            "a module or configuration file came into pkg, or went, since the baseline",
        ),
        (
            {"variables": {"FAST": "x", "*": "x"}},
            "it reads the environment variable FAST, which changed since the baseline",
        ),
        (
            {"variables": {"FAST": "missing", "*": "x"}},
            "it reads all environment variables, and one was not set for the baseline",
        ),
        (
            {"variables": {"FAST": "missing", "*": "6", "LC_ALL": "x"}},
            "it reads the environment variable LC_ALL, which changed since the baseline",
        ),
        ({"request": "x"}, "its paths, options or variables changed in the configuration or on the command line"),
    ],
)
def test_each_input_that_changed_since_the_baseline_affects_it(change, reason) -> None:
    assert why_affected(INPUTS, replace(INPUTS, **change), READ, NOTHING) == reason


@pytest.mark.parametrize(
    ("paths", "reason"),
    [
        (differing("/r/pkg/a.py"), "it reads pkg/a.py, which differs between base and head"),
        (differing("/r/tests/data", one_sided=True), "data in tests is in base or head only"),
        (differing("/r/cases/more.json", one_sided=True), "more.json in cases is in base or head only"),
        (
            replace(NOTHING, ignored=("/r/cases/a.local", "/r/pkg/a.local")),
            "it lists cases, where git ignores a.local: neither base nor head has that",
        ),
        (
            replace(NOTHING, paths=("/r/cases/run.sh",), of_other_kind=("/r/cases/run.sh", "/r/pkg/run.sh")),
            "run.sh in cases has another mode, or leads elsewhere, in base than in head",
        ),
        (
            differing("/r/tests/other/__init__.py", one_sided=True),
            "tests holds the directory other, whose __init__.py is in base or head only",
        ),
        (differing("/r/pkg/new.py", one_sided=True), "new.py in pkg is in base or head only"),
        (differing("/r/tox.ini", one_sided=True), "tox.ini in the rootdir is in base or head only"),
        (differing("/r/extra/", one_sided=True), "extra in the rootdir is in base or head only"),
        (
            differing("/r/pkg"),
            "it reads files behind /r/pkg, a link or a submodule that differs between base and head",
        ),
    ],
)
def test_a_difference_between_base_and_head_affects_it_although_head_is_as_in_the_baseline(paths, reason) -> None:
    assert why_affected(INPUTS, INPUTS, READ, paths) == reason


@pytest.mark.parametrize("path", ["/r/pkg/data.txt", "/r/README.md", "/r/some-notes/"])
def test_a_name_that_no_search_for_modules_finds_affects_nobody_who_only_searched(path) -> None:
    assert why_affected(INPUTS, INPUTS, READ, differing(path, one_sided=True)) is None


@pytest.mark.parametrize("path", ["/r/cases", "/r"])
def test_a_directory_that_is_listed_within_what_git_ignores_is_on_neither_side(path) -> None:
    (reason,) = [why_affected(INPUTS, INPUTS, READ, replace(NOTHING, ignored=(path,)))]
    assert reason == f"it lists cases, which git ignores ({path}): neither base nor head has all of it"


def test_ignored_files_that_it_reads_are_in_base_and_head_as_well() -> None:
    reading = replace(
        READ, files={**READ.files, "/r/cases/a.local": "cases/a.local", "/r/cases/more/b": "cases/more/b"}
    )
    ignored = replace(NOTHING, ignored=("/r/cases/a.local", "/r/cases/more"))
    assert why_affected(INPUTS, INPUTS, reading, ignored) is None


def test_a_target_that_may_vouch_has_no_reason_against_it(stored) -> None:
    assert why_it_cannot_vouch(stored) is None
    assert why_it_cannot_vouch(replace(stored, status=Status.EMPTY)) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"from_earlier_run": True}, "its figures are of another run than the baseline"),
        ({"status": Status.COLLECTION_ERRORS}, "its status was collection-errors"),
        ({"counters": None}, "it was not counted twice"),
        ({"unstable": ("opens", "modules")}, "its counters differ from round to round: opens, modules"),
        ({"counters": {"subprocesses": 1}}, "it starts processes or uses sockets"),
        (
            {
                "counters": {"subprocesses": 3},
                "waits": (SLEEP, replace(SLEEP, operation="subprocess: git log and 2 more")),
            },
            "it starts a process (git log and 2 more, at conftest.py:3)",
        ),
        (
            {"counters": {"sockets": 1}, "waits": (replace(SLEEP, operation="socket: 127.0.0.1:80"),)},
            "it uses a socket (127.0.0.1:80, at conftest.py:3)",
        ),
        ({"inputs": None}, "the baseline does not say what it reads, or that differs from round to round"),
        ({"loaded_sha256": None}, "the baseline does not say what it reads, or that differs from round to round"),
        (
            {"inputs": replace(INPUTS, files={"lib/sitecustomize.py": "1"})},
            "lib/sitecustomize.py runs before a round can see what it reads",
        ),
    ],
)
def test_a_result_that_does_not_repeat_or_is_not_known_in_full_vouches_for_nothing(change, reason, stored) -> None:
    assert why_it_cannot_vouch(replace(stored, **change)) == reason


def test_a_single_counted_round_does_not_show_that_the_work_repeats(stored) -> None:
    assert why_it_cannot_vouch(replace(stored, samples=stored.samples[:1])) == "it was not counted twice"


def test_a_run_of_the_same_environment_may_vouch_also_on_another_processor(run, result) -> None:
    stored = run(result())
    assert why_no_run_vouches(stored, replace(stored.environment, cpu_model="Model B"), ["-q"]) is None


def test_a_variable_that_counted_rounds_set_themselves_is_no_difference(run, result) -> None:
    stored = run(result())
    now = replace(stored.environment, flags={**stored.environment.flags, "PYTHONHASHSEED": "77"})
    assert why_no_run_vouches(stored, now, []) is None


def test_a_target_that_reads_files_of_git_vouches_for_nothing(stored) -> None:
    for inputs in (replace(INPUTS, files={".git/HEAD": "1"}), replace(INPUTS, listed={"../.git/refs": "1"})):
        reason = why_it_cannot_vouch(replace(stored, inputs=inputs))
        assert reason is not None
        assert reason.endswith("and the files of git itself are others in each checkout")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"pytest": "9.0.0"}, "it is of another environment: pytest 8.3.5 -> 9.0.0"),
        ({"python": "3.11.10"}, "it is of another environment: Python 3.11.9 -> 3.11.10"),
        ({"cpu_count": 3}, "it is of another environment: number of CPUs 2 -> 3"),
    ],
)
def test_a_run_of_another_environment_vouches_for_nothing(change, reason, run, result) -> None:
    stored = run(result())
    assert why_no_run_vouches(stored, replace(stored.environment, **change), []) == reason


def test_neither_does_one_that_was_measured_under_coverage_or_where_a_cache_selects_the_tests(run, result) -> None:
    stored = run(result())
    traced = replace(stored, environment=replace(stored.environment, tools=("coverage (sys.settrace)",)))
    assert why_no_run_vouches(traced, stored.environment, []) == "it was measured under coverage (sys.settrace)"
    by_cache = "--lf selects tests by the cache of an earlier run"
    assert why_no_run_vouches(stored, stored.environment, ["-q", "--lf"]) == by_cache


def test_what_changes_the_bytes_of_other_files_affects_all_of_them() -> None:
    reason = ".gitattributes changed, and with it the content of other files"
    assert why_whole_tree_differs(differing("/r/a/.gitattributes", "/r/b.py")) == reason
    assert why_whole_tree_differs(differing("/r/b.py")) is None


@pytest.mark.parametrize(
    ("verdict", "limits", "same_machine", "kept"),
    [
        (Verdict.PASS, Limits(budget_s=5.0), True, True),
        (Verdict.PASS, Limits(budget_s=5.0), False, False),
        (Verdict.PASS, Limits(max_warnings=5), False, True),
        (Verdict.INCONCLUSIVE, Limits(budget_s=5.0), True, False),
        (Verdict.FAIL, Limits(max_warnings=5), True, False),
    ],
)
def test_figures_of_a_baseline_show_limits_to_be_kept_only_if_they_pass_and_times_only_on_this_machine(
    verdict, limits, same_machine, kept
) -> None:
    check = Check(key="budget", limit=1, measured=1, verdict=verdict, reason="")
    budget = Budget(verdict=verdict, checks=(check,))
    assert are_limits_kept(budget, limits, same_machine=same_machine) is kept


def test_a_target_without_limits_keeps_them() -> None:
    assert are_limits_kept(None, Limits(), same_machine=False)


def test_a_goal_that_is_not_reached_does_not_gate() -> None:
    check = Check(key="goal", limit=1, measured=2, verdict=Verdict.FAIL, reason="", gates=False)
    assert are_limits_kept(Budget(verdict=Verdict.PASS, checks=(check,)), Limits(goal_s=1.0), same_machine=True)
