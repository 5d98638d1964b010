"""`collectbench profile` as a process: its formats, and whether it names what burns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import environments

BURN_S = 0.12
BURN = f"import time\nend = time.thread_time() + {BURN_S}\nwhile time.thread_time() < end: pass\n"


@pytest.fixture
def planted(write_suite) -> Path:
    """CPU time that is burnt at known import lines: by one line, by two, and by the conftest's."""
    return write_suite(
        {
            "pytest.ini": "[pytest]\ntestpaths = tests\n",
            "tests/conftest.py": "import in_conftest\n",
            "tests/test_a.py": "import os\nimport shared\nimport single\ndef test_one(): pass\n",
            "tests/test_b.py": "import shared\ndef test_two(): pass\n",
            "tests/single.py": f"\n{BURN}",
            "tests/shared.py": BURN,
            "tests/in_conftest.py": BURN,
        }
    )


@pytest.fixture
def once(plain_python: str) -> tuple[str, ...]:
    """As few rounds as there can be."""
    return ("tests", "--python", plain_python, "--rounds", "1", "--warmup", "0", "--quiet")


def files_of(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def test_the_lines_that_burn_are_named_with_what_they_would_save(run_cli, planted, once) -> None:
    before = files_of(planted)
    result = run_cli("profile", *once, "--no-sampled", "--format", "json", cwd=planted)
    document = json.loads(result.stdout)
    assert (result.returncode, result.stderr) == (0, "")
    jsonschema.validate(document, json.loads(run_cli("schema", "profile", cwd=planted).stdout))
    assert (document["kind"], document["complete"], document["calls"]) == ("collectbench.profile", True, None)
    costs = {cost["module"]: cost for cost in document["imports"]}
    lines = {
        name: [(importer["path"], importer["line"]) for importer in costs[name]["importers"]]
        for name in ("single", "shared", "in_conftest")
    }
    assert lines == {
        "single": [("tests/test_a.py", 3)],
        "shared": [("tests/test_a.py", 2), ("tests/test_b.py", 1)],
        "in_conftest": [("tests/conftest.py", 1)],
    }
    for name in lines:
        assert costs[name]["self_s"] >= BURN_S, "however busy the machine is; how exact it is, test_planted.py tells"
        # A saving holds no queueing, the own time does.
        alone_s = 0 if name == "shared" else BURN_S
        assert costs[name]["saving_joint_s"] == pytest.approx(BURN_S, rel=0.15, abs=0.04)
        assert costs[name]["saving_alone_s"] == pytest.approx(alone_s, rel=0.15, abs=0.04)
    assert costs["pytest"]["floor"]
    assert sum(share["seconds"] for share in document["shares"]) == pytest.approx(document["traced_wall_s"])
    assert files_of(planted) == before


def test_who_imports_a_module_and_which_lines_to_change(run_cli, planted, plain_python) -> None:
    options = ("tests", "--python", plain_python, "--quiet", "--who", "shared")
    result = run_cli("profile", *options, "--format", "json", cwd=planted)
    assert (result.returncode, result.stderr) == (0, "")
    answer = json.loads(result.stdout)
    jsonschema.validate(answer, json.loads(run_cli("schema", "who", cwd=planted).stdout))
    (module,) = answer["modules"]
    both = [("tests/test_a.py", 2), ("tests/test_b.py", 1)]
    assert sorted((line["path"], line["line"]) for line in module["importers"]) == both
    assert sorted((line["path"], line["line"]) for line in module["cut"]) == both


def test_the_headline_says_of_how_many_rounds_it_is(run_cli, planted, plain_python) -> None:
    options = ("--python", plain_python, "--rounds", "2", "--no-sampled", "--verbose", "--format", "json")
    result = run_cli("profile", "tests", *options, cwd=planted)
    assert json.loads(result.stdout)["timed_rounds"] == 2
    assert [line.split()[0] for line in result.stderr.splitlines()] == [
        *("about", "warmup", "timed", "timed"),
        *("traced", "traced"),
    ]


def test_the_text_fits_80_columns_and_puts_what_burns_first(run_cli, planted, once) -> None:
    result = run_cli("profile", *once, "--top", "3", cwd=planted, env={"COLUMNS": "80"})
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    start = next(number for number, line in enumerate(lines) if line.startswith("imports, by the time"))
    table = lines[start + 3 : start + 7]  # both lines that import `shared` are shown, below it
    assert {line.split()[0] for line in table if not line.startswith(" ")} == {"shared", "single", "in_conftest"}
    for places in ("tests/test_a.py:2, tests/test_b.py:1", "tests/test_a.py:3", "tests/conftest.py:1"):
        assert any(places in line for line in table)


def test_every_format_can_be_written_in_one_go(run_cli, planted, once, tmp_path) -> None:
    page, speedscope = tmp_path / "page.html", tmp_path / "speedscope.json"
    outputs = ("--output", f"html={page}", "--output", f"speedscope={speedscope}")
    result = run_cli("profile", *once, "--format", "markdown", *outputs, cwd=planted)
    assert (result.returncode, result.stderr) == (0, "")
    assert "| single | tests/test\\_a.py:3 |" in result.stdout
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert "in_conftest" in page.read_text()
    names = [frame["name"] for frame in json.loads(speedscope.read_text())["shared"]["frames"]]
    assert any("single" in name for name in names)


def test_the_call_tree_is_made_without_a_pyinstrument_of_the_targets(run_cli, planted, once, plain_python) -> None:
    if plain_python != str(environments.python_of(".venvs/3.11-pytest9")):
        pytest.skip("no interpreter without pyinstrument of this version")
    result = run_cli("profile", *once, "--format", "json", cwd=planted)
    document = json.loads(result.stdout)
    assert document["notes"] == []
    assert "single.py" in document["calls"]
    assert json.loads(document["calls"])["root_frame"]


def test_an_interpreter_that_ours_does_not_fit_is_told_what_is_missing(run_cli, planted, once) -> None:
    python = environments.python_of(f".venvs/3.{13 if sys.version_info < (3, 12) else 10}-pytest9")
    if python is None:
        pytest.skip("no interpreter of another version")
    result = run_cli("profile", *once, "--python", python, "--format", "json", cwd=planted)
    document = json.loads(result.stdout)
    assert (result.returncode, document["calls"]) == (0, None)
    (note,) = document["notes"]
    assert note.startswith("there is no call tree: no pyinstrument that fits this interpreter (")
    assert "No module named 'pyinstrument." in note
    assert note.endswith(f"); install one:\n  {python} -m pip install pyinstrument")


def test_a_sampled_round_that_fails_is_told_as_that(run_cli, planted, once) -> None:
    (planted / "tests" / "test_c.py").write_text("import os, sys\n'sampled' in sys.orig_argv and os._exit(3)\n")
    document = json.loads(run_cli("profile", *once, "--format", "json", cwd=planted).stdout)
    assert document["calls"] is None
    assert document["complete"]
    (note,) = document["notes"]
    assert note.startswith("there is no call tree, since the sampled round failed: ")
    assert "exit code 3" in note


def test_a_round_that_ends_before_pytest_leaves_no_trace(run_cli, planted, once) -> None:
    (planted / "sitecustomize.py").write_text("import os, sys\nif 'traced' in sys.orig_argv: os._exit(3)\n")
    result = run_cli("profile", *once, "--no-sampled", cwd=planted, env={"PYTHONPATH": str(planted)})
    assert (result.returncode, result.stdout) == (4, "")
    assert "there is no trace" in result.stderr
    assert "exit code 3" in result.stderr


def test_a_crash_in_the_traced_round_is_not_repeated_by_a_sampled_one(run_cli, planted, plain_python) -> None:
    (planted / "tests" / "test_c.py").write_text("import os, sys\n'traced' in sys.orig_argv and os._exit(3)\n")
    options = ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--verbose", "--format", "json")
    result = run_cli("profile", "tests", *options, cwd=planted)
    document = json.loads(result.stdout)
    assert [line.split()[0] for line in result.stderr.splitlines()] == ["about", "timed", "traced"]
    assert (document["status"], document["timed_rounds"]) == ("crashed", 1)
    otherwise, no_calls = document["notes"]
    assert otherwise == "not all rounds ended alike; a timed round: ok"
    assert no_calls.startswith("there is no call tree: its round was skipped")


def test_what_baseline_has_to_say_of_its_rounds_profile_says_as_well(run_cli, planted, once) -> None:
    pipe = planted / "tests" / "pipe"
    os.mkfifo(pipe)
    (planted / "pytest.ini").write_text("[pytest]\naddopts = tests/test_a.py\n")
    (planted / "tests" / "test_a.py").write_text(
        "from pathlib import Path\nPath(__file__).with_name('pipe').unlink(missing_ok=1)"
    )
    result = run_cli("profile", *once, "--no-sampled", "--format", "json", cwd=planted)
    named, unkept = json.loads(result.stdout)["notes"]
    assert "name paths (tests/test_a.py)" in named
    assert unkept == (
        "tests/pipe: tests/test_a.py:2 deleted it; there is no copy of the original: it is not a regular file"
    )


def test_the_page_is_opened_in_the_browser(run_cli, planted, once, tmp_path) -> None:
    browser, asked = tmp_path / "browser", tmp_path / "asked"
    browser.write_text(f"#!/bin/sh\nprintf %s \"$1\" > '{asked}'\n")
    browser.chmod(0o755)
    page = tmp_path / "page.html"
    result = run_cli(
        "profile",
        *once,
        "--no-sampled",
        "--open",
        "--output",
        f"html={page}",
        cwd=planted,
        env={"BROWSER": str(browser)},
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert asked.read_text() == page.as_uri()


@pytest.mark.parametrize(
    ("code", "message"),
    [("import os\nos._exit(3)\n", "exit code 3"), ("import os\nos.kill(os.getpid(), 9)\n", "SIGKILL")],
)
def test_a_crash_tells_what_was_being_imported_and_what_came_before(code, message, run_cli, planted, once) -> None:
    (planted / "tests" / "test_c.py").write_text("import deadly\n")
    (planted / "tests" / "deadly.py").write_text(code)
    result = run_cli("profile", *once, "--format", "json", cwd=planted)
    document = json.loads(result.stdout)
    assert result.returncode == 4
    assert document["notes"] == ["there is no call tree: its round was skipped, since collection had failed before"]
    assert (document["wall_s"], document["timed_rounds"]) == (None, 0)
    assert (document["complete"], document["importing"], document["status"]) == (False, ["test_c", "deadly"], "crashed")
    assert message in document["message"]
    costs = {cost["module"]: cost for cost in document["imports"]}
    assert costs["single"]["importers"][0]["line"] == 3
    assert costs["single"]["self_s"] >= BURN_S


def test_a_pytest_that_does_not_start_leaves_nothing_to_show(run_cli, planted, once) -> None:
    result = run_cli("profile", *once, "--no-sampled", cwd=planted, env={"PYTEST_ADDOPTS": "--no-such-option"})
    assert result.returncode != 0
    assert "no-such-option" in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere",), "nowhere"),
        (("tests", "--format", "yaml"), "speedscope"),
        (("tests", "--top", "0"), "--top"),
        (("tests", "--dry-run", "--format", "json"), "--format"),
        (("tests", "--dry-run", "--open"), "--open"),
        (("tests", "more"), "more"),
    ],
)
def test_what_cannot_be_meant_ends_with_2(arguments, words, run_cli, planted) -> None:
    result = run_cli("profile", *arguments, cwd=planted)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr


@pytest.mark.parametrize(
    ("options", "kinds"), [((), ["timed", "traced", "sampled"]), (("--no-sampled",), ["timed", "traced"])]
)
def test_a_dry_run_shows_a_command_for_each_kind_of_round(
    options, kinds, run_cli, planted, plain_python, child_commands, tmp_path
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['networkx'] = None\n")  # imported late
    (planted / "collectbench.toml").write_text("[targets.one]\npaths = ['tests']\nenv = {GREETING = \"it's\"}\n")
    arguments = ("one", "--python", plain_python, "--dry-run", *options)
    result = run_cli("profile", *arguments, cwd=planted, env={"PYTHONPATH": str(tmp_path)})
    assert (result.returncode, result.stderr) == (0, "")
    titles = list(child_commands(result.stdout))
    assert [title.partition(":")[0] for title in titles] == [f"one', {kind}" for kind in kinds]
    assert all(words[-1] == "tests" for words in child_commands(result.stdout).values())
    assert not list(planted.rglob("__pycache__"))


def test_the_commands_of_a_dry_run_can_be_pasted(run_cli, planted, plain_python, clean_env, tmp_path) -> None:
    result = run_cli("profile", "tests", "--python", plain_python, "--dry-run", cwd=planted)
    commands = [line for line in result.stdout.splitlines() if not line.startswith("#")]
    written = []
    for number, command in enumerate(commands):
        folder = tmp_path / f"report{number}"
        folder.mkdir()
        ready = command.replace("REPORT_DIR", str(folder))
        subprocess.run(ready, shell=True, cwd=planted, env=clean_env, capture_output=True, check=True)
        assert len((folder / "ids").read_bytes().split(b"\0")) == 3
        written.append({path.name for path in folder.iterdir()})
    timed, traced, sampled = written
    assert "trace" in traced - timed
    assert "calls" in sampled - timed
