"""The live line on a terminal."""

from __future__ import annotations

from collectbench.cli.progress import Live


def test_the_name_of_an_imported_module_cannot_steer_the_terminal() -> None:
    live = Live()
    live.watch(lambda: "\x1b[2Jgone")
    (task,) = live._progress.tasks
    line = "".join(str(column(task)) for column in live._progress.columns if not isinstance(column, str))
    assert "importing" in line
    assert "\x1b" not in line


def test_the_live_line_shows_no_module_while_none_is_imported() -> None:
    live = Live()
    live.watch(str)
    (task,) = live._progress.tasks
    assert "importing" not in "".join(str(column(task)) for column in live._progress.columns)
