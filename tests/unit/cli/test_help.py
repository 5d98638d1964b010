"""What `--help` shows: options in panels with their defaults, and examples, in 80 columns."""

from __future__ import annotations

import re
import shlex

import pytest
import typer
from typer.testing import CliRunner

from collectbench.cli.app import app
from collectbench.cli.help import EXAMPLES, PANELS
from collectbench.cli.invocation import Given, command_line

GROUP = typer.main.get_command(app)
NAMES = sorted(GROUP.commands)  # type: ignore[attr-defined]
WITHOUT_DEFAULT = {
    "--try",
    "--to",
    "--pairs",
    "--run",
    "--against",
    "--output",
    "--known",
    "--record",
    "--explain",
    "--from",
    "--from-git",
    "--who",
    "--export",
}
"""Options with a value that say by being given what is to be done."""


def shown(name: str) -> str:
    return CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "80"}).output


@pytest.mark.parametrize("name", NAMES)
def test_each_option_stands_in_a_panel(name: str) -> None:
    parameters = {parameter.name for parameter in GROUP.commands[name].params}  # type: ignore[attr-defined]
    assert parameters <= {parameter for panel in PANELS.values() for parameter in panel}


@pytest.mark.parametrize("name", NAMES)
def test_the_help_fits_80_columns_and_shows_no_type_of_python(name: str) -> None:
    text = shown(name)
    assert max(map(len, text.splitlines())) <= 80
    assert not re.search(r"<\w+(\[|>)|x>=|\[required\]", text)
    assert "What to show:" in text


@pytest.mark.parametrize("name", NAMES)
def test_each_option_with_a_value_shows_its_default(name: str) -> None:
    for entry in re.split(r"\n(?=  [-\w])", shown(name)):
        option = re.match(r"  (?:-\w, )?(--[\w-]+) [A-Z\[]", entry)
        if option and option[1] not in WITHOUT_DEFAULT:
            assert "[default:" in re.sub(r"\s+", " ", entry), entry


@pytest.mark.parametrize("name", NAMES)
def test_each_example_is_a_command_of_the_program(name: str) -> None:
    assert EXAMPLES[name]
    for example in EXAMPLES[name]:
        program, *words = shlex.split(example)
        ours, _, pytest_args = " ".join(words).partition(" -- ")
        line = command_line(GROUP, Given(ours=tuple(ours.split()), pytest_args=tuple(pytest_args.split())))  # type: ignore[arg-type]
        assert (program, line.command) == ("collectbench", name)
        assert f"  {example}\n" in shown(name)
