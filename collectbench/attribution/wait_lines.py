"""From the lines of the file `waits` to a log. probe/PROTOCOL.md describes the format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from collectbench.attribution.fields import text_of
from collectbench.model.probe_files import NAME_IN_STACKS
from collectbench.model.samples import Call
from collectbench.model.wait_log import Frames, StackOperation, StackWait, WaitLog

BETWEEN_WORDS = "\x1f"
IMPORT = "<import>"
"""In a stack, stands for calls of the import machinery."""
DUMPED = re.compile(r'  File "(.*)", line (\d+|\?\?\?) in (.*)')
ESCAPED = re.compile(r"\\(?:x(?=[0-9a-f]{2})|u(?=[0-9a-f]{4})|U(?=[0-9a-f]{8}))((?<=x)..|(?<=u)....|(?<=U)........)")
"""The escapes of faulthandler, which leaves a backslash as it is."""


def parse_waits(lines: Iterable[str]) -> WaitLog:
    """Read a log as far as it goes. A line that cannot be read is skipped: it explains, and decides nothing."""
    reader = _Reader()
    for line in lines:
        if not line.endswith("\n"):
            break  # cut short by the end of the process
        key, *fields = line[:-1].split("\t")
        try:
            reader.read(key, fields)
        except (ValueError, LookupError):
            continue
    return tuple(reader.log)


class _Reader:
    """What was read so far: stacks by their number, and the log."""

    def __init__(self) -> None:
        self.log: list[StackWait | StackOperation] = []
        self._stacks: dict[str, Frames] = {}
        self._in_teardown = False

    def read(self, key: str, fields: list[str]) -> None:
        """Read one line; raises ValueError or LookupError if it does not fit."""
        if key == "S":
            self._stacks[fields[0]] = _frames(fields[1:])
        elif key == "D":
            self._stacks[fields[0]] = tuple(_frames_of_dump(fields[1:]))
        elif key == "F":
            self._in_teardown = True
        elif key == "W":
            frames, waited_s = self._stacks[fields[0]], int(fields[1]) / 1e9
            self.log.append(StackWait(frames=frames, waited_s=waited_s, in_teardown=self._in_teardown))
        elif key == "O":
            frames, words = self._stacks[fields[0]], tuple(text_of(fields[2]).split(BETWEEN_WORDS))
            self.log.append(StackOperation(frames=frames, event=fields[1], words=words, in_teardown=self._in_teardown))


def dumped_call(text: str) -> Call:
    """Returns the call on a line of faulthandler.

    Raises:
        ValueError: the line has another form.
    """
    match = DUMPED.fullmatch(text)
    if match is None:
        raise ValueError(text)
    path, line, function = match.groups()
    number = int(line) if line.isdecimal() else 0
    return Call(path=_unescaped(path), line=number, function=_unescaped(function))


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)


def _frames_of_dump(lines: list[str]) -> Iterator[tuple[str, int]]:
    """The frames of faulthandler's lines, without our own; one IMPORT for consecutive ones of the import machinery."""
    is_within = False
    for match in filter(None, map(DUMPED.match, lines)):
        path, line = match[1], match[2]
        if path == NAME_IN_STACKS:
            continue  # also the innermost: the sampler may just have interrupted the code
        if not path.startswith("<frozen "):
            yield _unescaped(path), int(line) if line.isdecimal() else 0
        elif not is_within:
            yield IMPORT, 0
        is_within = path.startswith("<frozen ")


def _frames(fields: list[str]) -> Frames:
    paths, lines = map(text_of, fields[::2]), map(int, fields[1::2])
    return tuple(zip(paths, lines, strict=False))
