"""What all commands have in common, as processes: help, version, streams, colour, the two ways to start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from collectbench import __version__

COMMANDS = ("init", "targets", "baseline", "compare", "merge", "profile", "diagnose", "lint", "doctor", "schema")


@pytest.mark.parametrize("via", ["module", "script"])
def test_the_version_is_shown(run_cli, tmp_path, via) -> None:
    result = run_cli("--version", cwd=tmp_path, via=via)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"collectbench {__version__}\n", "")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(run_cli, tmp_path, command, option) -> None:
    result = run_cli(command, option, cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert f"collectbench {command}" in result.stdout


def test_help_keeps_its_brackets_and_shows_defaults_once(run_cli, tmp_path) -> None:
    assert "Write [tool.collectbench] with the targets found" in run_cli("init", "--help", cwd=tmp_path).stdout
    text = " ".join(run_cli("compare", "--help", cwd=tmp_path).stdout.split())
    assert "compare [OPTIONS] [TARGET]... " in text
    assert "[default: 10%]" in text


def test_names_are_shown_on_a_stdout_that_lacks_their_letters(run_cli, write_suite, plain_python) -> None:
    root = write_suite({"数/test_it.py": "", "\U0001f600/test_it.py": ""})
    env = {"PYTHONIOENCODING": "latin-1"}
    shown = run_cli("targets", "--python", plain_python, cwd=root, env=env)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "\\u6570" in shown.stdout
    listing = run_cli("targets", "--python", plain_python, "--format", "json", cwd=root, env=env)
    assert [target["name"] for target in json.loads(listing.stdout)["targets"]] == ["数", "\U0001f600"]


def test_the_help_of_the_program_lists_every_command(run_cli, tmp_path) -> None:
    text = run_cli("--help", cwd=tmp_path).stdout
    assert [command for command in COMMANDS if command not in text] == []
    assert "Everything after -- goes to pytest" in text


@pytest.mark.parametrize("arguments", [("nonsense",), ("baseline", "--nonsense"), ("baseline", "--rounds", "none")])
def test_an_unknown_command_or_option_ends_with_2(run_cli, tmp_path, arguments) -> None:
    result = run_cli(*arguments, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr


@pytest.mark.parametrize("kind", ["run", "comparison", "targets", "profile", "doctor", "lint"])
def test_each_kind_of_document_has_a_schema(run_cli, tmp_path, kind) -> None:
    result = run_cli("schema", kind, cwd=tmp_path)
    schema = json.loads(result.stdout)
    assert result.returncode == 0
    jsonschema.validators.validator_for(schema).check_schema(schema)
    assert schema["properties"]["kind"]["const"] == f"collectbench.{kind}"


def test_a_kind_that_does_not_exist_is_refused_with_those_that_do(run_cli, tmp_path) -> None:
    result = run_cli("schema", "runn", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert "run" in result.stderr
    assert "comparison" in result.stderr


def test_the_list_of_targets_keeps_to_its_schema(run_cli, api_and_core, plain_python) -> None:
    schema = json.loads(run_cli("schema", "targets", cwd=api_and_core).stdout)
    listing = json.loads(run_cli("targets", "--format", "json", "--python", plain_python, cwd=api_and_core).stdout)
    jsonschema.validate(listing, schema)


@pytest.mark.parametrize("command", ["targets", "baseline", "compare"])
def test_json_on_stdout_is_one_document_whatever_pytest_prints(run_cli, api_and_core, quick, command) -> None:
    noisy = "import os\nprint('{}')\nos.write(1, b'[1]')\nos.write(2, b'[2]')\n"
    (api_and_core / "tests" / "api" / "conftest.py").write_text(noisy)
    (api_and_core / "tests" / "api" / "test_broken.py").write_text("print('out')\nimport no_such_module_here\n")
    (api_and_core / "collectbench.toml").write_text("[targets.api]\npaths = ['tests/api']\nmin-items = 1\n")
    options = quick[:2] if command == "targets" else (*quick, "--show-output", "-v")
    result = run_cli(command, *options, "--format", "json", cwd=api_and_core)
    assert result.returncode == 0
    assert json.loads(result.stdout)["kind"].startswith("collectbench.")
    assert result.stdout.endswith("}\n")


def test_quiet_leaves_stderr_empty_and_the_hints_out(run_cli, api_and_core, quick) -> None:
    env = {"PYTHONDONTWRITEBYTECODE": "1"}
    loud = run_cli("baseline", "tests/api", *quick, cwd=api_and_core, env=env)
    result = run_cli("baseline", "tests/api", *quick, "-q", cwd=api_and_core, env=env)
    assert "hint:" in loud.stdout
    assert "saved baselines/main.json" in loud.stderr
    assert (result.returncode, result.stderr) == (0, "")
    assert "hint:" not in result.stdout
    assert "tests/api" in result.stdout


def test_without_a_terminal_there_is_no_live_display(run_cli, api_and_core, quick) -> None:
    result = run_cli("baseline", *quick, cwd=api_and_core)
    announced, *lines, saved = result.stderr.splitlines()
    assert (announced, saved) == ("about 3 rounds; the first ones tell how long they take", "saved baselines/main.json")
    assert all(line.startswith("round ") for line in lines), "one each 30 s"


def test_verbose_shows_a_line_for_each_round(run_cli, api_and_core, plain_python) -> None:
    options = ("--python", plain_python, "--rounds", "2", "--no-counters", "--no-suite", "-v")
    lines = run_cli("baseline", "tests/api", *options, cwd=api_and_core).stderr.splitlines()
    assert lines[0].startswith("about 3 rounds;")
    assert [line.split()[:2] for line in lines[1:-1]] == [
        ["warmup", "tests/api"],
        ["timed", "tests/api"],
        ["timed", "tests/api"],
    ]


@pytest.mark.parametrize(
    ("env", "colored"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_no_color_and_force_color_are_honoured(run_cli, stored_run, tmp_path, env, colored) -> None:
    run = stored_run("run", {"a": [1.0]}, limits={"a": {"min_items": 1}})
    for format_, expected in (("text", colored), ("markdown", False), ("json", False)):
        result = run_cli("compare", "--run", run, "--budgets-only", "--format", format_, cwd=tmp_path, env=env)
        assert result.returncode == 0, result.stderr
        assert ("\x1b[" in result.stdout) == expected


def test_the_table_is_as_wide_as_the_terminal_says(run_cli, api_and_core, quick) -> None:
    for columns in (80, 200):
        result = run_cli("baseline", "tests/api", *quick, cwd=api_and_core, env={"COLUMNS": str(columns)})
        assert max(map(len, result.stdout.splitlines())) <= columns


@pytest.mark.parametrize(
    ("via", "env"),
    [
        ("module", {}),
        ("script", {"PYTHONSAFEPATH": "1"}),
        pytest.param("script", {}, marks=pytest.mark.long),
        pytest.param("module", {"PYTHONSAFEPATH": "1"}, marks=pytest.mark.long),
    ],
)
def test_both_ways_to_start_measure_the_same(run_cli, api_and_core, quick, env, via) -> None:
    result = run_cli("baseline", "tests/core", *quick, "--format", "json", cwd=api_and_core, env=env, via=via)
    assert result.returncode == 0
    assert [target["counts"]["items"] for target in json.loads(result.stdout)["targets"]] == [3]


def test_the_interpreter_that_runs_the_command_is_the_default(run_cli, api_and_core) -> None:
    options = ("--rounds", "1", "--warmup", "0", "--no-counters", "--no-suite", "--format", "json")
    run = json.loads(run_cli("baseline", "tests/api", *options, cwd=api_and_core).stdout)
    assert run["config"]["python"] == sys.executable
    assert run["environment"]["python"] == sys.version.split()[0]


def test_a_python_is_found_on_path_and_relative_to_the_folder(run_cli, api_and_core, plain_python, clean_env) -> None:
    (api_and_core / "bin").mkdir()
    script = f'#!/bin/sh\nexec "{plain_python}" "$@"\n'
    (api_and_core / "bin" / "my-python").write_text(script)
    (api_and_core / "bin" / "my-python").chmod(0o755)
    env = {"PATH": f"{api_and_core / 'bin'}:{clean_env['PATH']}"}
    assert run_cli("targets", "--python", "my-python", cwd=api_and_core, env=env).returncode == 0
    assert run_cli("targets", "--python", "bin/my-python", cwd=api_and_core).returncode == 0


@pytest.fixture
def run_unread(cli_command, clean_env):
    """Runs a command whose stdout has no reader, or with `both` neither stdout nor stderr; returns code and stderr."""

    def run(*args, cwd, both=False, env=None):
        read, write = os.pipe()
        os.close(read)
        try:
            done = subprocess.run(
                cli_command(*args),
                cwd=cwd,
                env={**clean_env, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=write,
                stderr=write if both else subprocess.PIPE,
                text=True,
                check=False,
            )
        finally:
            os.close(write)
        return done.returncode, done.stderr

    return run


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_stdout_that_nobody_reads_loses_no_file_and_is_no_verdict(
    run_unread, api_and_core, quick, unbuffered
) -> None:
    options = (*quick, "--output", "json=out.json", "--output", "out.md", "-q")
    env = {"PYTHONUNBUFFERED": unbuffered}
    assert run_unread("baseline", "tests/api", *options, cwd=api_and_core, env=env) == (0, "")
    assert json.loads((api_and_core / "out.json").read_text())["kind"] == "collectbench.run"
    assert (api_and_core / "out.md").exists()
    assert (api_and_core / "baselines" / "main.json").exists()


def test_a_verdict_is_the_same_whether_somebody_reads_it_or_not(run_unread, stored_run, tmp_path) -> None:
    run = stored_run("run", {"a": [1.0]}, limits={"a": {"min_items": 1}})
    broken = stored_run("broken", {"a": [1.0]}, limits={"a": {"min_items": 11}})
    for file, code in ((run, 0), (broken, 1)):
        judge = ("compare", "--run", file, "--budgets-only", "--output", "json=out.json")
        assert run_unread(*judge, cwd=tmp_path) == (code, "")
        assert json.loads((tmp_path / "out.json").read_text())["verdict"] == ("fail" if code else "pass")
        (tmp_path / "out.json").unlink()


@pytest.mark.parametrize(
    "words", [("schema", "run"), ("--help",), ("--version",), ("targets", "--format", "json"), ("targets", "--dry-run")]
)
def test_no_command_fails_since_nobody_reads_it(run_unread, api_and_core, plain_python, words) -> None:
    python = ("--python", plain_python) if "targets" in words else ()
    assert run_unread(*words, *python, cwd=api_and_core) == (0, "")
    assert run_unread(*words, *python, cwd=api_and_core, both=True) == (0, None)


def test_a_wrong_command_fails_also_if_nobody_reads_why(run_unread, tmp_path) -> None:
    assert run_unread("compare", "--nonsense", cwd=tmp_path, both=True) == (2, None)


def test_streams_that_are_closed_from_the_beginning_are_no_verdict(
    cli_command, clean_env, stored_run, tmp_path
) -> None:
    run = stored_run("run", {"a": [1.0]}, limits={"a": {"min_items": 1}})
    command = cli_command("compare", "--run", run, "--budgets-only", "--output", "json=out.json")
    for closed in (">&-", ">&- 2>&-"):
        shell = ["sh", "-c", f'exec "$@" {closed}', "sh", *command]
        done = subprocess.run(shell, cwd=tmp_path, env=clean_env, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads((tmp_path / "out.json").read_text())["verdict"] == "pass"
        (tmp_path / "out.json").unlink()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_a_stdout_on_a_full_disk_is_told_and_the_files_are_written(
    cli_command, clean_env, stored_run, tmp_path
) -> None:
    run = stored_run("run", {"a": [1.0]}, limits={"a": {"min_items": 1}})
    command = cli_command("compare", "--run", run, "--budgets-only", "--output", "json=out.json")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, cwd=tmp_path, env=clean_env, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (2, "error: stdout cannot be written: No space left on device\n")
    assert json.loads((tmp_path / "out.json").read_text())["verdict"] == "pass"
