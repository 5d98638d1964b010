"""`--shard` and `collectbench merge`, as processes: a project measured in parts is the project measured at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collectbench.usecases.shard_lengths import committed_seconds
from stored_documents import unpacked

TIMES = {
    "created", "seed", "samples", "wall_s", "cpu_s", "reference_wall_s", "peak_rss_bytes", "cold_wall_s", "phases",
    "memory_timeline", "unqueued_wall_s", "waits", "import_times", "effort", "key",
}  # fmt: skip
SPEED = "no reference seconds: this machine's speed is "
"""How the note begins that a machine gets which is slow, or quick, beyond all measure."""


def without_times(document: Any) -> Any:
    """All that is no time, nor follows from one. Of variables the names: their values are hashed with a random key."""
    if isinstance(document, dict):
        return {
            key: sorted(value) if key == "variables" else without_times(value)
            for key, value in document.items()
            if key not in TIMES
        }
    if isinstance(document, list):
        return [without_times(item) for item in document if not str(item).startswith(SPEED)]
    return document


def load(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def as_shard(path: Path, *, plan: list[str]) -> Path:
    """The stored run, made into the first shard of a plan."""
    document = load(path) | {"schema": 2, "shard": {"index": 1, "count": len(plan), "plan": plan}}
    path.write_text(json.dumps(document))
    return path


@pytest.mark.long
def test_merged_shards_equal_one_run_in_all_that_is_not_time(run_cli, api_and_core, plain_python) -> None:
    (api_and_core / "collectbench.toml").write_text(
        "suite-budget = '1m'\n[targets.core]\npaths = ['tests/core']\nbudget = '1m'\nmin-items = 1\n"
        "[targets.api]\npaths = ['tests/api']\nmin-items = 1\n"
    )
    options = ("--python", plain_python, "--rounds", "1", "--warmup", "0")
    assert run_cli("baseline", *options, "--name", "whole", cwd=api_and_core).returncode == 0
    shards = []
    for index in range(1, 5):  # of three parts
        done = run_cli("baseline", *options, "--shard", f"{index}/4", cwd=api_and_core)
        assert done.returncode == 0, done.stderr
        shards.append(f"baselines/main.shard-{index}-of-4.json")
        assert f"saved {shards[-1]}" in done.stderr
        assert f"shard {index} of 4" in done.stdout
    assert "there are more shards (4) than parts (3)" in done.stdout
    merged = run_cli("merge", *reversed(shards), cwd=api_and_core)
    assert (merged.returncode, merged.stderr) == (0, "saved baselines/main.json\n")
    one, other = (unpacked(api_and_core / "baselines" / f"{name}.json") for name in ("whole", "main"))
    assert without_times(other) == without_times(one)
    assert [target["name"] for target in other["targets"]] == ["core", "api"]
    judged = run_cli("compare", "--run", "baselines/main.json", "--budgets-only", "--format", "json", cwd=api_and_core)
    limits = {target["name"]: target["budget"] for target in json.loads(judged.stdout)["targets"]}
    assert judged.returncode == 0
    assert [check["key"] for check in limits["core"]["checks"]] == ["budget", "min-items"]
    assert limits["api"]["verdict"] == "pass"

    empty = run_cli("compare", *options, "--shard", "4/4", "--on-inconclusive", "fail", cwd=api_and_core)
    assert (empty.returncode, empty.stdout.splitlines()[-1]) == (0, "verdict: pass (this shard holds nothing to judge)")

    refused = run_cli("merge", *shards[1:], shards[1], "--output", "out.json", cwd=api_and_core)
    assert refused.returncode == 6
    assert "shard 2/4 is given 2 times" in refused.stderr
    assert "missing: shard 1/4" in refused.stderr
    assert not (api_and_core / "out.json").exists()
    kept = run_cli("merge", *shards, "--output", "out.json", "-q", cwd=api_and_core)
    assert (kept.returncode, kept.stderr) == (0, "")
    assert load(api_and_core / "out.json") == {**load(api_and_core / "baselines" / "main.json")}


def test_a_shard_is_judged_alone_and_the_other_targets_are_not_missed(run_cli, api_and_core, plain_python) -> None:
    options = ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--no-suite", "--no-counters")
    run_cli("baseline", *options, cwd=api_and_core)
    judged = run_cli("compare", *options, "--shard", "1/2", "--format", "json", cwd=api_and_core)
    comparison = json.loads(judged.stdout)
    assert judged.returncode == 0
    assert [target["name"] for target in comparison["targets"]] == ["tests/api", "tests/*"]
    assert "targets of the baseline that were not selected, and are not judged: 1" in comparison["notes"]


def test_the_file_of_a_shard_is_judged_as_the_shard_was_when_it_was_measured(run_cli, api_and_core, stored_run) -> None:
    whole = stored_run("whole", {"a": [1.0], "b": [1.0]})
    shard = as_shard(stored_run("shard", {"a": [1.0]}), plan=["a", "b"])
    for files in (("--run", shard, "--baseline", whole), (whole, shard)):
        judged = run_cli("compare", *files, "--format", "json", cwd=api_and_core)
        comparison = json.loads(judged.stdout)
        assert judged.returncode == 0, comparison["targets"]
        assert [target["name"] for target in comparison["targets"]] == ["a"]
        assert "targets of the baseline that were not selected, and are not judged: 1" in comparison["notes"]


def test_a_shards_file_without_a_limit_of_its_own_is_judged_by_those_of_the_whole(
    run_cli, api_and_core, stored_run
) -> None:
    (api_and_core / "collectbench.toml").write_text("[targets.b]\npaths = ['tests']\nbudget = '1m'\n")
    shard = as_shard(stored_run("shard", {"a": [1.0]}), plan=["a", "b"])
    judged = run_cli("compare", "--run", shard, "--budgets-only", cwd=api_and_core)
    assert (judged.returncode, judged.stderr) == (0, "")


def without_figures(document: Any) -> Any:
    """All of a comparison that is no time, nor follows from one: of a timed change only the verdict."""
    document = without_times(document)
    rows = [*document["targets"], *([document["suite"]] if document["suite"] else [])]
    for row in rows:
        if row["change"] and row["change"]["pairs"]:
            row["change"] = row["change"]["verdict"]
            row["reasons"] = [reason for reason in row["reasons"] if not reason.startswith(("CPU ", "waits "))]
            row["remarks"] = [remark for remark in row["remarks"] if not remark.startswith(("CPU ", "waits "))]
        row["waits"] = None
    return document


@pytest.fixture
def changed(repo) -> Any:
    """A repository whose last commit adds, removes, moves and changes targets; one stays as it is."""
    for name in ("gone", "grows", "old"):
        repo.write(f"tests/{name}/test_{name}.py", f"def test_{name}(): pass\n")
    repo.write("stable/test_same.py", "def test_same(): pass\n")  # a folder beside it would be work for it as well
    repo.write("pytest.ini", "[pytest]\ntestpaths = tests stable\n")
    (repo.root / "tests" / "test_a.py").unlink()
    repo.commit("four targets")
    repo.git("mv", "tests/old", "tests/renamed")
    repo.git("rm", "-q", "-r", "tests/gone")
    repo.write("tests/new/test_new.py", "def test_new(): pass\n")
    repo.write("tests/grows/test_grows.py", "import wsgiref.validate\n\n\ndef test_grows(): pass\n")
    repo.commit("changed")
    return repo


@pytest.mark.long
def test_the_only_part_of_a_comparison_is_merged_into_the_same_comparison(
    run_cli, changed, plain_python, git_env, tmp_path
) -> None:
    part = tmp_path / "part.json"
    options = ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--no-suite", "--no-progress")
    against = ("compare", "--against", "HEAD~1", "--shard", "1/1", *options, "--output", str(part))
    done = run_cli(*against, cwd=changed.root, env=git_env)
    assert done.returncode == 1, done.stderr
    merge = run_cli("merge", str(part), "--format", "json", cwd=changed.root, env=git_env)
    assert (merge.returncode, merge.stderr) == (1, "")
    document, merged = load(part), json.loads(merge.stdout)
    shard, terms = document.pop("shard"), document.pop("part_terms")
    assert merged.pop("shard") is None
    assert shard["own"] == shard["plan"]
    assert (terms["margin"], terms["selected"], terms["interrupted"]) == (0.1, False, False)
    assert terms["moves"]["renamed"] == {"tests/old/test_old.py": "tests/renamed/test_old.py"}
    assert terms["moves"]["deleted"] == ["tests/gone/test_gone.py"]
    for side in ("base_run", "head_run"):
        assert merged[side].pop("shard") is None
        assert "shard" not in document[side]
    assert merged == document
    verdicts = {row["name"]: row["verdict"] for row in merged["targets"]}
    assert (verdicts["tests/gone"], verdicts["tests/old"], verdicts["stable"]) == ("fail", "pass", "pass")


@pytest.mark.long
def test_merged_parts_of_a_comparison_equal_one_comparison_in_all_that_is_not_time(
    run_cli, changed, plain_python, git_env
) -> None:
    options = ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--no-suite", "--no-progress")

    def compared(*shard: str) -> Any:
        against = ("compare", "--against", "HEAD~1", *options, *shard, "--format", "json")
        done = run_cli(*against, cwd=changed.root, env=git_env)
        assert done.stdout, done.stderr
        return done.returncode, done.stdout

    code, text = compared()
    files = []
    for part in ("1", "2"):
        files.append(str(changed.work / f"part-{part}.json"))
        Path(files[-1]).write_text(compared("--shard", f"{part}/2")[1])
    merge = run_cli("merge", *files, "--format", "json", cwd=changed.root, env=git_env)
    assert (code, merge.returncode, merge.stderr) == (1, 1, "")
    whole, merged = json.loads(text), json.loads(merge.stdout)
    assert without_figures(merged) == without_figures(whole)
    verdicts = {row["name"]: row["verdict"] for row in merged["targets"]}
    assert verdicts["tests/gone"] == "fail"
    assert {verdicts["tests/old"], verdicts["stable"]} == {"pass"}
    (grows,) = [row for row in merged["targets"] if row["name"] == "tests/grows"]
    assert grows["counters"]["modules"]["head"] > grows["counters"]["modules"]["base"]
    plans = [set(load(Path(file))["shard"]["own"]) & {"tests/old", "tests/renamed"} for file in files]
    assert all(map(len, plans)), "the test needs a target that moved to another part"


@pytest.fixture
def long_api(repo, stored_run) -> Any:
    """A repository in which the committed baseline says that tests/api takes as long as all the others together."""
    for name in ("api", "core"):
        repo.write(f"tests/{name}/test_{name}.py", "def test_it(): pass\n")
    repo.write("pytest.ini", "[pytest]\ntestpaths = tests\n")
    stored = stored_run("main", {"tests/api": [9.0], "tests/core": [2.0], "tests/*": [3.0], "suite": [4.0]})
    repo.write("baselines/main.json", stored.read_text())
    repo.commit("with a baseline")
    repo.write("baselines/main.json", "what lies here does not count\n")
    return repo


def test_parts_take_about_as_long_by_the_baseline_that_is_committed(
    run_cli, long_api, plain_python, child_commands
) -> None:
    parts = []
    for number in ("1", "2"):
        env = {"GITLAB_CI": "true", "CI_NODE_INDEX": number, "CI_NODE_TOTAL": "2"}
        options = ("--python", plain_python, "--shard", "auto", "--dry-run")
        shown = run_cli("baseline", *options, cwd=long_api.root, env=env)
        assert shown.returncode == 0, shown.stderr
        parts.append({name.partition("'")[0].partition(",")[0] for name in child_commands(shown.stdout)})
    assert parts == [{"tests/api"}, {"tests/core", "tests/*", "suite"}]


def test_a_machine_that_was_busy_while_the_baseline_was_recorded_does_not_lengthen_a_part(long_api) -> None:
    baseline = long_api.root / "baselines" / "main.json"
    long_api.git("checkout", "-q", "--", "baselines")
    document = load(baseline)
    document["targets"][0]["unqueued_wall_s"] = {"median": 1.5, "min": 1.5, "max": 1.5, "ci95": None}
    baseline.write_text(json.dumps(document))
    long_api.commit("recorded on a busy machine")
    seconds = committed_seconds(baseline, long_api.root, long_api.env, long_api.plainly)
    assert seconds == {"tests/api": 1.5, "tests/core": 2.0, "tests/*": 3.0, "suite": 4.0}


def test_a_committed_baseline_that_cannot_be_read_divides_nothing(run_cli, long_api, plain_python) -> None:
    long_api.commit("damaged")
    result = run_cli("baseline", "--python", plain_python, "--shard", "1/2", "--dry-run", cwd=long_api.root)
    assert (result.returncode, result.stdout) == (6, "")
    assert "HEAD:baselines/main.json is not JSON or was cut off" in result.stderr


def test_shards_of_differently_divided_plans_are_not_merged(run_cli, api_and_core, stored_run) -> None:
    files = []
    for index, (own, digest) in enumerate(((["a"], "1" * 12), (["b"], "2" * 12)), 1):
        path = stored_run(f"part{index}", {own[0]: [1.0]})
        shard = {"index": index, "count": 2, "plan": ["a", "b"], "own": own, "digest": digest}
        path.write_text(json.dumps(load(path) | {"schema": 2, "shard": shard}))
        files.append(path)
    refused = run_cli("merge", *files, cwd=api_and_core)
    assert refused.returncode == 6
    assert "differ in the parts of the plan (222222222222 and 111111111111)" in refused.stderr


@pytest.mark.parametrize("shard", ["3/2", "0/4", "a/b", "2", "1/0", "-1/2", "1/2/3", "/", "²/3"])
def test_what_is_no_part_of_a_whole_is_a_usage_error(shard, run_cli, api_and_core) -> None:
    for command in ("baseline", "compare"):
        result = run_cli(command, f"--shard={shard}", cwd=api_and_core)
        assert result.returncode == 2
        assert "--shard" in result.stderr


def test_what_cannot_be_merged_is_said(run_cli, api_and_core, stored_run) -> None:
    whole = stored_run("whole", {"a": [1.0]})
    result = run_cli("merge", whole, cwd=api_and_core)
    assert (result.returncode, result.stdout) == (6, "")
    assert "whole.json: not a shard but a whole run" in result.stderr
    assert run_cli("merge", "none.json", cwd=api_and_core).returncode == 6
    result = run_cli("merge", whole, "--name", "x", "--output", "x.json", cwd=api_and_core)
    assert (result.returncode, "--output and --name" in result.stderr) == (2, True)


def test_a_merged_run_replaces_no_baseline_of_another_machine(run_cli, api_and_core, stored_run) -> None:
    shard = as_shard(stored_run("shard", {"a": [1.0]}), plan=["a"])
    document = load(shard)
    assert run_cli("merge", shard, cwd=api_and_core).returncode == 0
    document["environment"]["cpu_model"] = "Another"
    shard.write_text(json.dumps(document))
    refused = run_cli("merge", shard, cwd=api_and_core)
    assert refused.returncode == 6
    assert "was measured on another machine" in refused.stderr
    assert run_cli("merge", shard, "--force", cwd=api_and_core).returncode == 0
    assert run_cli("merge", shard, "--name", "other", cwd=api_and_core).returncode == 0
