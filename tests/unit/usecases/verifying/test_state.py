"""The place of a recorded state, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from collectbench.discovery import Plan
from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.run import Environment
from collectbench.model.target import Target
from collectbench.model.verification import Choice
from collectbench.usecases.verifying.options import chosen, refusals_of
from collectbench.usecases.verifying.state import StateSlot, keep_finished, merged
from verifications import FAILED, case, ran, verification

ENVIRONMENT = Environment(
    python="3.11.7", implementation="CPython", pytest="9.0.3", plugins={}, platform="Linux", cpu_model="x", cpu_count=2,
    bytecode="written", flags={},
)  # fmt: skip


class Messages:
    """Feedback that keeps the messages."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def say(self, message: str) -> None:
        self.messages.append(message)


def keep(slot: StateSlot, *names: str) -> list[str]:
    feedback = Messages()
    keep_finished(verification(ENVIRONMENT, *(ran(name, case(f"{name}.py::a")) for name in names)), slot, feedback)  # type: ignore[arg-type]
    return feedback.messages


@pytest.mark.parametrize(
    ("is_usual", "name", "partial"),
    [
        (True, "main.json", "main.partial.json"),
        (False, "my state.json", "my state.partial.json"),
        (False, "x", "x.partial"),
    ],
)
def test_finished_targets_are_kept_beside_the_state(is_usual, name, partial, tmp_path) -> None:
    slot = StateSlot(path=tmp_path / "new" / name, is_usual=is_usual)
    assert keep(slot, "one") == [f"finished targets are kept in {tmp_path / 'new' / partial}"]
    kept = StateSlot(path=tmp_path / "new" / partial, is_usual=False).read()
    assert [target.name for target in kept.targets] == ["one"]
    assert not slot.is_there


def test_without_a_finished_target_nothing_is_kept(tmp_path) -> None:
    assert keep(StateSlot(path=tmp_path / "a.json", is_usual=False)) == []
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    slot = StateSlot(path=tmp_path / "file" / "a.json", is_usual=False)
    (message,) = keep(slot, "one")
    assert message.startswith(f"error: {tmp_path / 'file' / 'a.partial.json'} cannot be written: ")
    with pytest.raises(BaselineError, match="cannot be written"):
        slot.save(verification(ENVIRONMENT), keeps_others=False)


def test_a_state_in_a_directory_that_does_not_exist_is_refused(tmp_path) -> None:
    slot = StateSlot(path=tmp_path / "no" / "a.json", is_usual=False)
    with pytest.raises(UsageError, match="give a file in a directory that exists"):
        slot.require_recordable(project(), Choice())


def test_a_link_is_not_read(tmp_path) -> None:
    (tmp_path / "real.json").write_text("{}")
    (tmp_path / "a.json").symlink_to("real.json")
    with pytest.raises(BaselineError, match="symbolic link"):
        StateSlot(path=tmp_path / "a.json", is_usual=False).read()


def test_new_targets_take_the_place_of_old_ones(tmp_path) -> None:
    old = verification(ENVIRONMENT, ran("a", case("a.py::x")), ran("b", case("b.py::x")), notes=("old",))
    new = verification(ENVIRONMENT, ran("a", case("a.py::x", FAILED)), created="2026-01-01T00:00:00Z", notes=("new",))
    both = merged(old, new)
    assert [(target.name, target.failed) for target in both.targets] == [("a", 1), ("b", 0)]
    assert (both.created, both.notes) == (new.created, ("old", "new"))


def project(*targets: Target, suite: Target | None = None) -> Any:
    """A project with these targets."""

    plan = Plan(root=Path("/root"), targets=targets, suite=suite, selected=False)
    return SimpleNamespace(plan=plan, environment=ENVIRONMENT)


def test_the_users_choice_is_one_within_the_targets_own() -> None:
    target = Target(name="a", paths=("a",), markers="slow", keywords="x")
    assert chosen(target, Choice()) == Choice(markers="slow", keywords="x")
    assert chosen(target, Choice(markers="e2e")) == Choice(markers="(slow) and (e2e)", keywords="x")


@pytest.mark.parametrize("argument", ["-k", "-m", "-kfoo", "-mslow"])
def test_choosing_tests_behind_the_dashes_is_refused(argument) -> None:
    assert next(iter(refusals_of((argument, "x")))).startswith(f"-- {argument}: give {argument[:2]} before --")


@pytest.mark.parametrize("argument", ["-n", "--maxfail=1", "-p", "--keep", "--markers-are-fine", "tests"])
def test_other_arguments_for_pytest_are_not_refused(argument) -> None:
    assert list(refusals_of((argument,))) == []
