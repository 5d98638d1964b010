"""What a run was collected with: another configuration in a part, coverage, a profiler."""

from __future__ import annotations

import json
import sys

import pytest

QUICK = ("--rounds", "1", "--warmup", "0", "--no-counters", "--no-progress", "--format", "json")

DROPS_OTHERS = """
def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if "slow" not in item.name]
"""

COVERAGE = "import coverage\ncoverage.Coverage(data_file=None, include=['nothing']).start()\n"
TRACE = "import sys\nsys.settrace(lambda *_: None)\n"
PROFILE = "import sys\nsys.setprofile(lambda *_: None)\n"
MONITORING = "import sys\nsys.monitoring.use_tool_id(3, 'a profiler')\n"


@pytest.fixture
def measured(run_cli, tmp_path, plain_env):
    """Writes a project, measures it, and returns the notes of the run."""

    def measure(files, *arguments, command="baseline"):
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        done = run_cli(command, "--python", sys.executable, *arguments, *QUICK, cwd=tmp_path, env=plain_env)
        return done, json.loads(done.stdout)

    return measure


def test_parts_that_hold_other_tests_than_the_suite_are_named_with_the_file_that_causes_it(measured) -> None:
    tests = "def test_quick(): pass\ndef test_slow(): pass\n"
    _, run = measured(
        {
            "pytest.ini": "[pytest]\ntestpaths = tests\n",
            **{f"tests/{name}/test_{name}.py": tests for name in ("alone", "ini", "same")},
            "tests/drops/conftest.py": DROPS_OTHERS,
            "tests/drops/test_drops.py": "def test_drops(): pass\n",
            "tests/ini/pytest.ini": "[pytest]\npython_functions = test_slow\n",
            "tests/renamed/pytest.ini": "[pytest]\n",
            "tests/renamed/test_renamed.py": "def test_renamed(): pass\n",
            "tests/same/test_same.py": "def test_same(): pass\n",
        }
    )
    notes = {note.partition(":")[0]: note for note in run["notes"] if "the suite collects other tests" in note}
    assert notes.keys() == {"tests/alone", "tests/ini"}
    assert notes["tests/alone"].endswith(
        "tests/alone/test_alone.py has 2 here and 1 in the suite; only the suite loads tests/drops/conftest.py"
    )
    assert "tests/ini/test_ini.py has other ids (1 each)" in notes["tests/ini"]
    assert notes["tests/ini"].endswith("; pytest reads tests/ini/pytest.ini here and pytest.ini in the suite")


@pytest.mark.parametrize(
    ("conftest", "tool"),
    [
        (COVERAGE, "coverage ("),
        (TRACE, "conftest (sys.settrace)"),
        (PROFILE, "conftest (sys.setprofile)"),
        pytest.param(
            MONITORING,
            "a profiler (sys.monitoring)",
            marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring came with Python 3.12"),
        ),
    ],
    ids=["coverage", "trace", "profile", "monitoring"],
)
def test_a_run_that_something_watches_says_so(conftest, tool, measured) -> None:
    _, run = measured({"conftest.py": conftest, "tests/test_a.py": "def test_a(): pass\n"}, "--no-suite")
    (watching,) = run["environment"]["tools"]
    assert watching.startswith(tool)
    assert f"measured under {watching}, which makes collection two or three times as long" in " ".join(run["notes"])


def test_times_with_and_without_coverage_are_not_compared(measured) -> None:
    files = {"tests/test_a.py": "def test_a(): pass\n"}
    _, run = measured(files, "--no-suite")
    assert run["environment"]["tools"] == []
    done, comparison = measured({"conftest.py": TRACE}, "--no-suite", command="compare")
    assert "tracing or profiling none -> conftest (sys.settrace)" in comparison["refusal"]
    assert {target["change"]["verdict"] for target in comparison["targets"]} == {"incomparable"}
    assert done.returncode == 6
