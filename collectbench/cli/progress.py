"""Progress on stderr: one live line on a terminal, a line each 30 s in a log, or a line for each round."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import TYPE_CHECKING

from collectbench.cli.log import say
from collectbench.cli.outlook import announcement, position, remaining
from collectbench.measure.round.round import Round
from collectbench.measure.session.pace import Outlook
from collectbench.model.sample import RoundKind
from collectbench.model.units import format_duration
from collectbench.render.parts.escape import printable

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

NAME_WIDTH = 32
SECONDS_BETWEEN_LINES = 30.0


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def begins(self, name: str, kind: RoundKind, outlook: Outlook) -> None:
        """See `Observer`."""

    def ended(self, name: str, kind: RoundKind, finished: Round) -> None:
        """See `Observer`."""

    def watch(self, importing: Callable[[], str]) -> None:
        """See `Display`."""


class Lines(Silent):
    """A line for each round: what `--verbose` shows, also in a log."""

    def begins(self, name: str, kind: RoundKind, outlook: Outlook) -> None:
        """See `Observer`."""
        if outlook.round == 1:
            say(announcement(outlook))

    def ended(self, name: str, kind: RoundKind, finished: Round) -> None:
        """See `Observer`."""
        sample = finished.sample
        figures = f"{format_duration(sample.wall_s)} wall, {format_duration(sample.cpu_s)} cpu"
        status = "" if not finished.message else f"  {finished.status.value}: {finished.message}"
        say(printable(f"{kind.value:9}  {name}  {figures}{status}"))


class Log(Silent):
    """What a log shows: how long it will take, and a line each 30 s.

    `waits` waits for that many seconds and returns whether the display has ended meanwhile.
    """

    def __init__(self, waits: Callable[[float], bool] | None = None) -> None:
        self._ended = Event()
        self._waits = waits or self._ended.wait
        self._line = ""
        self._thread = Thread(target=self._repeat, daemon=True)

    def __enter__(self) -> Log:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def begins(self, name: str, kind: RoundKind, outlook: Outlook) -> None:
        """See `Observer`."""
        if outlook.round == 1:
            say(announcement(outlook))
        rest = f", {remaining(outlook)}" if outlook.rest_s is not None else ""
        self._line = printable(f"{position(outlook)}{rest}: {kind.value} {name}")

    def _repeat(self) -> None:
        while not self._waits(SECONDS_BETWEEN_LINES):
            if self._line:
                say(self._line)


class Live(Silent):
    """One line that is always up to date: round, target, elapsed, expected rest."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TextColumn, TimeElapsedColumn
        from rich.text import Text

        class Importing(ProgressColumn):
            def render(_, task: Task) -> Text:  # noqa: N805 - `self` is the display
                module = self._importing()
                return Text(f"importing {printable(module)}" if module else "", style="dim")

        self._importing: Callable[[], str] = str
        self._progress: Progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            TextColumn("{task.fields[rest]}", markup=False),
            Importing(),
            console=Console(stderr=True),
            transient=True,
            refresh_per_second=4,
        )
        self._task: TaskID = self._progress.add_task("starting", total=None, rest="")

    def __enter__(self) -> Live:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begins(self, name: str, kind: RoundKind, outlook: Outlook) -> None:
        """See `Observer`."""
        if outlook.round == 1:
            self._progress.console.print(announcement(outlook), markup=False, highlight=False)
        shown = printable(name)
        shown = shown if len(shown) <= NAME_WIDTH else f"{shown[: NAME_WIDTH - 1]}…"
        description = f"{position(outlook)}: {kind.value} {shown}"
        self._progress.update(self._task, description=description, rest=remaining(outlook))

    def watch(self, importing: Callable[[], str]) -> None:
        """See `Display`."""
        self._importing = importing
