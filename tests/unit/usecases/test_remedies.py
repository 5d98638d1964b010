"""Ways out of errors name commands and options that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import typer

from collectbench.cli.app import app
from collectbench.model.errors import Advice, BaselineError, Problem, Remedy
from collectbench.usecases.remedies import COMMANDS, WITH_VALUE, describe_advice, explain_error, explain_problem

PROGRAM = typer.main.get_command(app)
OPTIONS = {
    name: {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for name, command in PROGRAM.commands.items()
}
TEXTS = (*COMMANDS.values(), *WITH_VALUE.values())


def commands_in(text: str) -> Iterator[tuple[str, set[str]]]:
    """Each command in backticks: its name and its options."""
    for command, rest in re.findall(r"`collectbench (\w+)([^`]*)`", text):
        yield command, set(re.findall(r"--[\w-]+", rest))


def test_each_remedy_has_a_command_or_an_option() -> None:
    assert set(COMMANDS) == set(Remedy)
    for remedy in Remedy:
        assert re.search(r"--\w|`collectbench \w", COMMANDS[remedy])
        assert not re.search(r"--\w|collectbench", remedy.value)


@pytest.mark.parametrize("text", TEXTS)
def test_each_option_in_a_way_out_exists(text: str) -> None:
    for command, options in commands_in(text):
        assert options <= OPTIONS[command]
    assert set(re.findall(r"--[\w-]+", text)) <= set().union(*OPTIONS.values())


@pytest.mark.parametrize(
    ("advice", "text"),
    [
        (Advice(remedy=Remedy.COMPARE_WITH_BASELINE), "compare with a stored baseline (--baseline)"),
        (Advice(remedy=Remedy.COMPARE_WITH_COMMIT, value="main"), "compare with that commit (--against main)"),
        (Advice(remedy=Remedy.MEASURE_BASELINE), "measure one (`collectbench baseline`)"),
        (Advice(remedy=Remedy.MEASURE_BASELINE, value="new"), "measure one (`collectbench baseline --name new`)"),
        (Advice(remedy=Remedy.MEASURE_BASELINE, value="a b"), "measure one (`collectbench baseline --name 'a b'`)"),
        (Advice(remedy=Remedy.MEASURE_SHARD, value="2/4"), "measure the shard (`collectbench baseline --shard 2/4`)"),
    ],
)
def test_advice_names_the_command_that_can_be_pasted(advice: Advice, text: str) -> None:
    assert describe_advice(advice) == text


def test_a_message_is_the_fact_and_all_ways_out() -> None:
    ways_out = ("commit", Advice(remedy=Remedy.MEASURE_AGAIN))
    assert explain_problem(Problem(fact="x is empty")) == "x is empty"
    assert explain_problem(Problem(fact="x is empty", ways_out=ways_out)) == (
        "x is empty; commit, or measure again (`collectbench baseline`)"
    )
    assert explain_problem(Problem(fact="these differ:\n  x", ways_out=ways_out)) == (
        "these differ:\n  x\nCommit, or measure again (`collectbench baseline`)."
    )


def test_an_error_holds_all_problems_and_names_no_command_of_its_own() -> None:
    error = BaselineError("one", Problem(fact="two", ways_out=(Advice(remedy=Remedy.MEASURE_AGAIN),)))
    assert str(error) == "one\ntwo; measure again"
    assert explain_error(error) == "one\ntwo; measure again (`collectbench baseline`)"
