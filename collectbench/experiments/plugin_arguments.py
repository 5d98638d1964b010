"""Arguments of pytest without those that name a plugin, and the environment likewise."""

from __future__ import annotations

import shlex
from collections.abc import Sequence


def without_plugin(arguments: Sequence[str], name: str) -> tuple[str, ...]:
    """Return the arguments without `-p NAME` and `-pNAME`."""
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "-p":
            value = next(rest, None)
            if value != name:
                kept += [argument] if value is None else [argument, value]
        elif argument != f"-p{name}":
            kept.append(argument)
    return tuple(kept)


def without_word(text: str, name: str) -> str:
    """Return a list with commas, such as PYTEST_PLUGINS, without one name."""
    return ",".join(word for word in text.split(",") if word.strip() != name)


def split(arguments: str) -> tuple[str, ...]:
    """Return the arguments of PYTEST_ADDOPTS; none if its quotes are broken, which pytest itself reports."""
    try:
        return tuple(shlex.split(arguments))
    except ValueError:
        return ()
