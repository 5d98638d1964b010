"""A sampled stack, divided at the innermost call from pytest or the import machinery: who called, and what ran."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from collectbench.attribution.origins import INSTALLED, Places, is_project_file
from collectbench.attribution.parts import Part
from collectbench.attribution.stacks import SampledStack
from collectbench.attribution.wait_lines import IMPORT
from collectbench.model.samples import Call

MACHINERY = ("<frozen importlib", "<frozen zipimport", IMPORT)
_OF_PYTEST = tuple(f"/{directory}/{package}/" for directory in INSTALLED for package in ("pytest", "_pytest", "pluggy"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Code of the project that ran, and who called it.

    Attributes:
        part: the part of the traced round.
        frame: the number of the frame of the trace around it, -1 for none.
        seconds: how long.
        calls: the called code, the outermost call first: `calls[0]` is a line of the project.
        callers: the calls around it, the innermost first: pytest or the import machinery, maybe with others between.
        project: the positions in `calls` of the project's own code.
    """

    part: Part
    frame: int
    seconds: float
    calls: tuple[Call, ...]
    callers: tuple[Call, ...]
    project: tuple[int, ...]

    @property
    def entry(self) -> Call:
        """The outermost line of the project."""
        return self.calls[0]

    @property
    def deepest(self) -> Call:
        """The innermost line of the project."""
        return self.calls[self.project[-1]]

    def from_call(self, first: int) -> Running:
        """Returns the same without the calls before this position."""
        if not first:
            return self
        return Running(
            part=self.part,
            frame=self.frame,
            seconds=self.seconds,
            calls=self.calls[first:],
            callers=(*self.calls[first - 1 :: -1], *self.callers),
            project=tuple(number - first for number in self.project if number >= first),
        )


def is_pytest_path(path: str) -> bool:
    """Whether a file belongs to pytest itself."""
    return any(part in path for part in _OF_PYTEST)


def project_files(places: Places) -> Callable[[str], bool]:
    """Returns a function that tells whether a file is the project's."""
    return cache(lambda path: is_project_file(path, places))


def entry_position(paths: Sequence[str], is_project: Callable[[str], bool]) -> int | None:
    """Returns the position of the outermost line of the project in the innermost call from pytest or an import.

    `paths` are those of a stack, the innermost first. None if no line of the project ran.
    """
    outermost = None
    for position, path in enumerate(paths):
        if path.startswith(MACHINERY):
            return outermost
        if is_pytest_path(path):
            if outermost is not None:
                return outermost
        elif is_project(path):
            outermost = position
    return outermost


def running(stack: SampledStack, is_project: Callable[[str], bool]) -> Running | None:
    """Returns what ran in a stack; None if that is no code of the project."""
    position = entry_position([call.path for call in stack.calls], is_project)
    if position is None:
        return None
    calls = stack.calls[position::-1]
    return Running(
        part=stack.part,
        frame=stack.frame,
        seconds=stack.seconds,
        calls=calls,
        callers=stack.calls[position + 1 :],
        project=tuple(number for number, call in enumerate(calls) if is_project(call.path)),
    )
