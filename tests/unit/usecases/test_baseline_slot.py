"""What an interrupted command leaves behind, whatever goes wrong in keeping it."""

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


def interrupt(directory: Path, name: str, run: Run | None = RUN) -> None:
    with pytest.raises(InterruptedRun, match="SIGINT"), partial_kept(directory, name):
        raise InterruptedRun("SIGINT", run)


def test_what_was_finished_is_kept_in_a_folder_that_is_made_for_it(tmp_path, capsys) -> None:
    interrupt(tmp_path / "new", "main")
    path = tmp_path / "new" / "main.partial.json"
    assert load_run(path) == RUN
    assert capsys.readouterr().err == f"what was finished is kept in {path}\n"


def test_where_nothing_was_finished_nothing_is_kept(tmp_path, capsys) -> None:
    interrupt(tmp_path / "new", "main", run=None)
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("folder", "name"), [("baselines", ".hidden"), ("file/baselines", "main")])
def test_what_cannot_be_kept_beside_the_baseline_is_kept_elsewhere_and_the_interruption_goes_on(
    tmp_path, monkeypatch, capsys, folder, name
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    interrupt(tmp_path / folder, name)
    (kept,) = (tmp_path / "temporary").glob("*/run.json")
    assert load_run(kept) == RUN
    words = capsys.readouterr().err
    assert words.startswith("error: ")
    assert f"nothing is lost, the run is kept in {kept}" in words
