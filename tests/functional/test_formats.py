"""Files for other programs, written by real commands and read by those programs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

STEADY = [1.00, 1.01, 1.02, 1.00, 1.01, 1.02, 1.00, 1.01]
SLOWER = [value * 1.6 for value in STEADY]
NAMES = ("report.xml", "comment.md", "node.prom", "gitlab=quality.json", "pytest-benchmark=head.json", "plain.json")


@pytest.fixture
def files(stored_run):
    return stored_run("base", {"a": STEADY, "b": STEADY}), stored_run("head", {"a": SLOWER, "b": STEADY})


def test_one_run_writes_every_format_and_pytest_benchmark_compares_both_sides(run_cli, files, tmp_path) -> None:
    base, head = files
    place = tmp_path / "checkout" / "app"
    place.mkdir(parents=True)
    env = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(tmp_path / "checkout"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }
    outputs = [part for name in NAMES for part in ("--output", name)]
    result = run_cli("compare", base, head, "--format", "github", *outputs, cwd=place, env=env)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith("::error title=collectbench%3A fail%3A a::")
    assert result.stdout.splitlines()[-1].startswith("verdict: fail")
    comment = (place / "comment.md").read_text("utf-8")
    assert (tmp_path / "summary.md").read_text("utf-8").strip() == comment.strip()
    assert [case.get("name") for case in ET.parse(place / "report.xml").iter("testcase")] == ["a", "b"]
    families = {one.name for one in text_string_to_metric_families((place / "node.prom").read_text("utf-8"))}
    assert {"collectbench_cpu_ratio", "collectbench_verdict"} <= families
    (entry,) = json.loads((place / "quality.json").read_text("utf-8"))
    assert entry["location"]["path"] == "app/a"
    assert json.loads((place / "plain.json").read_text("utf-8"))["head_run"] is None

    assert run_cli("compare", head, base, "--output", "pytest-benchmark=base.json", cwd=place).returncode == 0
    table = their_comparison(place / "base.json", place / "head.json")
    rows = {(line[0], line.partition(")")[0].rpartition("/")[2]): line for line in table.splitlines() if " (" in line}
    assert {("a", "base"), ("b", "base"), ("a", "head"), ("b", "head")} <= set(rows)
    assert rows["a", "head"].split()[2:4] == ["1.6000", "(1.60)"]


def their_comparison(*files: Path) -> str:
    command = [Path(sys.executable).with_name("pytest-benchmark"), "compare", "--columns", "min,median,stddev", *files]
    result = subprocess.run(command, cwd=files[0].parent, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "Failed to load" not in result.stdout + result.stderr
    return result.stdout


def test_output_of_pytest_is_not_a_command_in_github_actions(run_cli, write_suite, quick) -> None:
    raising = 'print("::error::forged\\n  ::stop-commands::forged")\nraise ImportError("##[error]forged")\n'
    suite = write_suite({"pytest.ini": "[pytest]\n", "tests/conftest.py": raising, "tests/test_a.py": ""})
    command = ("baseline", "tests", *quick, "--format", "github")
    result = run_cli(*command, cwd=suite, env={"GITHUB_ACTIONS": "true"})
    assert result.returncode == 4
    lines = [line.strip() for line in (result.stdout + result.stderr).splitlines()]
    assert [line.partition(" ")[0] for line in lines if line.startswith("::") or "##[" in line] == ["::error"]
    assert r"\x3a:error::forged" in result.stderr
    assert r"\x23#[error]forged" in result.stderr


def test_a_format_that_cannot_show_the_document_is_refused_before_anything_is_measured(run_cli, tmp_path) -> None:
    result = run_cli("baseline", "--output", "report.xml", "--format", "gitlab", cwd=tmp_path)
    assert result.returncode == 2
    refused = re.findall(r"only for collectbench (.+); there are text, json, markdown, github", result.stderr)
    assert refused == ["compare and lint", "compare, lint and verify"]
