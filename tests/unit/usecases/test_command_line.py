"""The commands in hints: the user's own options, and the change that the sentence names."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from collectbench.cli.app import app
from collectbench.cli.invocation import Given, command_line
from collectbench.usecases.command_line import CommandLine

PROGRAM = typer.main.get_command(app)


@pytest.fixture(autouse=True)
def program(monkeypatch) -> None:
    monkeypatch.setattr("sys.argv", ["elsewhere/bin/collectbench"])


def typed(*words: str, pytest_args: tuple[str, ...] = (), root: Path | None = None) -> CommandLine:
    return command_line(PROGRAM, Given(ours=words, pytest_args=pytest_args), root)


def of(command: str) -> str:
    return command.removeprefix("elsewhere/bin/collectbench ")


def test_the_same_command_again_keeps_everything_but_the_changed_option() -> None:
    line = typed("compare", "tests/a b", "--rounds=3", "-j", "2", "--no-suite", "--output", "x.md", "--output", "y.md")
    assert of(line.again("--rounds", "7")) == (
        "compare 'tests/a b' --jobs 2 --no-suite --output x.md --output y.md --rounds 7"
    )
    assert "--jobs" not in line.again(without="--jobs")


def test_another_command_keeps_what_holds_for_the_project() -> None:
    line = typed(
        "baseline", "tests/api", "--python", ".venv/bin/python", "--config", "c.toml", "--rounds", "auto", "--cold",
        "--baseline-dir", "kept", "--name", "mine", "--force", "--format", "json", "-v", "--timeout", "9s",
        pytest_args=("-k", "not slow"),
    )  # fmt: skip
    assert of(line.other("profile", target="tests/core")) == (
        "profile tests/core --python .venv/bin/python --config c.toml --timeout 9s -- -k 'not slow'"
    )
    assert of(line.other("baseline", "--rounds", "9", target="tests/core")) == (
        "baseline tests/core --name mine --python .venv/bin/python --config c.toml --cold --baseline-dir kept"
        " --timeout 9s --rounds 9 -- -k 'not slow'"
    )
    assert of(line.other("compare")).startswith("compare tests/api --baseline mine --python .venv/bin/python")


def test_a_depth_stays_with_the_targets_that_it_splits() -> None:
    assert "--depth" not in typed("baseline", "tests", "--depth", "2").other("targets")
    assert "--depth 2" in typed("baseline", "--depth", "2").other("targets")
    assert "--depth" not in typed("baseline", "--depth", "2").other("baseline", target="tests/api")


def test_a_target_is_named_as_seen_from_the_current_directory(tmp_path, monkeypatch) -> None:
    (tmp_path / "tests" / "api").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "tests")
    line = typed("baseline", root=tmp_path)
    assert of(line.other("baseline", target="tests/api")) == "baseline api"
    assert of(line.other("baseline", target="tests/*")) == "baseline './*'"
    assert of(line.other("baseline", target="configured")) == "baseline configured"


def test_a_name_that_no_line_can_hold_has_no_command() -> None:
    assert typed("baseline").other("baseline", target="a\nb") == ""


@pytest.mark.parametrize(
    ("started", "found", "words"),
    [
        ("/opt/collectbench/bin/collectbench", "/opt/collectbench/bin/collectbench", ("collectbench",)),
        ("/opt/collectbench/bin/collectbench", None, ("/opt/collectbench/bin/collectbench",)),
        (".venv/bin/collectbench", "/usr/bin/collectbench", (".venv/bin/collectbench",)),
        ("/x/collectbench/__main__.py", "/opt/python", ("python", "-m", "collectbench")),
        ("/x/collectbench/__main__.py", "/usr/bin/python", ("/opt/python", "-m", "collectbench")),
    ],
)
def test_a_command_begins_with_what_starts_the_program_here(monkeypatch, started, found, words) -> None:
    monkeypatch.setattr("sys.argv", [started])
    monkeypatch.setattr("sys.executable", "/opt/python")
    monkeypatch.setattr("shutil.which", lambda name: found)
    assert typed("baseline").program == words
