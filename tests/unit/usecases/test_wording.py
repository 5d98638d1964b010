"""The sentences that reasons become, and the options and commands that they name."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
import typer

from collectbench.cli.app import app
from collectbench.model.errors import BaselineError
from collectbench.model.reason import Action, Reason, Remedy, is_command
from collectbench.usecases.wording import REMEDIES, explain_error, word

MEASURING = ("baseline", "compare", "profile", "doctor")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


@cache
def options_by_command() -> Mapping[str, frozenset[str]]:
    """The options of each command of the program."""
    group = typer.main.get_command(app)
    return {
        name: frozenset(
            option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
        )
        for name, command in group.commands.items()  # type: ignore[attr-defined]
    }


def test_every_action_has_a_wording() -> None:
    assert set(REMEDIES) == set(Action)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize(
    "parameters", [{}, {"target": "tests/unit", "rounds": 10, "percent": 15}], ids=["bare", "with all parameters"]
)
def test_every_option_that_a_remedy_names_exists(action: Action, parameters: dict[str, Any]) -> None:
    known = options_by_command()
    sentence, _, commands = word(Reason("", (Remedy(action=action, **parameters),))).partition("\n")
    for line in commands.splitlines():
        _, name, *arguments = shlex.split(line)
        assert is_command(line)
        assert set(OPTION.findall(" ".join(arguments))) <= known[name]
    assert set(OPTION.findall(sentence)) <= frozenset().union(*(known[name] for name in MEASURING))


def test_an_action_names_no_option_and_no_command_of_its_own() -> None:
    assert not [action for action in Action if re.search(r"--\w|collectbench", action.value)]


@pytest.mark.parametrize(
    ("remedy", "text"),
    [
        (Remedy(action=Action.COMPARE_WITH_BASELINE), "compare with a stored baseline (--baseline)"),
        (Remedy(action=Action.SAVE_BASELINE), "measure one:\n  collectbench baseline"),
        (Remedy(action=Action.SAVE_BASELINE, value="new"), "measure one:\n  collectbench baseline --name new"),
        (Remedy(action=Action.SAVE_BASELINE, value="a b"), "measure one:\n  collectbench baseline --name 'a b'"),
        (
            Remedy(action=Action.SAVE_BASELINE, value="kept/x.json"),
            "measure one:\n  collectbench baseline --name x --baseline-dir kept",
        ),
        (Remedy(action=Action.SAVE_BASELINE, value=""), "measure one"),
        (Remedy(action=Action.MEASURE_SHARD, value="2/4"), "measure the shard (baseline --shard 2/4)"),
    ],
)
def test_a_remedy_names_the_command_that_can_be_pasted(remedy: Remedy, text: str) -> None:
    assert word(Reason("", (remedy,))) == text


def test_remedies_after_a_fact_of_several_lines_have_a_line_of_their_own() -> None:
    remedies = (Remedy(action=Action.SAVE_BASELINE), "commit")
    assert word(Reason("x is empty", remedies)) == "x is empty; commit, or measure one:\n  collectbench baseline"
    assert word(Reason("these differ:\n  x", remedies)) == (
        "these differ:\n  x\nCommit, or measure one:\n  collectbench baseline"
    )
    assert word(Reason("these differ:\n  x", ("commit",))) == "these differ:\n  x\nCommit."


def test_an_error_holds_all_reasons_and_names_no_command_of_its_own() -> None:
    error = BaselineError("one", Reason("two", (Remedy(action=Action.REMAKE_BASELINE),)))
    assert str(error) == "one\ntwo; measure again"
    assert explain_error(error) == "one\ntwo; measure it again, at its commit"


def test_a_reason_without_remedies_is_its_fact() -> None:
    assert word(Reason("2 rounds are too few")) == "2 rounds are too few"


def test_remedies_follow_the_fact_as_alternatives() -> None:
    reason = Reason("20 pairs are too few", (Remedy(action=Action.MORE_TIME), Remedy(action=Action.FEWER_TARGETS)))
    assert word(reason) == "20 pairs are too few; allow more time with --max-time DURATION, or name fewer targets"


def test_a_target_is_quoted_so_that_the_command_can_be_pasted() -> None:
    remedy = Remedy(action=Action.RECORD_ON_QUIET_MACHINE, target="it's here", rounds=30)
    expected = """stop other programs, then measure again:\n  collectbench baseline 'it'"'"'s here' --rounds 30"""
    assert word(Reason("", (remedy,))) == expected


def test_a_margin_is_named_if_it_is_known() -> None:
    assert word(Reason("", (Remedy(action=Action.WIDER_MARGIN, percent=35),))) == "tolerate more with --margin 35%"
    assert word(Reason("", (Remedy(action=Action.WIDER_MARGIN),))) == "tolerate more with --margin PERCENT"
