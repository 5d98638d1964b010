from __future__ import annotations

import io

import pytest

from collectbench.cli import lint_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, seconds: list[float], monkeypatch: pytest.MonkeyPatch, *, wanted: bool = True) -> str:
    """What a stream gets if a file is read at each of these moments."""
    moments = iter([0.0, *seconds])
    monkeypatch.setattr(lint_progress.time, "monotonic", lambda: next(moments))
    with lint_progress.lint_progress(wanted=wanted, stream=stream) as on_read:
        for number in range(len(seconds)):
            on_read(number + 1, 2000)
    return stream.getvalue()


def test_a_run_of_less_than_a_second_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not shown(Terminal(), [0.1, 0.5, 0.9], monkeypatch)


def test_a_longer_run_shows_how_many_files_are_read_and_then_removes_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(Terminal(), [0.5, 1.0, 1.05, 1.2], monkeypatch)
    assert text == "\r\x1b[K2 of 2,000 files read\r\x1b[K4 of 2,000 files read\r\x1b[K"


def test_a_log_and_whoever_wants_no_progress_get_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not shown(io.StringIO(), [2.0, 3.0], monkeypatch)
    assert not shown(Terminal(), [2.0, 3.0], monkeypatch, wanted=False)
