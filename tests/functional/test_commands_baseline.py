"""`collectbench baseline`, as a process: what it measures, saves, refuses and shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest


def load(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def edit(path: Path, **environment: object) -> None:
    """Make a stored run one of another environment."""
    document = load(path)
    document["environment"] |= environment
    path.write_text(json.dumps(document))


def configured(limits: str, top: str = "") -> str:
    return f"{top}\n[targets.api]\npaths = ['tests/api']\n{limits}\n[targets.core]\npaths = ['tests/core']\n"


def test_a_baseline_holds_all_targets_the_suite_and_every_sample(run_cli, api_and_core, plain_python) -> None:
    result = run_cli("baseline", "--python", plain_python, "--rounds", "2", "--format", "json", cwd=api_and_core)
    assert result.returncode == 0
    run = json.loads(result.stdout)
    assert run == load(api_and_core / "baselines" / "main.json")
    measured = {target["name"]: target for target in (*run["targets"], run["suite"])}
    assert {name: target["counts"]["items"] for name, target in measured.items()} == {
        "tests/api": 2,
        "tests/core": 3,
        "tests/*": 1,
        "suite": 6,
    }
    for target in measured.values():
        assert target["status"] == "ok"
        assert [sample["kind"] for sample in target["samples"]] == ["warmup", "counted", "counted", "timed", "timed"]
        assert all(sample["comparable"] for sample in target["samples"])
        references = {sample["kind"]: sample["reference"] for sample in target["samples"]}
        assert (references["warmup"], references["counted"]) == (None, None)
        assert references["timed"]["wall_s"] > 0
        assert references["timed"]["cpu_s"] > 0
        timed = sorted(sample["wall_s"] for sample in target["samples"][3:])
        assert (target["counters"]["items"], target["unstable"]) == (target["counts"]["items"], [])
        assert (target["wall_s"]["min"], target["wall_s"]["max"]) == tuple(timed)
        assert target["wall_s"]["ci95"] is None
        assert abs(sum(target["phases"].values()) - timed[0]) < 1e-6
    laps = [{target["samples"][lap]["reference"]["wall_s"] for target in measured.values()} for lap in (3, 4)]
    assert [len(walls_s) for walls_s in laps] == [1, 1]
    assert run["environment"]["bytecode"] == "written"
    assert "pytest" in run["environment"]["distributions"]


WRAPPER = """#!/bin/sh
test -n "$NEEDED" || exit 127
case " $* " in *" -I "*) test "$NEEDED" != refuses || exit 2;; esac
exec "{python}" "$@"
"""


@pytest.fixture
def wrapper(tmp_path, plain_python) -> Path:
    """An interpreter that does not start without a variable of the user's; with one value not even with `-I`."""
    path = tmp_path / "wrapper"
    path.write_text(WRAPPER.format(python=plain_python))
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(("needed", "ran"), [("set", True), ("refuses", False)])
def test_the_reference_workload_runs_where_rounds_do_or_a_note_says_that_it_did_not(
    needed, ran, wrapper, run_cli, api_and_core, quick
) -> None:
    options = (*quick[2:], "--format", "json", "--python", wrapper)
    result = run_cli("baseline", "tests/api", *options, cwd=api_and_core, env={"NEEDED": needed})
    run = json.loads(result.stdout)
    (sample,) = run["targets"][0]["samples"]
    said = [note for note in run["notes"] if "the reference workload did not run" in note]
    assert (sample["reference"] is not None, len(said)) == ((True, 0) if ran else (False, 1))
    assert ran or f"{wrapper} -I -S" in said[0]


@pytest.mark.usefixtures("with_baseline")
def test_the_stored_document_keeps_to_its_schema(run_cli, api_and_core, quick) -> None:
    schema = json.loads(run_cli("schema", "run", cwd=api_and_core).stdout)
    document = load(api_and_core / "baselines" / "main.json")
    jsonschema.validate(document, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document, "targets": "none"}, schema)


def test_no_line_on_stdout_is_wider_than_80_columns(run_cli, write_suite, quick) -> None:
    folders = ["tests/" + "a_long_name_" * 9, "tests/数数数数数数数数数数数数数数数数数数数数数数", "tests/short"]
    root = write_suite(
        {"pytest.ini": "[pytest]\ntestpaths = tests\n"}
        | {f"{folder}/test_it.py": "def test_it(): pass\n" for folder in folders}
    )
    result = run_cli("baseline", *quick, cwd=root)
    wide = [line for line in result.stdout.splitlines() if len(line) + sum(char == "数" for char in line) > 80]
    assert result.returncode == 0
    assert wide == []
    assert "tests/short" in result.stdout


def test_the_result_goes_to_several_files_in_their_formats(run_cli, api_and_core, quick, tmp_path) -> None:
    outputs = [tmp_path / "run.json", tmp_path / "run.md", tmp_path / "run.out", tmp_path / "other"]
    options = ["--output", outputs[0], "--output", outputs[1], "--output", f"text={outputs[2]}"]
    result = run_cli("baseline", "tests/api", *quick, *options, "--output", f"json={outputs[3]}", cwd=api_and_core)
    assert result.returncode == 0
    assert load(outputs[0]) == load(outputs[3]) == load(api_and_core / "baselines" / "main.json")
    assert outputs[1].read_text().startswith("### Collection times")
    assert "tests/api" in outputs[2].read_text()
    assert "tests/api" in result.stdout


def test_a_name_and_a_folder_are_given_by_options(run_cli, api_and_core, quick, tmp_path) -> None:
    place = ("--name", "release 1.2", "--baseline-dir", tmp_path / "kept")
    result = run_cli("baseline", "tests/api", *quick, *place, cwd=api_and_core)
    assert result.returncode == 0
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["release 1.2.json"]
    assert not (api_and_core / "baselines").exists()


def test_a_name_and_a_folder_are_given_by_the_configuration(run_cli, api_and_core, quick) -> None:
    (api_and_core / "collectbench.toml").write_text("baseline = 'nightly'\nbaseline-dir = 'kept/here'\n")
    assert run_cli("baseline", *quick, cwd=api_and_core / "tests").returncode == 0
    assert (api_and_core / "kept" / "here" / "nightly.json").is_file()


@pytest.mark.usefixtures("with_baseline")
def test_measuring_one_target_replaces_only_that_one(run_cli, api_and_core, quick) -> None:
    stored = api_and_core / "baselines" / "main.json"
    before = {target["name"]: target for target in load(stored)["targets"]}
    (api_and_core / "tests" / "api" / "test_new.py").write_text("def test_new(): pass\n")
    (api_and_core / "tests" / "core" / "test_new.py").write_text("def test_new(): pass\n")
    assert run_cli("baseline", "tests/api", *quick, cwd=api_and_core).returncode == 0
    after = {target["name"]: target for target in load(stored)["targets"]}
    assert list(after) == list(before)
    assert after["tests/api"]["counts"]["items"] == 3
    for name in ("tests/core", "tests/*"):
        assert after[name]["samples"] == before[name]["samples"]
        assert after[name]["counts"] == before[name]["counts"]


@pytest.mark.parametrize(
    "difference",
    [
        {"pytest": "8.0.0"},
        pytest.param({"cpu_model": "Another CPU"}, marks=pytest.mark.long),
        pytest.param({"python": "3.8.1"}, marks=pytest.mark.long),
    ],
)
@pytest.mark.usefixtures("with_baseline")
def test_figures_of_two_environments_are_not_mixed(run_cli, api_and_core, quick, difference) -> None:
    stored = api_and_core / "baselines" / "main.json"
    edit(stored, **difference)
    before = stored.read_bytes()
    refused = run_cli("baseline", "tests/api", *quick, cwd=api_and_core)
    assert refused.returncode == 6
    assert "of another environment" in refused.stderr
    assert stored.read_bytes() == before
    assert run_cli("baseline", "tests/api", *quick, "--force", cwd=api_and_core).returncode == 0
    assert load(stored)["environment"] != json.loads(before)["environment"]


@pytest.mark.usefixtures("with_baseline")
def test_a_baseline_of_another_machine_is_replaced_only_with_force(run_cli, api_and_core, quick) -> None:
    stored = api_and_core / "baselines" / "main.json"
    edit(stored, cpu_model="Another CPU")
    refused = run_cli("baseline", *quick, cwd=api_and_core)
    assert (refused.returncode, refused.stdout) == (6, "")
    assert "another machine (Another CPU" in refused.stderr
    assert run_cli("baseline", *quick, "--force", cwd=api_and_core).returncode == 0
    assert load(stored)["environment"]["cpu_model"] != "Another CPU"


def test_cold_rounds_compile_the_project_anew_and_are_shown_apart(run_cli, write_suite, plain_python, tmp_path) -> None:
    heavy = "".join(f"def test_{n}(a=({n}, 'x')):\n    assert [i for i in range({n})] is not a\n" for n in range(400))
    root = write_suite({"pytest.ini": "[pytest]\n", "tests/test_heavy.py": heavy})
    options = ("--python", plain_python, "--rounds", "2", "--no-counters", "--no-suite", "--cold", "--output")
    result = run_cli("baseline", *options, tmp_path / "run.json", cwd=root)
    assert result.returncode == 0
    (target,) = load(tmp_path / "run.json")["targets"]
    assert [sample["kind"] for sample in target["samples"]] == ["warmup", "timed", "timed", "warmup", "cold", "cold"]
    assert target["cold_wall_s"]["min"] > target["wall_s"]["min"]
    assert "cold" in result.stdout


def test_where_no_bytecode_is_kept_cold_rounds_are_left_out_and_that_is_said(run_cli, api_and_core, quick) -> None:
    env = {"PYTHONDONTWRITEBYTECODE": "1"}
    result = run_cli("baseline", "tests/api", *quick, "--cold", "--format", "json", cwd=api_and_core, env=env)
    run = json.loads(result.stdout)
    assert {sample["kind"] for target in run["targets"] for sample in target["samples"]} == {"timed"}
    assert any("cold rounds were skipped" in note for note in run["notes"])


def test_disabled_bytecode_is_recorded_and_the_hint_says_what_to_do(run_cli, api_and_core, quick) -> None:
    result = run_cli("baseline", "tests/api", *quick, cwd=api_and_core, env={"PYTHONDONTWRITEBYTECODE": "1"})
    assert "bytecode disabled" in result.stdout
    assert "hint: PYTHONDONTWRITEBYTECODE is set" in result.stdout
    environment = load(api_and_core / "baselines" / "main.json")["environment"]
    assert environment["bytecode"] == "disabled"
    assert environment["flags"]["PYTHONDONTWRITEBYTECODE"] == "1"
    assert list(api_and_core.rglob("__pycache__")) == []


def test_rounds_that_ran_at_the_same_time_are_marked(run_cli, api_and_core, plain_python) -> None:
    options = ("--python", plain_python, "--rounds", "1", "--no-counters", "--jobs", "3")
    result = run_cli("baseline", *options, cwd=api_and_core)
    run = load(api_and_core / "baselines" / "main.json")
    assert result.returncode == 0
    assert not any(sample["comparable"] for target in run["targets"] for sample in target["samples"])
    assert [target["counts"]["items"] for target in run["targets"]] == [2, 3, 1]
    assert run["suite"]["counts"]["items"] == 6
    assert "measure without --jobs" in result.stdout.replace("\n  ", " ")


def test_max_time_ends_after_the_round_that_oversteps_it_and_lists_what_is_missing(
    run_cli, api_and_core, plain_python
) -> None:
    options = ("--python", plain_python, "--warmup", "0", "--max-time", "1ms")
    result = run_cli("baseline", *options, "--format", "json", cwd=api_and_core)
    run = json.loads(result.stdout)
    measured = [*run["targets"], run["suite"]]
    assert result.returncode == 0
    assert [target["name"] for target in measured] == ["tests/api", "tests/core", "tests/*", "suite"]
    assert sum(len(target["samples"]) for target in measured) == 1
    assert sum("not measured: the time limit was reached" in target["notes"] for target in measured) == 3
    assert sum(target["status"] == "not-measured" for target in measured) == 3
    assert any("--max-time was reached" in note for note in run["notes"])


@pytest.mark.usefixtures("with_baseline")
def test_a_run_that_ran_out_of_time_is_kept_beside_a_complete_baseline(run_cli, api_and_core, quick) -> None:
    stored = api_and_core / "baselines" / "main.json"
    before = stored.read_bytes()
    result = run_cli("baseline", *quick, "--max-time", "1ms", cwd=api_and_core)
    assert (
        "main.partial.json: the baseline is unchanged, since this was not measured before the time limit: tests/"
        in result.stderr
    )
    assert stored.read_bytes() == before
    assert load(stored.with_name("main.partial.json"))["kind"] == "collectbench.run"


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        pytest.param(("--rounds", "4", "--warmup", "0"), ["timed"] * 4, id="no warm-up"),
        pytest.param(("--rounds", "1", "--warmup", "2"), ["warmup", "warmup", "timed"], id="two warm-ups"),
    ],
)
def test_rounds_and_warmups_are_as_many_as_were_asked_for(run_cli, api_and_core, plain_python, options, kinds) -> None:
    fixed = ("--python", plain_python, "--no-counters", "--no-suite", "--format", "json")
    result = run_cli("baseline", "tests/api", *fixed, *options, cwd=api_and_core)
    (target,) = json.loads(result.stdout)["targets"]
    assert [sample["kind"] for sample in target["samples"]] == kinds


def test_auto_takes_three_to_ten_rounds(run_cli, api_and_core, plain_python) -> None:
    options = ("--python", plain_python, "--rounds", "auto", "--no-counters", "--no-suite", "--format", "json")
    result = run_cli("baseline", "tests/api", *options, cwd=api_and_core)
    (target,) = json.loads(result.stdout)["targets"]
    assert 3 <= [sample["kind"] for sample in target["samples"]].count("timed") <= 10


def test_the_seed_decides_the_order_of_rounds(run_cli, write_suite, quick) -> None:
    root = write_suite({f"t{n}/test_{n}.py": "def test_it(): pass\n" for n in range(4)})

    def order(seed: str) -> list[str]:
        result = run_cli("baseline", *quick, "--seed", seed, "-v", cwd=root)
        lines = [line.split() for line in result.stderr.splitlines() if line.startswith("timed")]
        assert sorted(words[1] for words in lines) == [f"t{n}" for n in range(4)]
        return [words[1] for words in lines]

    first = order("7")
    assert order("7") == first
    assert order("8") != first


def test_without_the_suite_there_is_neither_suite_nor_its_row(run_cli, api_and_core, quick) -> None:
    result = run_cli("baseline", *quick, cwd=api_and_core)
    assert load(api_and_core / "baselines" / "main.json")["suite"] is None
    assert not any(line.startswith("suite") for line in result.stdout.splitlines())
    assert any(line.startswith("sum of the parts") for line in result.stdout.splitlines())


def test_budgets_are_shown_and_never_decide_the_exit_code(run_cli, api_and_core, plain_python) -> None:
    limits = "budget = '1ms'\nmemory-budget = '1MB'\nmin-items = 99\ngoal = '1ms'"
    (api_and_core / "collectbench.toml").write_text(configured(limits, top="suite-budget = '10m'"))
    options = ("--python", plain_python, "--rounds", "3", "--warmup", "0", "--no-counters")
    result = run_cli("baseline", *options, cwd=api_and_core)
    rows = {line.split()[0]: line.split()[-1] for line in result.stdout.splitlines() if line[:1].isalpha()}
    assert result.returncode == 0
    assert rows["api"] == "fail"
    assert rows["suite"] == "pass"
    assert "fail: api: items: 2, minimum 99" in result.stdout.replace("\n  ", " ")
    assert "goal: api: median" in result.stdout


def test_a_conftest_that_fails_ends_with_4_and_pytests_own_words(run_cli, api_and_core, quick) -> None:
    (api_and_core / "tests" / "api" / "conftest.py").write_text("import no_such_module_here\n")
    result = run_cli("baseline", *quick, cwd=api_and_core)
    run = load(api_and_core / "baselines" / "main.json")
    assert result.returncode == 4
    assert [target["status"] for target in run["targets"]] == ["failed", "ok", "ok"]
    assert "ModuleNotFoundError: No module named 'no_such_module_here'" in result.stderr


@pytest.mark.usefixtures("with_baseline")
def test_a_broken_run_is_kept_beside_a_good_baseline(run_cli, api_and_core, quick) -> None:
    stored = api_and_core / "baselines" / "main.json"
    before = stored.read_bytes()
    (api_and_core / "tests" / "api" / "conftest.py").write_text("raise RuntimeError\n")
    result = run_cli("baseline", *quick, cwd=api_and_core)
    assert result.returncode == 4
    assert stored.read_bytes() == before
    assert load(stored.with_name("main.partial.json"))["targets"][0]["status"] == "failed"


@pytest.mark.usefixtures("with_baseline")
def test_a_good_baseline_is_not_replaced_by_nothing(run_cli, api_and_core, quick) -> None:
    stored = api_and_core / "baselines" / "main.json"
    before = stored.read_bytes()
    result = run_cli("baseline", *quick, "--", "-k", "nothing", cwd=api_and_core)
    assert result.returncode == 5
    assert "unchanged, since this is empty now: tests/api, tests/core, tests/*" in result.stderr
    assert stored.read_bytes() == before


def test_a_suite_that_is_left_out_stays_in_the_baseline(run_cli, api_and_core, quick) -> None:
    stored = api_and_core / "baselines" / "main.json"
    run_cli("baseline", "--depth", "0", *quick[:-1], cwd=api_and_core)
    before = load(stored)["suite"]
    assert run_cli("baseline", "--depth", "0", *quick, cwd=api_and_core).returncode == 0
    assert load(stored)["suite"]["samples"] == before["samples"]
    edit(stored, pytest="8.0.0")
    assert run_cli("baseline", "--depth", "0", *quick, cwd=api_and_core).returncode == 0
    assert load(stored)["suite"] is None


def test_a_goal_for_the_reduction_is_left_to_compare(run_cli, api_and_core, quick) -> None:
    (api_and_core / "collectbench.toml").write_text(configured("goal-reduction = '85%'"))
    assert "goal" not in run_cli("baseline", "api", *quick, cwd=api_and_core).stdout
    assert "goal-reduction" in run_cli("compare", "api", *quick, "--format", "json", cwd=api_and_core).stdout


def test_errors_beside_items_are_a_collection_with_errors(run_cli, api_and_core, quick) -> None:
    (api_and_core / "tests" / "api" / "test_broken.py").write_text("import no_such_module_here\n")
    result = run_cli("baseline", "tests/api", *quick, "--format", "json", cwd=api_and_core)
    target = json.loads(result.stdout)["targets"][0]
    assert result.returncode == 0
    assert target["status"] == "collection-errors"
    assert (target["counts"]["items"], target["counts"]["errors"]) == (2, 1)


def test_errors_without_any_item_end_with_4(run_cli, write_suite, quick) -> None:
    root = write_suite({"tests/test_broken.py": "import no_such_module_here\n"})
    assert run_cli("baseline", *quick, cwd=root).returncode == 4


def test_nothing_collected_ends_with_5(run_cli, write_suite, quick) -> None:
    root = write_suite({"tests/test_nothing.py": "def helper(): pass\n"})
    result = run_cli("baseline", *quick, cwd=root)
    assert result.returncode == 5
    assert "no test was collected in" in result.stdout


def test_what_comes_after_the_dashes_reaches_pytest_before_our_own(
    run_cli, api_and_core, quick, child_commands
) -> None:
    (api_and_core / "collectbench.toml").write_text(
        "pytest-args = ['-p', 'no:doctest']\n[targets.api]\npaths = ['tests/api']\npytest-args = ['-ra']\n"
    )
    extra = ("--", "-k", "two")
    shown = run_cli("baseline", *quick, "--dry-run", *extra, cwd=api_and_core)
    words = child_commands(shown.stdout)["api"]
    expected = ["-p", "no:doctest", "-ra", "-k", "two", "--collect-only", "-qq", "--maxfail=0"]
    assert words[-len(expected) - 2 : -2] == expected
    assert not (api_and_core / "baselines").exists()
    result = run_cli("baseline", *quick, "--format", "json", *extra, cwd=api_and_core)
    assert json.loads(result.stdout)["targets"][0]["counts"]["items"] == 1


def test_items_are_counted_after_deselection_by_addopts(run_cli, api_and_core, quick) -> None:
    (api_and_core / "pytest.ini").write_text("[pytest]\ntestpaths = tests\naddopts = -x -k 'one or loose'\n")
    result = run_cli("baseline", *quick, "--format", "json", cwd=api_and_core)
    counts = {target["name"]: target["counts"]["items"] for target in json.loads(result.stdout)["targets"]}
    assert counts == {"tests/api": 1, "tests/core": 0, "tests/*": 1}


def test_tests_in_git_are_stamped_with_their_commit(run_cli, api_and_core, quick, clean_env) -> None:
    import subprocess

    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-q", "-m", "first")):
        subprocess.run(["git", *command], cwd=api_and_core, env=clean_env, check=True)
    head = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=api_and_core, env=clean_env, text=True).strip()
    run_cli("baseline", "tests/api", *quick, cwd=api_and_core)
    run = load(api_and_core / "baselines" / "main.json")
    assert (run["commit"], run["dirty"]) == (head, False)
    (api_and_core / "tests" / "api" / "test_api.py").write_text("def test_one(): pass\n")
    run_cli("baseline", "tests/api", *quick, cwd=api_and_core)
    run = load(api_and_core / "baselines" / "main.json")
    assert (run["commit"], run["dirty"]) == (head, True)


def test_rounds_that_collect_different_node_ids_are_reported(run_cli, write_suite, plain_python) -> None:
    changing = "import os, pytest\n@pytest.mark.parametrize('n', [os.getpid()])\ndef test_it(n): pass\n"
    root = write_suite({"tests/test_it.py": changing})
    options = ("--python", plain_python, "--rounds", "2", "--no-counters", "--no-suite")
    result = run_cli("baseline", *options, cwd=root)
    assert "rounds collected other node ids than the first" in result.stdout.replace("\n  ", " ")


def test_paths_in_addopts_are_said_to_be_collected_in_every_target(run_cli, write_suite, plain_python) -> None:
    root = write_suite(
        {
            "pytest.ini": "[pytest]\naddopts = tests\n",
            "tests/api/test_a.py": "def test_a(): pass\n",
            "tests/core/test_b.py": "def test_b(): pass\n",
        }
    )
    fixed = ("--rounds", "1", "--warmup", "0", "--no-counters", "--python", plain_python)
    done = run_cli("baseline", "tests/api", *fixed, cwd=root)
    assert done.returncode == 0, done.stderr
    assert "(tests)" in done.stdout
    assert "testpaths" in done.stdout


def test_an_interpreter_within_the_project_is_stored_by_its_place_there(run_cli, write_suite, plain_python) -> None:
    root = write_suite({"test_a.py": "def test_a(): pass\n"})
    owner = Path(plain_python)
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "pyvenv.cfg").write_text((owner.parent.parent / "pyvenv.cfg").read_text())
    (root / ".venv" / "bin" / "python").symlink_to(owner.resolve())
    (root / ".venv" / "lib").symlink_to(owner.parent.parent / "lib")
    fixed = ("--rounds", "1", "--warmup", "0", "--no-counters", "--no-suite", "--python", ".venv/bin/python")
    result = run_cli("baseline", *fixed, cwd=root)
    assert result.returncode == 0, result.stderr
    assert load(root / "baselines" / "main.json")["config"]["python"] == ".venv/bin/python"
