"""Progress: the live line on a terminal, and the lines in a log."""

from __future__ import annotations

from collections.abc import Callable

from collectbench.cli.progress import Live, Log
from collectbench.measure.session.pace import Outlook
from collectbench.model.sample import RoundKind


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


# A log


class Waits:
    """Waits that end at once, as often as there are steps; each one does something meanwhile."""

    def __init__(self, *steps: Callable[[], None]) -> None:
        self.steps, self.seconds = list(steps), list[float]()

    def __call__(self, seconds: float) -> bool:
        self.seconds.append(seconds)
        if not self.steps:
            return True
        self.steps.pop(0)()
        return False


def outlook(number: int, rest_s: float | None) -> Outlook:
    return Outlook(round=number, rounds=40, rest_s=rest_s)


def test_a_log_says_first_how_long_it_will_take_and_each_30_s_where_it_is(capsys) -> None:
    def begin(number: int, rest_s: float | None) -> Callable[[], None]:
        return lambda: log.begins("tests/api", RoundKind.TIMED, outlook(number, rest_s))

    waits = Waits(lambda: None, begin(1, 178.0), begin(12, 131.0), lambda: None)
    log = Log(waits)
    with log:
        log._thread.join()
    assert capsys.readouterr().err.splitlines() == [
        "about 40 rounds, about 3 min",
        "round 1 of about 40, about 3 min to go: timed tests/api",
        "round 12 of about 40, about 2 min to go: timed tests/api",
        "round 12 of about 40, about 2 min to go: timed tests/api",
    ]
    assert set(waits.seconds) == {30.0}


def test_a_log_of_a_short_command_has_one_line(capsys) -> None:
    with Log() as log:
        log.begins("tests/api", RoundKind.TIMED, outlook(1, None))
        log.begins("tests/api", RoundKind.TIMED, outlook(2, 5.0))
    assert capsys.readouterr().err == "about 40 rounds; the first ones tell how long they take\n"


def test_the_live_line_counts_the_rounds_of_the_whole_command() -> None:
    live = Live()
    live.begins("tests/api", RoundKind.COUNTED, outlook(12, 178.0))
    (task,) = live._progress.tasks
    line = " ".join(str(column(task)) for column in live._progress.columns if not isinstance(column, str))
    assert "round 12 of about 40: counted tests/api" in line
    assert "about 3 min to go" in line
