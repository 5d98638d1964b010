"""Each command that a message advises: pasted into a shell in the same place, it does what the sentence says."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from collectbench.cli.app import app
from collectbench.cli.invocation import Given, command_line
from collectbench.model.reason import Action, Reason, Remedy, is_command
from collectbench.usecases.command_line import CommandLine
from collectbench.usecases.wording import REMEDIES, Wording

PYTEST_ARGS = ("--", "-p", "no:cacheprovider")
KEPT = "my baselines"
"""A directory that has to be quoted."""

Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def typed(plain_python: str) -> tuple[str, ...]:
    """What the user gave besides the arguments for pytest: all of it must come back in each command that takes it."""
    measured = ("--rounds", "1", "--warmup", "0", "--no-counters", "--no-suite")
    return ("--python", plain_python, *measured, "--baseline-dir", KEPT)


@pytest.fixture
def shell(clean_env: dict[str, str]) -> Shell:
    """Runs a command as if it was pasted into a terminal there."""

    def run(command: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            ["sh", "-c", command], cwd=cwd, env={**clean_env, **more}, capture_output=True, text=True, check=False
        )
        assert result.returncode != 2, result.stderr
        return result

    return run


def commands_in(text: str) -> list[str]:
    """The commands in an output, with the lines in which each is shown."""
    commands: list[list[str]] = []
    for line in text.splitlines():
        if commands and commands[-1][-1].endswith("\\"):
            commands[-1].append(line)
        elif is_command(line):
            commands.append([line])
    return ["\n".join(lines) for lines in commands]


def command_in(text: str, *words: str) -> str:
    """The command with these words: a busy machine may get further hints."""
    (command,) = (command for command in commands_in(text) if all(word in command for word in words))
    return command


def kept(root: Path, name: str = "main") -> dict[str, Any]:
    """The only baseline there is."""
    assert not (root / "baselines").exists()
    assert [path.name for path in (root / KEPT).iterdir()] == [f"{name}.json"]
    document: dict[str, Any] = json.loads((root / KEPT / f"{name}.json").read_text())
    return document


def target_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    (target,) = (target for target in document["targets"] if target["name"] == name)
    return target


@pytest.mark.long
def test_other_programs_are_stopped_and_the_noisy_target_is_measured_again(
    run_cli, api_and_core, typed, shell, tmp_path
) -> None:
    noisy = (
        "import pathlib, time\n"
        f"path = pathlib.Path({str(tmp_path / 'imported')!r})\n"
        "path.touch() if not path.exists() else (path.unlink(), time.sleep(2))\n"
        "def test_one(): pass\n"
    )
    (api_and_core / "tests" / "api" / "test_api.py").write_text(noisy)
    options = [word.replace("1", "2") if word == "1" else word for word in typed]
    result = run_cli("baseline", "--name", "mine", *options, *PYTEST_ARGS, cwd=api_and_core)
    command = command_in(result.stdout, "tests/api", "--rounds")
    assert "stop other programs, then measure again:" in result.stdout.replace("\n  ", " ")
    (api_and_core / "tests" / "api" / "test_api.py").write_text("def test_one(): pass\n")
    assert shell(command, api_and_core).returncode == 0
    run = kept(api_and_core, "mine")
    rounds = {target["name"]: len(target["samples"]) for target in run["targets"]}
    assert rounds == {"tests/api": 10, "tests/core": 2, "tests/*": 2}
    assert run["config"]["pytest_args"] == ["-p", "no:cacheprovider"]
    assert not (api_and_core / ".pytest_cache").exists()


def test_all_output_of_pytest_is_shown(run_cli, api_and_core, typed, shell) -> None:
    (api_and_core / "tests" / "api" / "conftest.py").write_text(
        "for number in range(300):\n    print(f'line {number} of 300')\nraise RuntimeError('broken')\n"
    )
    result = run_cli("baseline", *typed, *PYTEST_ARGS, cwd=api_and_core)
    assert "line 150 of 300" not in result.stderr
    command = command_in(result.stdout, "--show-output")
    pasted = shell(command, api_and_core)
    assert pasted.returncode == 4
    assert "line 150 of 300" in pasted.stderr
    assert not (api_and_core / "baselines").exists()


def test_the_import_that_crashed_is_shown(run_cli, api_and_core, typed, shell) -> None:
    (api_and_core / "tests" / "api" / "test_api.py").write_text("import the_crashing_module\n")
    (api_and_core / "tests" / "api" / "the_crashing_module.py").write_text("import os\nos._exit(3)\n")
    result = run_cli("baseline", *typed, *PYTEST_ARGS, cwd=api_and_core)
    command = command_in(result.stdout, "profile")
    before = kept(api_and_core)
    pasted = shell(command, api_and_core)
    assert pasted.returncode == 4
    assert "importing: " in pasted.stdout
    assert "the_crashing_module" in pasted.stdout
    assert kept(api_and_core) == before


@pytest.mark.long
def test_rounds_get_more_time(run_cli, api_and_core, typed, shell, tmp_path) -> None:
    (api_and_core / "tests" / "api" / "test_api.py").write_text(
        f"import pathlib, time\nif not pathlib.Path({str(tmp_path / 'quick')!r}).exists(): time.sleep(600)\n"
        "def test_one(): pass\n"
    )
    result = run_cli("baseline", "--timeout", "15s", *typed, *PYTEST_ARGS, "-k", "one", cwd=api_and_core, timeout=300)
    command = command_in(result.stdout, "--timeout")
    assert "--timeout 30s" in command
    (tmp_path / "quick").touch()
    assert shell(command, api_and_core).returncode == 0
    run = kept(api_and_core)
    assert run["config"]["timeout_s"] == 30
    assert target_of(run, "tests/api")["status"] == "ok"


def test_the_targets_are_listed(run_cli, api_and_core, typed, shell) -> None:
    (api_and_core / "tests" / "api" / "test_api.py").write_text("VALUE = 1\n")
    (api_and_core / "mine.toml").write_text(
        "[targets.interface]\npaths = ['tests/api']\n[targets.core]\npaths = ['tests/core']\n"
    )
    result = run_cli("baseline", "--config", "mine.toml", *typed, *PYTEST_ARGS, cwd=api_and_core)
    command = command_in(result.stdout, "collectbench targets")
    assert {"interface", "core"} <= set(shell(command, api_and_core).stdout.split())
    mistaken = run_cli("baseline", "zzz", "--config", "mine.toml", *typed, cwd=api_and_core)
    command = command_in(mistaken.stderr, "collectbench targets")
    assert {"interface", "core"} <= set(shell(command, api_and_core).stdout.split())


def test_the_plugins_are_profiled(api_and_core, typed, shell) -> None:
    words = ("baseline", *typed, *PYTEST_ARGS)
    pasted = shell(advised(Action.SHOW_PLUGINS, words, target="tests/api"), api_and_core)
    assert pasted.returncode == 0
    assert "plugins" in pasted.stdout
    assert not (api_and_core / KEPT).exists()


@pytest.mark.long
def test_more_pairs_are_taken(run_cli, api_and_core, plain_python, shell) -> None:
    options = ("--python", plain_python, "--rounds", "2", "--warmup", "0", "--format", "json")
    result = run_cli("doctor", *options, cwd=api_and_core)
    advice = json.loads(result.stdout)["self_comparison"]["advice"]
    (command,) = commands_in("\n".join(advice))
    assert json.loads(shell(command, api_and_core).stdout)["self_comparison"]["pairs"] == 10


def test_a_missing_baseline_is_measured_or_the_run_saved_as_it(run_cli, api_and_core, typed, shell) -> None:
    result = run_cli("compare", "tests/api", "--baseline", "new", *typed, *PYTEST_ARGS, cwd=api_and_core)
    assert result.returncode == 6
    measure, save = commands_in(result.stderr)
    for command in (measure, save):
        assert shell(command, api_and_core).returncode == 0
        assert [target["name"] for target in kept(api_and_core, "new")["targets"]] == ["tests/api"]
        (api_and_core / KEPT / "new.json").unlink()
    (api_and_core / KEPT).rmdir()


def test_a_missing_file_is_measured(run_cli, api_and_core, typed, shell) -> None:
    place = str(Path(KEPT, "new.json"))
    options = [word for word in typed if word not in ("--baseline-dir", KEPT)]
    result = run_cli("compare", "--baseline", place, *options, cwd=api_and_core)
    measure, _ = commands_in(result.stderr)
    assert shell(measure, api_and_core).returncode == 0
    assert len(kept(api_and_core, "new")["targets"]) == 3


def test_a_missing_configuration_is_written(run_cli, api_and_core, typed, shell) -> None:
    (api_and_core / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    result = run_cli("baseline", "--config", "pyproject.toml", *typed, *PYTEST_ARGS, cwd=api_and_core)
    (command,) = commands_in(result.stderr)
    written = shell(command, api_and_core)
    assert written.returncode == 0
    assert "[tool.collectbench.targets" in (api_and_core / "pyproject.toml").read_text()
    (following,) = commands_in(written.stdout)
    assert "--config pyproject.toml" in following
    assert "-p no:cacheprovider" in following
    again = run_cli("init", *PYTEST_ARGS, cwd=api_and_core)
    (command,) = commands_in(again.stderr)
    assert "tests/api" in shell(command, api_and_core).stdout


def test_a_configured_target_is_measured_whole(run_cli, api_and_core, typed, shell) -> None:
    (api_and_core / "collectbench.toml").write_text("[targets.interface]\npaths = ['tests/api']\n")
    result = run_cli("baseline", "interface", "--depth", "2", *typed, *PYTEST_ARGS, cwd=api_and_core)
    assert result.returncode == 2
    (command,) = commands_in(result.stderr)
    assert shell(command, api_and_core).returncode == 0
    assert [target["name"] for target in kept(api_and_core)["targets"]] == ["interface"]


def test_shards_of_two_machines_are_merged(run_cli, api_and_core, typed, shell) -> None:
    for part in ("1/2", "2/2"):
        assert run_cli("baseline", "--shard", part, *typed, cwd=api_and_core).returncode == 0
    files = sorted((api_and_core / KEPT).iterdir())
    document = json.loads(files[1].read_text())
    document["environment"]["cpu_model"] = "another one"
    files[1].write_text(json.dumps(document))
    options = ("--name", "whole", "--baseline-dir", "merged")
    result = run_cli("merge", *(path.relative_to(api_and_core) for path in files), *options, cwd=api_and_core)
    (command,) = commands_in(result.stderr)
    assert shell(command, api_and_core).returncode == 0
    assert (api_and_core / "merged" / "whole.json").is_file()


def test_a_missing_report_of_known_violations_is_recorded(run_cli, api_and_core, shell) -> None:
    (api_and_core / "tests" / "api" / "__init__.py").write_text("")
    (api_and_core / "tests" / "api" / "test_api.py").write_text("import api.gone\n")
    result = run_cli("lint", "tests/api", "--select", "missing-module", "--known", "my lint.json", cwd=api_and_core)
    assert (result.returncode, result.stdout) == (6, "")
    (command,) = commands_in(result.stderr)
    assert shell(command, api_and_core).returncode == 0
    kept = json.loads((api_and_core / "my lint.json").read_text())
    assert [violation["rule"] for violation in kept["violations"]] == ["missing-module"]
    again = run_cli("lint", "tests/api", "--select", "missing-module", "--known", "my lint.json", cwd=api_and_core)
    assert again.returncode == 0


@pytest.fixture
def repository(api_and_core, clean_env) -> Path:
    """The suite as a repository of two branches that have no commit in common."""
    git = ("git", "-c", "user.name=n", "-c", "user.email=e@example.org")
    commands = (
        ("init", "-q", "-b", "main"), ("add", "."), ("commit", "-qm", "one"), ("checkout", "-q", "--orphan", "other"),
        ("commit", "-qm", "two"),
    )  # fmt: skip
    for words in commands:
        subprocess.run([*git, *words], cwd=api_and_core, env=clean_env, check=True)
    return api_and_core


def test_unrelated_commits_are_compared_directly(run_cli, repository, plain_python, shell) -> None:
    options = ("--python", plain_python, "--warmup", "0", "--no-suite", "--format", "json")
    result = run_cli("compare", "tests/api", "--against", "main...", *options, cwd=repository)
    assert result.returncode == 2
    (command,) = commands_in(result.stderr)
    pasted = shell(command, repository)
    assert pasted.returncode == 0
    assert json.loads(pasted.stdout)["baseline"].startswith("main (")
    assert re.match(r"about \d+ rounds", pasted.stderr)  # before the first round


def advised(action: Action, words: tuple[str, ...], **parameters: Any) -> str:
    """The command of a remedy whose condition no test can bring about, for someone who typed these words."""
    position = words.index("--") if "--" in words else len(words)
    given = Given(ours=words[:position], pytest_args=words[position + 1 :])
    line = command_line(typer.main.get_command(app), given)
    text = Wording(typed=line)(Reason("", (Remedy(action=action, **parameters),)))
    (command,) = commands_in(text)
    return command.replace(shlex.join(line.program), f"{shlex.quote(sys.executable)} -m collectbench")


@pytest.mark.long
def test_a_machine_that_is_shared_compares_in_pairs(repository, plain_python, shell) -> None:
    words = ("doctor", "tests/api", "--python", plain_python, "--warmup", "0", *PYTEST_ARGS)
    pasted = shell(advised(Action.COMPARE_COMMITS, words), repository)
    assert pasted.returncode == 0
    assert "against HEAD" in pasted.stdout


def test_more_rounds_tell_whether_targets_cost_more_together(api_and_core, typed, shell) -> None:
    command = advised(Action.RECORD_BASELINE, ("baseline", *typed), rounds=2)
    assert shell(command, api_and_core).returncode == 0
    assert {len(target["samples"]) for target in kept(api_and_core)["targets"]} == {2}


def test_every_remedy_with_a_command_is_pasted_in_a_test_of_this_file() -> None:
    known = CommandLine(command="baseline")
    remedies = {action: Remedy(action=action, target="a", rounds=2, value="b") for action in Action}
    with_command = {action for action, remedy in remedies.items() if REMEDIES[action](remedy, known).command}
    assert with_command == {
        Action.RECORD_ON_QUIET_MACHINE,
        Action.SHOW_OUTPUT,
        Action.LOCATE_CRASH,
        Action.LONGER_TIMEOUT,
        Action.SHOW_TARGETS,
        Action.SHOW_PLUGINS,
        Action.CHECK_WITH_MORE_PAIRS,
        Action.SAVE_BASELINE,
        Action.SAVE_FIRST_RUN,
        Action.WRITE_CONFIG,
        Action.DO_NOT_SPLIT,
        Action.ACCEPT_MACHINES,
        Action.COMPARE_WITH_COMMIT,
        Action.COMPARE_COMMITS,
        Action.RECORD_BASELINE,
        Action.RECORD_VIOLATIONS,
    }
