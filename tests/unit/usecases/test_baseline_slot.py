"""An interrupted command keeps its finished rounds, whatever goes wrong meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.model.run import Environment, Run, Settings, Tool
from collectbench.store.baselines import load_run
from collectbench.usecases.baseline_slot import partial_kept
from collectbench.usecases.measuring import InterruptedRun

RUN = Run(
    tool=Tool(name="collectbench", version="1.2.3"),
    created="2025-01-01T00:00:00Z",
    environment=Environment(
        python="3.11.9",
        implementation="CPython",
        pytest="8.3.5",
        plugins={},
        platform="Linux",
        cpu_model="Model A",
        cpu_count=2,
        bytecode="written",
        flags={},
    ),
    commit=None,
    dirty=None,
    config=Settings(),
    targets=(),
    suite=None,
)


class Messages:
    """Feedback that keeps the messages."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def say(self, message: str) -> None:
        self.messages.append(message)


def interrupt(directory: Path, name: str, run: Run | None = RUN) -> list[str]:
    """The messages of an interrupted block."""
    feedback = Messages()
    with pytest.raises(InterruptedRun, match="SIGINT"), partial_kept(directory, name, feedback):  # type: ignore[arg-type]
        raise InterruptedRun("SIGINT", run)
    return feedback.messages


def test_finished_rounds_are_kept_in_a_directory_that_is_made_for_them(tmp_path) -> None:
    messages = interrupt(tmp_path / "new", "main")
    path = tmp_path / "new" / "main.partial.json"
    assert load_run(path) == RUN
    assert messages == [f"finished rounds are kept in {path}"]


def test_without_a_finished_round_nothing_is_kept(tmp_path) -> None:
    assert interrupt(tmp_path / "new", "main", run=None) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("directory", "name"), [("baselines", ".hidden"), ("file/baselines", "main")])
def test_rounds_that_cannot_be_kept_beside_the_baseline_are_kept_elsewhere_and_the_command_still_ends_as_interrupted(
    tmp_path, monkeypatch, directory, name
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (message,) = interrupt(tmp_path / directory, name)
    (kept,) = (tmp_path / "temporary").glob("*/run.json")
    assert load_run(kept) == RUN
    assert message.startswith("error: ")
    assert f"nothing is lost, the run is kept in {kept}" in message
