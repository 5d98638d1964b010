"""The commands that follow a diagnosis."""

from __future__ import annotations

import pytest
import typer

from collectbench.cli.app import app
from collectbench.cli.invocation import Given, command_line
from collectbench.model.run import Environment
from collectbench.usecases.diagnosing.next_steps import next_steps
from diagnoses import clean_diagnosis, diagnosed, diagnosis, finding, ordinary_diagnosis, workers_diagnosis

ENVIRONMENT = Environment(
    python="3.11.7", implementation="CPython", pytest="9.0.3", plugins={}, platform="Linux", cpu_model="", cpu_count=2,
    bytecode="written", flags={},
)  # fmt: skip

PROGRAM = typer.main.get_command(app)


@pytest.fixture(autouse=True)
def program(monkeypatch) -> None:
    monkeypatch.setattr("sys.argv", ["elsewhere/bin/collectbench"])


def commands(diagnosis, *words: str, top: int = 5, pytest_args: tuple[str, ...] = ()) -> list[str]:
    typed = command_line(PROGRAM, Given(ours=words, pytest_args=pytest_args))
    return [step.command.removeprefix("elsewhere/bin/collectbench ") for step in next_steps(diagnosis, typed, top)]


def test_the_steps_are_the_first_cause_all_findings_and_the_tables() -> None:
    assert commands(ordinary_diagnosis(ENVIRONMENT), "diagnose") == [
        "diagnose --explain gc-passes", "diagnose --top 20", "profile"
    ]  # fmt: skip


def test_the_steps_keep_the_options_of_the_project() -> None:
    words = ("diagnose", "tests", "--python", ".venv/bin/python", "--format", "markdown")
    assert commands(ordinary_diagnosis(ENVIRONMENT), *words, pytest_args=("-p", "no:x")) == [
        "diagnose --explain gc-passes",
        "diagnose tests --python .venv/bin/python --format markdown --top 20 -- -p no:x",
        "profile tests --python .venv/bin/python -- -p no:x",
    ]


def test_several_targets_have_no_profile_in_common() -> None:
    assert commands(ordinary_diagnosis(ENVIRONMENT), "diagnose", "tests", "more", "-v") == [
        "diagnose --explain gc-passes"
    ]


def test_without_findings_only_the_tables_are_left() -> None:
    assert commands(clean_diagnosis(ENVIRONMENT), "diagnose") == ["profile"]


def test_without_durations_the_next_step_after_workers_records_them() -> None:
    found = commands(workers_diagnosis(ENVIRONMENT), "diagnose", "tests", "--workers", "1,2", "--python", "p")
    assert found == ["verify tests --python p --record", "profile tests --python p"]


def test_a_finding_about_workers_leads_to_what_they_cost() -> None:
    note = finding("xdist-multiplied", "-n 4", 0.0, title="every worker collects everything")
    found = commands(diagnosis(ENVIRONMENT, diagnosed(note)), "diagnose", "-q")
    assert found == ["diagnose --explain xdist-multiplied", "diagnose --quiet --workers 1,2,4", "profile"]
    again = commands(diagnosis(ENVIRONMENT, diagnosed(note)), "diagnose", "--workers", "2")
    assert "diagnose --workers 1,2,4" not in again
