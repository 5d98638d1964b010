"""Command lines as they are shown in notes."""

from __future__ import annotations


def shorten(command: str, length: int) -> str:
    """The command line in at most `length` characters.

    The directory of the program goes first, since it is often long and says little. If that is not enough, the middle
    goes: the name of the program and the end of the arguments tell processes apart.
    """
    if len(command) <= length:
        return command
    program, space, arguments = command.partition(" ")
    name = program.rpartition("/")[2]
    without_directory = f"{name}{space}{arguments}"
    if len(without_directory) <= length:
        return without_directory
    start = f"{name} …" if space and len(name) < length // 2 else "…"
    return start + without_directory[len(without_directory) + len(start) - length :]
