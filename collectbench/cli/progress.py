"""Progress on stderr: one live line on a terminal, a line for each round with `--verbose`, else nothing."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from collectbench.cli.log import say
from collectbench.measure.round.round import Round
from collectbench.model.sample import RoundKind
from collectbench.model.units import format_duration
from collectbench.render.parts.escape import printable

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

NAME_WIDTH = 32


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def begins(self, name: str, kind: RoundKind, number: int, rest_s: float | None) -> None:
        """See `Observer`."""

    def ended(self, name: str, kind: RoundKind, finished: Round) -> None:
        """See `Observer`."""

    def watch(self, importing: Callable[[], str]) -> None:
        """See `Display`."""


class Lines(Silent):
    """A line for each round: what `--verbose` shows, also in a log."""

    def ended(self, name: str, kind: RoundKind, finished: Round) -> None:
        """See `Observer`."""
        sample = finished.sample
        figures = f"{format_duration(sample.wall_s)} wall, {format_duration(sample.cpu_s)} cpu"
        status = "" if not finished.message else f"  {finished.status.value}: {finished.message}"
        say(printable(f"{kind.value:9}  {name}  {figures}{status}"))


class Live(Silent):
    """One line that is always up to date: target, round, elapsed, expected rest."""

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

    def begins(self, name: str, kind: RoundKind, number: int, rest_s: float | None) -> None:
        """See `Observer`."""
        shown = printable(name)
        shown = shown if len(shown) <= NAME_WIDTH else f"{shown[: NAME_WIDTH - 1]}…"
        rest = "" if rest_s is None else f"at most {format_duration(max(1.0, rest_s))} to go"
        self._progress.update(self._task, description=f"{kind.value} {number}  {shown}", rest=rest)

    def watch(self, importing: Callable[[], str]) -> None:
        """See `Display`."""
        self._importing = importing
