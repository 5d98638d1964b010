"""`baseline --history`, `compare --record` and `history` as processes."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from collectbench.store.documents import RECORD
from collectbench.store.files import read_document
from collectbench.store.history import read_history, write_record
from histories import NAME, commit_of, record, recorded

WALLS_S = [1.0, 1.01, 0.99, 1.0, 1.02, 1.0, 1.01, 1.0]


def records_in(directory: Path):
    return [each for _, each in read_history(directory).records]


@pytest.fixture
def stored_history(tmp_path) -> Path:
    """Sixteen runs of a suite and a target, the second half slower by a half, and with more modules."""
    directory = tmp_path / "history"
    for number in range(16):
        factor, modules = (1.5, 120) if number >= 8 else (1.0, 80)
        walls_s = (WALLS_S[number % 8] * factor,)
        suite = recorded("suite", walls_s, counters={"modules": modules}, reference_wall_s=None)
        target = recorded("tests/api", WALLS_S[:1], reference_wall_s=None)
        write_record(record(number, targets=(target,), suite=suite), directory)
    return tmp_path


# --- recording ---


def test_a_baseline_is_recorded_beside_it_and_says_where(run_cli, api_and_core, quick) -> None:
    done = run_cli("baseline", *quick, "--history", "tests/api", cwd=api_and_core)
    assert done.returncode == 0, done.stderr
    (path,) = (api_and_core / "history").glob("*/*.json")
    assert f"recorded {path.relative_to(api_and_core)}\n" in done.stderr
    assert re.fullmatch(r"\d+x-[\w-]+_py3\.\d+_pytest\d+\.\d+", path.parent.name)
    assert re.fullmatch(r"\d{8}T\d{6}Z-nocommit-[0-9a-f]{8}\.json", path.name)
    kept = read_document(path, RECORD)
    (target,) = kept.targets
    assert (target.name, target.items, len(target.wall_s), kept.suite) == ("tests/api", 2, 1, None)
    baseline = json.loads((api_and_core / "baselines" / "main.json").read_text())
    assert target.wall_s == (baseline["targets"][0]["samples"][-1]["wall_s"],)

    shown = run_cli("history", cwd=api_and_core)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert path.parent.name in shown.stdout
    assert "tests/api" in shown.stdout


def test_a_comparison_records_the_run_with_the_time_of_its_commit(run_cli, repo, quick, tmp_path) -> None:
    repo.write("collectbench.toml", 'history-dir = "kept"\n[targets.a]\npaths = ["tests"]\nbudget = "9m"\n')
    commit = repo.commit("configured")
    for against in ((), ("--against", "HEAD")):
        done = run_cli("compare", *quick, "--record", "--quiet", *against, cwd=repo.root)
        assert done.returncode == 0, done.stderr
        assert "recorded" not in done.stderr
    made = records_in(repo.root / "kept")
    assert [(each.commit, each.dirty) for each in made] == [(commit, False)] * 2
    seconds = repo.git("show", "--no-patch", "--format=%ct", commit)
    assert {each.at for each in made} == {time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(seconds)))}
    assert all(target.wall_s for each in made for target in each.targets)


def test_a_run_that_lacks_targets_is_recorded_and_says_so(run_cli, api_and_core, quick) -> None:
    (api_and_core / "tests" / "api" / "conftest.py").write_text("raise RuntimeError\n")
    done = run_cli("baseline", *quick, "--history", "--quiet", cwd=api_and_core)
    assert done.returncode == 4
    assert re.search(r"recorded history/\S+, but this could not be collected: tests/api\n", done.stderr)
    (kept,) = records_in(api_and_core / "history")
    assert {target.name: len(target.wall_s) for target in kept.targets} == {
        "tests/api": 0, "tests/core": 1, "tests/*": 1,
    }  # fmt: skip


def test_a_run_in_which_nothing_was_collected_is_not_recorded(run_cli, write_suite, quick) -> None:
    suite = write_suite({"pytest.ini": "[pytest]\n", "tests/test_a.py": ""})
    done = run_cli("baseline", "tests", *quick, "--history", cwd=suite)
    assert done.returncode == 5
    assert "not recorded in history: nothing was collected" in done.stderr
    assert list((suite / "history").iterdir()) == []


def test_an_interrupted_run_is_not_recorded_and_says_so(cli_command, api_and_core, plain_python, clean_env) -> None:
    hangs = api_and_core / "hangs"
    text = f"import pathlib, time\npathlib.Path({str(hangs)!r}).touch()\ntime.sleep(600)\n"
    (api_and_core / "tests" / "api" / "test_api.py").write_text(text)
    command = cli_command("baseline", "--python", plain_python, "--history", "tests/api")
    process = subprocess.Popen(command, cwd=api_and_core, env=clean_env, stderr=subprocess.PIPE, text=True)
    while not hangs.exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    words = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "not recorded in history: the run is not complete" in words
    assert list((api_and_core / "history").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "mistake"),
    [
        (("baseline", "--history-dir", "x"), "--history-dir: it concerns --history, which is not given"),
        (("compare", "--history-dir", "x"), "--history-dir: it concerns --record, which is not given"),
        (("compare", "a.json", "b.json", "--record"), "--record: stored runs are judged, so nothing is measured"),
        (
            ("baseline", "--history", "--history-dir", "pytest.ini"),
            "pytest.ini: records of runs cannot be written there",
        ),
        (("history", "--rounds", "3"), "--rounds: without --from-git or --bisect, nothing is measured"),
        (("history", "--bisect", "--rounds", "3"), "--rounds: --bisect takes one counted round of each commit"),
        (("history", "--bisect", "--from-git"), "--from-git and --bisect: give one of them, then the other"),
        (("history", "--format", "junit"), "--format junit: only for collectbench compare, lint and verify"),
        (("history",), "history does not exist, so there is no history"),
        (("history", "--history-dir", "pytest.ini"), "pytest.ini is not a directory, so it is not a history"),
    ],
)
def test_mistakes_are_told_before_anything_is_measured(run_cli, api_and_core, words, mistake) -> None:
    done = run_cli(*words, cwd=api_and_core)
    assert (done.returncode, done.stdout) == (2, "")
    assert mistake in done.stderr
    assert not (api_and_core / "baselines").exists()


# --- showing ---


def test_a_step_names_commits_figures_and_the_next_commands(run_cli, stored_history) -> None:
    done = run_cli("history", cwd=stored_history, env={"COLUMNS": "80"})
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("history · 16 runs · ")
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in done.stdout
    base, head = commit_of(7), commit_of(8)
    assert f"step: {base[:7]}..{head[:7]} (2026-01-01): " in done.stdout
    assert "suite: 80 modules -> 120 (+50 %), time 1.000 s -> 1.500 s (+50 %)" in " ".join(done.stdout.split())
    assert f"  git log {base[:12]}..{head[:12]}" in lines
    words = " ".join(done.stdout.replace("\\\n", " ").split())
    assert f"collectbench compare --against {base[:12]} which" in words
    assert words.endswith("collectbench history --bisect")
    assert "git log" not in run_cli("history", "--quiet", cwd=stored_history).stdout


def test_targets_are_chosen_by_name_or_path(run_cli, stored_history) -> None:
    done = run_cli("history", "./tests/api/", "--format", "json", cwd=stored_history)
    document = json.loads(done.stdout)
    assert [trend["name"] for trend in document["trends"]] == ["tests/api"]
    assert (document["kind"], document["records"], document["directory"]) == ("collectbench.history", 16, "history")
    unknown = run_cli("history", "tests/apo", "nowhere", cwd=stored_history)
    assert unknown.returncode == 2
    assert 'tests/apo: no record has this target; did you mean "tests/api"?' in unknown.stderr
    assert "nowhere: no record has this target; known are tests/api, suite" in unknown.stderr


def test_the_cost_of_a_step_is_told_if_the_configuration_says_how_often_tests_run(run_cli, stored_history) -> None:
    (stored_history / "collectbench.toml").write_text("[cost]\nruns-per-day = 600\nworkers = 2\n")
    done = run_cli("history", cwd=stored_history)
    assert re.search(r"cost: suite: \+50\d ms a run = 10 minutes a day \(600 runs on 2\s+machines\)", done.stdout)


def test_a_comparison_says_what_a_change_costs(run_cli, stored_run, tmp_path) -> None:
    base = stored_run("base", {"same": WALLS_S, "slow": WALLS_S})
    head = stored_run("head", {"same": WALLS_S, "slow": [2 * wall_s for wall_s in WALLS_S]})
    (tmp_path / "collectbench.toml").write_text("[cost]\nruns-per-day = 60\nprice-per-minute = 0.5\ncurrency = 'EUR'\n")
    done = run_cli("compare", base, head, "--output", "comment.md", cwd=tmp_path)
    assert done.returncode == 1
    assert "cost: slow: +1.00 s a run = 60.0 s, 0.50 EUR a day (60 runs)" in done.stdout
    assert "cost: same" not in done.stdout
    assert "- **cost**: slow: +1.00 s a run" in (tmp_path / "comment.md").read_text()


def test_a_history_is_written_for_other_programs(run_cli, stored_history) -> None:
    names = ("history.csv", "history.prom", "github-action-benchmark=bench.json", "history.md")
    outputs = [part for name in names for part in ("--output", name)]
    assert run_cli("history", *outputs, cwd=stored_history).returncode == 0
    with (stored_history / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 32
    assert [float(row["wall_s"]) for row in rows if row["target"] == "suite"][-1] == 1.5
    assert {row["commit"] for row in rows if row["step"]} == {commit_of(8)}
    families = {
        one.name: one for one in text_string_to_metric_families((stored_history / "history.prom").read_text("utf-8"))
    }
    (sample,) = [
        each for each in families["collectbench_history_wall_seconds"].samples if each.labels["target"] == "suite"
    ]
    assert (sample.value, sample.labels["environment"]) == (1.5, NAME)
    assert json.loads((stored_history / "bench.json").read_text()) == [
        {"name": "suite", "unit": "s", "value": 1.5, "extra": "12 items"},
        {"name": "tests/api", "unit": "s", "value": 1.0, "extra": "12 items"},
    ]
    assert f"#### {NAME.replace('_', chr(92) + '_')}" in (stored_history / "history.md").read_text()


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_shown(run_cli, stored_history) -> None:
    (stored_history / "history" / NAME / "a.json").write_text("{")
    done = run_cli("history", cwd=stored_history, env={"COLUMNS": "300"})
    assert done.returncode == 0
    assert "a.json is not JSON or was cut off" in done.stdout
    assert "16 runs" in done.stdout


@pytest.mark.parametrize(
    ("schema", "message"),
    [(9, "schema 9 is newer than this collectbench reads (1); update collectbench"), (0, "empty")],
)
def test_a_history_that_cannot_be_used_has_the_code_of_a_bad_baseline(run_cli, tmp_path, schema, message) -> None:
    path = write_record(record(), tmp_path / "history")
    path.write_text(path.read_text().replace('"schema": 1', f'"schema": {schema}') if schema else "")
    done = run_cli("history", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (6, "")
    assert message in done.stderr


# --- from git ---


@pytest.fixture
def grown(repo):
    """Nine commits after the first two; the sixth one imports a module in a conftest."""
    repo.write("pytest.ini", "[pytest]\ntestpaths = tests\n")
    repo.write("tests/api/test_api.py", "def test_api(): pass\n")
    repo.commit("start")
    for number in range(1, 9):
        if number == 6:
            repo.write("tests/api/conftest.py", "import xml.dom.minidom\n")
        repo.write("notes.txt", f"{number}\n")
        repo.commit(f"change {number}")
    return repo


@pytest.fixture
def past(run_cli, plain_python, git_env, tmp_path_factory, grown):
    """Runs `history` with a history outside of the repository, and holds that nothing else is left."""
    temporary = tmp_path_factory.mktemp("temporary")
    directory = tmp_path_factory.mktemp("kept") / "history"

    def run(*args, **env):
        before = grown.state()
        done = run_cli(
            "history", "--python", plain_python, "--history-dir", directory, *args, cwd=grown.root,
            env={**git_env, "TMPDIR": str(temporary), "COLUMNS": "100", **env}, timeout=300,
        )  # fmt: skip
        assert grown.state() == before
        assert list(temporary.iterdir()) == []
        assert "Traceback" not in done.stderr
        return done

    run.directory = directory  # type: ignore[attr-defined]
    return run


QUICK = ("--rounds", "1", "--warmup", "0", "--no-suite", "--no-counters")


def test_old_commits_are_measured_once_in_the_order_of_their_use(past, grown) -> None:
    done = past("--from-git", "HEAD~3..HEAD", *QUICK)
    assert done.returncode == 0, done.stderr
    numbers = re.findall(r"^(\d) of 3: [0-9a-f]{12} change (\d)$", done.stderr, re.MULTILINE)
    assert numbers == [("1", "8"), ("2", "6"), ("3", "7")]
    made = records_in(past.directory)
    assert [each.commit for each in made] == [grown.git("rev-parse", f"HEAD~{back}") for back in (2, 1, 0)]
    assert [each.dirty for each in made] == [False] * 3
    assert all(target.wall_s for each in made for target in each.targets)
    assert [target.name for target in made[0].targets] == ["tests/api", "tests/*"]

    again = past("--from-git", "HEAD~4..HEAD", *QUICK)
    assert "3 of 4 commits have a record already\n1 of 1: " in again.stderr
    assert len(records_in(past.directory)) == 4


def test_a_commit_that_cannot_be_measured_is_named_and_the_others_are(past, grown) -> None:
    done = past("--from-git", "HEAD~10..HEAD~8", "tests/api", *QUICK)
    assert done.returncode == 0, done.stderr
    assert re.search(r"second\n(.*\n)*not measured: this commit has none of tests/api", done.stderr)


def test_the_time_limit_ends_it_between_two_commits(past) -> None:
    done = past("--from-git", "HEAD~4..HEAD", "--max-time", "1ms", *QUICK)
    assert done.returncode == 6
    assert "3 more commits were not measured; the same command goes on with them" in done.stderr
    assert "no run is recorded there" in done.stderr


@pytest.mark.parametrize(
    ("revisions", "message"),
    [
        ("nowhere..HEAD", "--from-git nowhere..HEAD: the commits nowhere..HEAD cannot be listed: "),
        ("HEAD..HEAD", "--from-git HEAD..HEAD: there are no commits in HEAD..HEAD; give a range"),
        ("--all", "'--all' is not a range of commits; give one such as v1.0..HEAD"),
    ],
)
def test_a_range_without_commits_is_a_mistake(past, revisions, message) -> None:
    done = past(f"--from-git={revisions}")
    assert done.returncode == 2
    assert message in done.stderr


def test_a_fill_that_is_interrupted_keeps_what_is_finished(
    cli_command, grown, plain_python, git_env, tmp_path_factory
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    directory, hangs = tmp_path_factory.mktemp("kept") / "history", temporary.parent / "hangs"
    text = f"import pathlib, time\npathlib.Path({str(hangs)!r}).touch()\ntime.sleep(600)\n"
    grown.write("tests/api/conftest.py", text)
    grown.commit("hangs")
    grown.git("rm", "-q", "tests/api/conftest.py")
    grown.commit("mended")
    before = grown.state()
    command = cli_command(
        "history", "--from-git", "HEAD~2..HEAD", *QUICK, "--python", plain_python, "--history-dir", directory
    )
    env = {**git_env, "TMPDIR": str(temporary)}
    process = subprocess.Popen(command, cwd=grown.root, env=env, stderr=subprocess.PIPE, text=True)
    while not hangs.exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    words = process.communicate(timeout=60)[1]
    assert process.returncode == 130, words
    assert "1 of 2 commits are recorded; the same command goes on" in words
    assert grown.state() == before
    assert list(temporary.iterdir()) == []
    assert [each.commit for each in records_in(directory)] == [grown.git("rev-parse", "HEAD")]


# --- bisect ---


def test_the_commit_of_a_step_is_found_by_few_counted_rounds(past, grown) -> None:
    options = ("tests/api", "--rounds", "1", "--warmup", "0")
    for end in ("HEAD~4^!", "HEAD^!"):
        assert past("--from-git", end, *options).returncode == 0
    done = past("tests/api", "--bisect", "--format", "json")
    assert done.returncode == 0, done.stderr
    search = json.loads(done.stdout)["bisection"]
    assert (search["commit"], search["parent"]) == (grown.git("rev-parse", "HEAD~2"), grown.git("rev-parse", "HEAD~3"))
    assert (search["subject"], search["commits"], search["target"]) == ("change 6", 4, "tests/api")
    assert len(search["measured"]) <= 3  # log2 of 4 commits, and one
    assert search["low"] < search["high"]
    assert search["reason"] == ""


def test_a_step_that_no_counter_shows_is_not_guessed(past, grown) -> None:
    commits = grown.git("rev-list", "--reverse", "HEAD").splitlines()
    for number in range(12):
        walls_s = (WALLS_S[number % 8] * (2.0 if number >= 6 else 1.0),)
        target = recorded("tests/api", walls_s, reference_wall_s=None)
        made = replace(record(number, targets=(target,)), commit=commits[min(number, len(commits) - 1)])
        write_record(made, past.directory)
    done = past("--bisect")
    assert done.returncode == 3
    assert "not found: tests/api: no counter that repeats changed with this step" in done.stdout


def test_without_a_step_there_is_nothing_to_find(past) -> None:
    write_record(record(), past.directory)
    done = past("--bisect")
    assert done.returncode == 2
    assert "--bisect: there is no step in these trends" in done.stderr
