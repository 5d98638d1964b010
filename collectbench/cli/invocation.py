"""The command line as the user typed it, so that hints can name commands with the same options."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from collectbench.usecases.command_line import CommandLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The words of a command line: our own, and pytest's after `--`."""

    ours: tuple[str, ...]
    pytest_args: tuple[str, ...]


class _Group(Protocol):
    """The part of a group of click that is used here."""

    commands: Mapping[str, Any]


def command_line(group: _Group, given: Given, root: Path | None = None) -> CommandLine:
    """The command that was typed, whose targets are below `root`; without its options if they cannot be parsed."""
    name = given.ours[0] if given.ours and given.ours[0] in group.commands else ""
    known = {command: frozenset(_all_options(parsed)) for command, parsed in group.commands.items()}
    empty = CommandLine(program=program(), command=name, pytest_args=given.pytest_args, known=known, root=root)
    if not name:
        return empty
    options, targets = _parsed(group.commands[name], given.ours[1:])
    return CommandLine(
        program=empty.program,
        command=name,
        options=options,
        targets=targets,
        pytest_args=given.pytest_args,
        known=known,
        root=root,
    )


def program() -> tuple[str, ...]:
    """The words that start this program in the user's shell."""
    started = Path(sys.argv[0])
    if started.name != "__main__.py":
        found = shutil.which(started.name)
        on_path = found is not None and Path(found).resolve() == started.resolve()
        return (started.name if on_path else sys.argv[0],)
    found = shutil.which("python")
    on_path = found is not None and Path(found).absolute() == Path(sys.executable).absolute()
    return ("python" if on_path else sys.executable, "-m", "collectbench")


def _all_options(command: Any) -> list[str]:
    return [option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)]


def _parsed(
    command: Any,
    words: Sequence[str],
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], tuple[str, ...]]:
    """The options and the positional arguments among the words of a command."""
    context = command.make_context(command.name, [], resilient_parsing=True)
    values, _, order = command.make_parser(context).parse_args(args=list(words))
    options: list[tuple[str, tuple[str, ...]]] = []
    targets: list[str] = []
    for parameter in dict.fromkeys(order):
        value = values[parameter.name]
        texts = [value] if isinstance(value, str) else [*value] if isinstance(value, (list, tuple)) else []
        if parameter.param_type_name == "argument":
            targets += texts
        elif isinstance(value, bool):
            options.append(((parameter.opts if value else parameter.secondary_opts)[0], ()))
        else:
            options += [(parameter.opts[0], (text,)) for text in texts]
    return tuple(options), tuple(targets)


_IMPLIED = {"--changed": "HEAD", "--from-git": "HEAD"}
"""Options whose value may be omitted, and the value that they have then."""


def with_implied_values(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return arguments in which each option has its value.

    The word behind such an option is its value unless it is an option or a path that exists: `--changed=tests` means
    a branch of that name.
    """
    following = [*arguments[1:], "-"]
    return tuple(
        f"{word}={_IMPLIED[word]}" if word in _IMPLIED and (after.startswith("-") or Path(after).exists()) else word
        for word, after in zip(arguments, following, strict=False)
    )
