"""`merge` with comparisons: shown and written as `compare` would, with its exit code; a mixture is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.cli.app import run
from collectbench.model.comparison import Comparison
from collectbench.store.documents import COMPARISON, to_document
from collectbench.store.files import read_document
from collectbench.store.layout import layout
from compared_parts import parts, whole


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["elsewhere/bin/collectbench"])
    return tmp_path


def written(*documents: object) -> list[str]:
    """The files `1.json`, … with these documents."""
    names = [f"{number}.json" for number in range(1, len(documents) + 1)]
    for name, document in zip(names, documents, strict=True):
        Path(name).write_text(layout(to_document(document)))
    return names


def comparisons(count: int = 2, **options) -> list[Comparison]:
    return [part.comparison for part in parts(count, **options)]


def passing() -> list[Comparison]:
    """The parts of a comparison without limits, slower targets, new and vanished ones, that leaves one target open."""
    return [_only_same(comparison) for comparison in comparisons(2)]


def _only_same(comparison: Comparison) -> Comparison:
    kept = ("tests/same",)
    rows = tuple(row for row in comparison.targets if row.name in kept)
    assert comparison.shard is not None
    shard = replace(comparison.shard, plan=kept, own=tuple(name for name in comparison.shard.names if name in kept))
    sides = {
        side: replace(
            run,
            targets=tuple(target for target in run.targets if target.name in kept),
            suite=None,
            shard=shard,
            config=replace(run.config, limits={}),
        )
        for side in ("base_run", "head_run")
        if (run := getattr(comparison, side)) is not None
    }
    return replace(comparison, targets=rows, suite=None, shard=shard, **sides)


def test_merged_comparisons_are_written_in_each_format_and_end_as_compare_does(capsys) -> None:
    files = written(*comparisons(3))
    outputs = ("--output", "all.json", "--output", "junit=all.xml", "--output", "comment.md")
    assert run(["merge", *files, "--format", "github", *outputs]) == 1
    stdout, stderr = capsys.readouterr()
    assert stderr == ""
    assert "::error title=collectbench%3A fail%3A tests/gone::the target vanished" in stdout
    assert read_document(Path("all.json"), COMPARISON) == whole(3)
    assert Path("comment.md").read_text().startswith("<!-- collectbench -->\n")
    assert 'name="tests/gone"' in Path("all.xml").read_text()
    assert not Path("baselines").exists()


def test_a_comparison_in_which_all_pass_ends_with_0(capsys) -> None:
    assert run(["merge", *written(*passing())]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "verdict: pass (1 pass)"


@pytest.mark.parametrize(("policy", "code"), [("warn", 0), ("fail", 3)])
def test_doubt_ends_as_the_user_says(policy: str, code: int) -> None:
    doubtful = []
    for comparison in passing():
        rows = [
            replace(row, change=row.change and replace(row.change, verdict=type(row.verdict).INCONCLUSIVE))
            for row in comparison.targets
        ]
        doubtful.append(replace(comparison, targets=tuple(rows)))
    assert run(["merge", *written(*doubtful), "--on-inconclusive", policy]) == code


def test_what_changes_cost_is_told_by_the_configuration(capsys) -> None:
    Path("collectbench.toml").write_text("[cost]\nruns-per-day = 100\n")
    fast = comparisons(2)
    assert run(["merge", *written(*fast), "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document.get("costs", []) == []  # the suite did not change, and its change is what costs

    no_suite = [replace(each, suite=None, **_without_suite(each)) for each in fast]
    assert run(["merge", *written(*no_suite), "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [cost["name"] for cost in document["costs"]] == ["tests/slower"]


def _without_suite(comparison: Comparison) -> dict[str, object]:
    assert comparison.shard is not None
    own = tuple(name for name in comparison.shard.names if name != "suite")
    shard = replace(comparison.shard, plan=comparison.shard.plan[:-1], own=own)
    assert comparison.base_run is not None
    assert comparison.head_run is not None
    return {
        "shard": shard,
        "base_run": replace(comparison.base_run, suite=None, shard=shard),
        "head_run": replace(comparison.head_run, suite=None, shard=shard),
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--name", "x"), "--name: these are comparisons, which are not saved as a baseline"),
        (("--baseline-dir", "x"), "--baseline-dir: these are comparisons"),
        (("--force",), "--force: these are comparisons"),
        (("--on-inconclusive", "maybe"), "--on-inconclusive maybe: give warn or fail"),
        (("--format", "github-action-benchmark"), "only for collectbench baseline and history"),
    ],
)
def test_options_that_do_nothing_for_comparisons_are_refused(options, message, capsys) -> None:
    assert run(["merge", *written(*comparisons()), *options]) == 2
    stdout, stderr = capsys.readouterr()
    assert (stdout, message in " ".join(stderr.split())) == ("", True), stderr


def test_options_that_do_nothing_for_runs_are_refused(capsys) -> None:
    head = comparisons(1)[0].head_run
    assert run(["merge", *written(head), "--on-inconclusive", "fail"]) == 2
    assert "--on-inconclusive: these are runs, which merge does not judge" in capsys.readouterr().err


@pytest.mark.parametrize("is_run_first", [True, False])
def test_a_mixture_of_runs_and_comparisons_is_refused_by_name(is_run_first, capsys) -> None:
    one, other = comparisons(2)
    mixed = (one.head_run, other) if is_run_first else (one, other.head_run)
    assert run(["merge", *written(*mixed)]) == 6
    nouns = ("a run", "a comparison") if is_run_first else ("a comparison", "a run")
    message = " ".join(capsys.readouterr().err.split())
    assert f"1.json is {nouns[0]}, but 2.json is {nouns[1]}; merge files of one kind" in message


def test_a_document_of_another_kind_is_refused_by_name(capsys) -> None:
    (first,) = written(comparisons(1)[0])
    Path("lint.json").write_text('{"kind": "collectbench.lint", "schema": 1}')
    assert run(["merge", first, "lint.json"]) == 6
    assert "lint.json: this is a collectbench.lint, a collectbench.comparison is needed" in capsys.readouterr().err


def test_a_missing_part_and_a_missing_file_are_refused(capsys) -> None:
    first, _ = written(*comparisons(2))
    assert run(["merge", first]) == 6
    assert "missing: shard 2/2; compare the shard (compare --against GITREF --shard 2/2)" in capsys.readouterr().err
    assert run(["merge", first, "none.json"]) == 6
    assert "none.json does not exist" in capsys.readouterr().err


def test_parts_of_other_machines_are_merged_if_the_user_accepts_that(capsys) -> None:
    one, other = comparisons(2)
    sides = {
        side: replace(run_, environment=replace(run_.environment, cpu_count=64))
        for side in ("base_run", "head_run")
        if (run_ := getattr(other, side)) is not None
    }
    files = written(one, replace(other, **sides))
    assert run(["merge", *files]) == 6
    assert "merge 1.json 2.json --allow-mismatch" in capsys.readouterr().err
    assert run(["merge", *files, "--allow-mismatch"]) == 1
    assert "another machine measured shard 2" in " ".join(capsys.readouterr().out.split())
