"""`collectbench compare`, as a process: verdicts, reasons and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

STEADY = [1.00, 1.01, 1.02, 1.00, 1.01, 1.02, 1.00, 1.01]
SLOWER = [value * 1.6 for value in STEADY]
WIDE = [0.8, 1.5, 0.9, 1.6, 0.85, 1.4, 1.1, 1.2]


@pytest.fixture
def judge(run_cli, tmp_path):
    """Runs compare in an empty folder; returns the exit code and the document on stdout."""
    place = tmp_path / "place"
    place.mkdir()

    def run(*args: str | Path) -> tuple[int, dict[str, Any]]:
        result = run_cli("compare", "--format", "json", *args, cwd=place)
        assert result.stdout, result.stderr
        return result.returncode, json.loads(result.stdout)

    return run


def rows(comparison: dict[str, Any]) -> dict[str, str]:
    return {row["name"]: row["verdict"] for row in comparison["targets"]}


# Two stored files


def test_an_unchanged_run_passes(judge, stored_run) -> None:
    code, comparison = judge(stored_run("base", {"a": STEADY}), stored_run("head", {"a": STEADY[::-1]}))
    assert (code, comparison["verdict"], comparison["mode"]) == (0, "pass", "stored")


def test_a_slowdown_beyond_the_noise_fails_and_says_how_much(judge, stored_run) -> None:
    base, head = stored_run("base", {"a": STEADY, "b": STEADY}), stored_run("head", {"a": SLOWER, "b": STEADY})
    code, comparison = judge(base, head)
    assert code == 1
    assert rows(comparison) == {"a": "fail", "b": "pass"}
    change = comparison["targets"][0]["change"]
    assert change["ratio"] == pytest.approx(1.6)
    assert change["ci95"][0] > 1 + change["margin"]
    assert judge(head, base)[0] == 0


def test_a_margin_that_is_given_tolerates_the_slowdown(judge, stored_run) -> None:
    base, head = stored_run("base", {"a": STEADY}), stored_run("head", {"a": SLOWER})
    assert judge(base, head, "--margin", "80%")[0] == 0
    assert judge(base, head, "--margin", "50%")[0] == 1


@pytest.mark.parametrize(("option", "code"), [((), 0), (("--on-inconclusive", "fail"), 3)])
def test_noise_that_hides_the_answer_is_inconclusive(judge, stored_run, option, code) -> None:
    found, comparison = judge(stored_run("base", {"a": STEADY}), stored_run("head", {"a": WIDE}), *option)
    assert (found, comparison["verdict"]) == (code, "inconclusive")
    assert "--rounds" in comparison["targets"][0]["reasons"][0]


def test_too_few_rounds_are_inconclusive(judge, stored_run) -> None:
    code, comparison = judge(stored_run("base", {"a": STEADY[:2]}), stored_run("head", {"a": SLOWER}))
    assert (code, comparison["verdict"]) == (0, "inconclusive")


@pytest.mark.parametrize(
    ("then", "now", "reason"),
    [
        ({"items": 10}, {"items": 9}, "items vanished: 10 -> 9"),
        ({"errors": 0}, {"errors": 2}, "collection errors: 0 -> 2"),
        ({"errors": 1}, {"errors": 2}, "collection errors: 1 -> 2"),
    ],
)
def test_vanished_items_and_new_errors_fail(judge, stored_run, then, now, reason) -> None:
    base = stored_run("base", {"a": STEADY}, counts={"a": then})
    head = stored_run("head", {"a": STEADY}, counts={"a": now})
    code, comparison = judge(base, head)
    assert code == 1
    assert reason in comparison["targets"][0]["reasons"]
    assert judge(head, base)[0] == 0


def test_a_target_that_vanished_fails_and_one_that_is_new_does_not(judge, stored_run) -> None:
    one, two = stored_run("one", {"a": STEADY}), stored_run("two", {"a": STEADY, "b": STEADY})
    code, comparison = judge(two, one)
    assert (code, rows(comparison)) == (1, {"a": "pass", "b": "fail"})
    assert "vanished" in comparison["targets"][1]["reasons"][0]
    code, comparison = judge(one, two)
    assert (code, rows(comparison)) == (0, {"a": "pass", "b": "pass"})


def test_other_environments_are_incomparable_unless_they_are_allowed(judge, stored_run) -> None:
    base = stored_run("base", {"a": STEADY}, environment={"pytest": "8.3.5", "cpu_model": "An older one"})
    head = stored_run("head", {"a": SLOWER})
    code, comparison = judge(base, head)
    assert (code, comparison["verdict"]) == (6, "incomparable")
    assert "pytest 8.3.5 -> 9.0.1" in comparison["refusal"]
    assert "CPU An older one -> A processor" in comparison["refusal"]
    assert judge(base, head, "--allow-mismatch")[0] == 1


def test_a_changed_plugin_is_shown_and_excuses_nothing(judge, stored_run) -> None:
    base = stored_run("base", {"a": STEADY}, environment={"plugins": {"pytest-cov": "4"}})
    code, comparison = judge(base, stored_run("head", {"a": SLOWER}))
    assert code == 1
    assert "plugin pytest-cov 4 removed" in comparison["notes"]


def test_budgets_are_judged_although_the_environments_differ(judge, stored_run) -> None:
    base = stored_run("base", {"a": STEADY}, environment={"bytecode": "disabled"})
    head = stored_run("head", {"a": STEADY}, limits={"a": {"budget_s": 0.1}})
    code, comparison = judge(base, head)
    assert code == 6
    assert comparison["targets"][0]["verdict"] == "fail"
    assert comparison["targets"][0]["change"]["verdict"] == "incomparable"


# A stored run against limits and baselines


def test_a_stored_run_is_judged_by_the_budgets_that_it_was_made_with(judge, stored_run) -> None:
    run = stored_run("run", {"a": STEADY}, limits={"a": {"budget_s": 0.5}})
    code, comparison = judge("--run", run, "--budgets-only")
    assert (code, comparison["verdict"], comparison["baseline"]) == (1, "fail", None)
    assert comparison["targets"][0]["change"] is None


@pytest.mark.parametrize(
    ("limits", "code", "verdict"),
    [
        ({"budget_s": 5.0}, 0, "pass"),
        ({"budget_s": 0.5}, 1, "fail"),
        ({"memory_budget_bytes": 100_000_000}, 0, "pass"),
        ({"memory_budget_bytes": 10_000_000}, 1, "fail"),
        ({"min_items": 10}, 0, "pass"),
        ({"min_items": 11}, 1, "fail"),
        ({"max_warnings": 0}, 1, "fail"),
        ({"max_warnings": 1}, 0, "pass"),
        ({"max_errors": 0}, 0, "pass"),
        ({"goal_s": 0.1}, 0, "pass"),
        ({"goal_s": 0.1, "budget_s": 5.0}, 0, "pass"),
    ],
)
def test_each_limit_decides_as_it_says_and_goals_are_only_reported(judge, stored_run, limits, code, verdict) -> None:
    run = stored_run("run", {"a": STEADY}, counts={"a": {"warnings": 1}}, limits={"a": limits})
    found, comparison = judge("--run", run, "--budgets-only")
    assert (found, comparison["verdict"]) == (code, verdict)
    assert len(comparison["targets"][0]["budget"]["checks"]) == len(limits)


def test_rounds_on_both_sides_of_a_budget_are_inconclusive(judge, stored_run) -> None:
    run = stored_run("run", {"a": WIDE}, limits={"a": {"budget_s": 1.15}})
    assert judge("--run", run, "--budgets-only")[0] == 0
    assert judge("--run", run, "--budgets-only", "--on-inconclusive", "fail")[0] == 3


def test_a_stored_run_is_compared_with_a_baseline_by_name_or_by_file(judge, stored_run, tmp_path) -> None:
    base, head = stored_run("base", {"a": STEADY}), stored_run("head", {"a": SLOWER})
    assert judge("--run", head, "--baseline", base)[0] == 1
    assert judge("--run", head, "--baseline", "base", "--baseline-dir", tmp_path)[0] == 1
    assert judge("--run", base, "--baseline", base)[0] == 0


def test_of_a_stored_run_only_the_targets_that_are_named_are_judged(judge, stored_run) -> None:
    base = stored_run("base", {"a": STEADY, "b": STEADY})
    head = stored_run("head", {"a": SLOWER, "b": STEADY})
    assert judge("b", "--run", head, "--baseline", base)[0] == 0
    assert judge("a", "--run", head, "--baseline", base)[0] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("zzz", "--run", "head.json"), "zzz: not in this run, which has a"),
        (("head.json", "head.json", "--run", "head.json"), "give one of them"),
        (("head.json",), "judge it with --run FILE"),
        (("head.json", "head.json", "--baseline", "x"), "--baseline: the second of two files"),
        (("head.json", "head.json", "--budgets-only"), "--budgets-only: the second of two files"),
        (("head.json", "head.json", "--rounds", "3"), "--rounds: stored runs are judged"),
        (("--run", "head.json", "--python", "python3"), "--python: stored runs are judged"),
        (("--run", "head.json", "--dry-run"), "--dry-run: stored runs are judged"),
        (("--run", "head.json", "--no-suite"), "--no-suite: stored runs are judged"),
        (("--run", "head.json", "--", "-k", "x"), "--: stored runs are judged"),
        (("--run", "head.json", "--budgets-only"), "there are no budgets"),
        (("--run", "head.json", "--budgets-only", "--baseline", "x"), "give one of them"),
        (("--run", "head.json", "--on-inconclusive", "maybe"), "give warn or fail"),
        (("--run", "head.json", "--format", "yaml"), "there are text, json, markdown"),
        (("--run", "head.json", "--margin", "ten"), "margin"),
    ],
)
def test_options_that_contradict_each_other_or_say_nothing_are_refused(
    run_cli, stored_run, tmp_path, arguments, words
) -> None:
    stored_run("head", {"a": STEADY})
    result = run_cli("compare", *arguments, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr


def test_all_mistakes_in_the_options_are_told_at_once(run_cli, tmp_path) -> None:
    arguments = ("--format", "xml", "--on-inconclusive", "maybe", "--config", "nope.toml", "--python", "no-such-python")
    result = run_cli("compare", *arguments, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert all(word in result.stderr for word in ("xml", "maybe", "nope.toml", "no-such-python"))


TARGETS_WITHOUT_LIMITS = "suite-budget = '5s'\n[targets.a]\npaths = ['no/longer/there']\n"


@pytest.mark.parametrize(("options", "code"), [((), 6), (("--budgets-only",), 2)])
def test_targets_without_limits_and_the_budget_of_a_suite_that_was_not_measured_are_no_budgets(
    run_cli, stored_run, tmp_path, options, code
) -> None:
    (tmp_path / "collectbench.toml").write_text(TARGETS_WITHOUT_LIMITS)
    result = run_cli("compare", "--run", stored_run("head", {"a": STEADY}), *options, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (code, "")


def test_a_stored_run_is_judged_although_a_configured_path_is_gone(run_cli, stored_run, tmp_path) -> None:
    (tmp_path / "collectbench.toml").write_text(TARGETS_WITHOUT_LIMITS + "budget = '5s'\n")
    result = run_cli("compare", "--run", stored_run("head", {"a": STEADY}), "--budgets-only", cwd=tmp_path)
    assert result.returncode == 0, result.stderr


def test_a_file_that_is_missing_ends_with_6(run_cli, stored_run, tmp_path) -> None:
    head = stored_run("head", {"a": STEADY})
    result = run_cli("compare", "gone.json", head, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (6, "")
    assert "gone.json" in result.stderr


def test_the_comparison_keeps_to_its_schema(run_cli, judge, stored_run, tmp_path) -> None:
    schema = json.loads(run_cli("schema", "comparison", cwd=tmp_path).stdout)
    _, comparison = judge(stored_run("base", {"a": STEADY, "b": WIDE}), stored_run("head", {"a": SLOWER}))
    jsonschema.validate(comparison, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**comparison, "verdict": "perhaps"}, schema)


def test_verbose_tells_also_why_a_target_passes(run_cli, stored_run, tmp_path) -> None:
    files = stored_run("base", {"a": STEADY}), stored_run("head", {"a": STEADY})
    assert "pass: a: CPU" not in run_cli("compare", *files, cwd=tmp_path).stdout
    assert "pass: a: CPU" in run_cli("compare", *files, "-v", cwd=tmp_path).stdout


# Measured now


@pytest.mark.long
def test_a_comparison_with_the_baseline_of_a_moment_ago_names_every_target(run_cli, api_and_core, plain_python) -> None:
    options = ("--python", plain_python, "--rounds", "3", "--warmup", "0")
    run_cli("baseline", *options, cwd=api_and_core)
    before = (api_and_core / "baselines" / "main.json").read_bytes()
    result = run_cli("compare", *options, "--format", "json", "--margin", "99%", cwd=api_and_core)
    comparison = json.loads(result.stdout)
    assert result.returncode == 0
    assert list(rows(comparison)) == ["tests/api", "tests/core", "tests/*"]
    assert {*rows(comparison).values(), comparison["suite"]["verdict"]} <= {"pass", "inconclusive"}  # a busy machine
    assert all(row["counts"]["same_nodeids"] for row in comparison["targets"])
    assert (api_and_core / "baselines" / "main.json").read_bytes() == before


@pytest.mark.usefixtures("with_baseline")
def test_what_vanished_since_the_baseline_fails(run_cli, api_and_core, quick) -> None:
    (api_and_core / "tests" / "api" / "test_api.py").write_text("def test_one(): pass\n")
    (api_and_core / "tests" / "core" / "test_core.py").unlink()
    (api_and_core / "tests" / "test_broken.py").write_text("import no_such_module_here\n")
    result = run_cli("compare", *quick, "--format", "json", cwd=api_and_core)
    reasons = {row["name"]: row["reasons"][0] for row in json.loads(result.stdout)["targets"]}
    assert result.returncode == 1
    assert reasons["tests/api"] == "items vanished: 2 -> 1"
    assert "the target vanished" in reasons["tests/core"]
    assert any("collection errors: 0 -> 1" in reason for reason in reasons.values())


@pytest.mark.usefixtures("with_baseline")
def test_comparing_a_subset_judges_only_the_subset(run_cli, api_and_core, quick) -> None:
    (api_and_core / "tests" / "core" / "test_core.py").write_text("def test_only(): pass\n")
    subset = run_cli("compare", "tests/api", *quick, "--format", "json", cwd=api_and_core)
    assert subset.returncode == 0
    assert list(rows(json.loads(subset.stdout))) == ["tests/api"]
    assert run_cli("compare", "tests/core", *quick, cwd=api_and_core).returncode == 1


@pytest.mark.usefixtures("with_baseline")
def test_a_target_that_the_time_did_not_suffice_for_has_not_vanished(run_cli, api_and_core, quick) -> None:
    result = run_cli("compare", *quick, "--max-time", "1ms", "--format", "json", cwd=api_and_core)
    assert result.returncode == 0
    assert set(rows(json.loads(result.stdout)).values()) == {"inconclusive"}


@pytest.mark.usefixtures("with_baseline")
def test_a_target_that_cannot_be_collected_is_an_error_and_ends_with_4(run_cli, api_and_core, quick) -> None:
    (api_and_core / "tests" / "api" / "conftest.py").write_text("raise RuntimeError('broken')\n")
    result = run_cli("compare", *quick, "--format", "json", cwd=api_and_core)
    assert result.returncode == 4
    assert rows(json.loads(result.stdout))["tests/api"] == "error"
    assert "RuntimeError: broken" in result.stderr


def test_without_any_baseline_the_budgets_are_judged_alone(run_cli, api_and_core, quick) -> None:
    (api_and_core / "collectbench.toml").write_text("[targets.api]\npaths = ['tests/api']\nmin-items = 3\n")
    result = run_cli("compare", *quick, cwd=api_and_core)
    assert result.returncode == 1
    assert "there is no baseline 'main' yet, so only budgets are judged" in result.stderr
    assert "budgets only, no baseline" in result.stdout


def test_without_baseline_and_budgets_there_is_nothing_to_judge_by(run_cli, api_and_core, quick) -> None:
    result = run_cli("compare", *quick, cwd=api_and_core)
    assert (result.returncode, result.stdout) == (6, "")
    assert "measure one, or save this run as the baseline:\n  " in result.stderr


def test_a_suite_budget_holds_the_suite(run_cli, write_suite, plain_python) -> None:
    root = write_suite({"collectbench.toml": "suite-budget = '1ms'\n", "tests/test_a.py": "def test_a(): pass\n"})
    options = ("--python", plain_python, "--rounds", "3", "--warmup", "0", "--no-counters", "--budgets-only")
    result = run_cli("compare", *options, "--format", "json", cwd=root)
    comparison = json.loads(result.stdout)
    assert (result.returncode, comparison["suite"]["verdict"]) == (1, "fail")
    assert set(rows(comparison).values()) == {"pass"}


def test_the_budget_of_the_suite_is_none_for_a_single_target(run_cli, api_and_core, quick) -> None:
    (api_and_core / "collectbench.toml").write_text("suite-budget = '1ms'\n")
    result = run_cli("compare", "tests/api", *quick, "--budgets-only", cwd=api_and_core)
    assert (result.returncode, result.stdout) == (2, "")
    assert "there are no budgets" in result.stderr


@pytest.mark.usefixtures("with_baseline")
def test_a_baseline_of_another_machine_is_incomparable_when_measured_here(run_cli, api_and_core, quick) -> None:
    stored = api_and_core / "baselines" / "main.json"
    document = json.loads(stored.read_text())
    document["environment"]["cpu_model"] = "Another CPU"
    stored.write_text(json.dumps(document))
    assert run_cli("compare", "tests/api", *quick, cwd=api_and_core).returncode == 6
    assert run_cli("compare", "tests/api", *quick, "--allow-mismatch", cwd=api_and_core).returncode == 0


def test_dry_run_of_compare_measures_nothing(run_cli, api_and_core, quick, child_commands) -> None:
    result = run_cli("compare", *quick, "--dry-run", cwd=api_and_core)
    assert result.returncode == 0
    assert list(child_commands(result.stdout)) == ["tests/api", "tests/core", "tests/*"]


def test_a_table_of_budgets_alone_shows_each_time_beside_its_budget(run_cli, stored_run, tmp_path) -> None:
    limits = {"a": {"budget_s": 0.5}, "b": {"budget_s": 5.0}}
    run = stored_run("run", {"a": STEADY, "b": STEADY, "c": STEADY}, limits=limits)
    lines = run_cli("compare", "--run", run, "--budgets-only", cwd=tmp_path).stdout.splitlines()
    table = {line.split()[0]: line.split() for line in lines if line[:2] in ("a ", "b ", "c ", "ta")}
    assert table["target"] == ["target", "verdict", "items", "wall", "budget"]
    assert table["a"] == ["a", "fail", "10", "1.010", "s", "0.500", "s"]
    assert table["b"] == ["b", "pass", "10", "1.010", "s", "5.000", "s"]
    assert table["c"][-1] == "–"


def test_a_note_does_not_stand_behind_fail(run_cli, stored_run, tmp_path) -> None:
    base = stored_run("base", {"a": STEADY}, counts={"a": {"items": 10}})
    head = stored_run("head", {"a": SLOWER, "new": SLOWER}, counts={"a": {"items": 11}})
    lines = run_cli("compare", base, head, cwd=tmp_path).stdout.splitlines()
    assert "note: a: more items: 10 -> 11" in lines
    assert "note: new: new, since it is not in the baseline" in lines
    assert not any("more items" in line for line in lines if line.startswith("fail:"))


def test_the_50_ms_that_count_at_least_are_named_where_they_decide(judge, stored_run) -> None:
    short = [value / 10 for value in STEADY]
    _, comparison = judge(stored_run("base", {"a": short}), stored_run("head", {"a": [value * 1.3 for value in short]}))
    assert comparison["targets"][0]["reasons"][0].startswith("CPU +30 %, within the 50 % margin (50 ms, the least that")
    _, comparison = judge(stored_run("base", {"a": STEADY}), stored_run("head", {"a": STEADY}))
    assert "within the 10 % margin (" in comparison["targets"][0]["reasons"][0]
    assert "50 ms" not in comparison["targets"][0]["reasons"][0]
