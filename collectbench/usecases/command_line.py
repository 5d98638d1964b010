"""The command line that the user typed, and the commands that hints make of it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MEASURING = ("baseline", "compare")
"""The commands that measure all targets, and share the options for it."""

_OF_THE_PROJECT = ("--config", "--python", "--warmup", "--timeout", "--max-time", "--margin")
"""What holds for a project in each command."""
_OF_THE_RUN = ("--baseline-dir", "--rounds", "--seed", "--jobs", "--cold", "--no-cold", "--counters", "--no-counters")
"""What holds for a run that is compared with another one as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """A command as the user typed it, from which commands for hints are made.

    Attributes:
        program: the words that start collectbench.
        command: its name; empty if unknown.
        options: each option with its values as typed, in their order: `("--rounds", ("5",))`.
        targets: the positional arguments.
        pytest_args: the arguments after `--`.
        known: by command, the options that it has.
        root: the directory that the names of targets are relative to; None if it is unknown or the current one.
    """

    program: tuple[str, ...] = ("collectbench",)
    command: str = ""
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()
    targets: tuple[str, ...] = ()
    pytest_args: tuple[str, ...] = ()
    known: Mapping[str, frozenset[str]] = field(default_factory=dict)
    root: Path | None = None

    def value(self, option: str) -> str | None:
        """The last value of an option; None if it was not given."""
        return next((values[-1] for name, values in reversed(self.options) if name == option and values), None)

    def has(self, option: str) -> bool:
        """Whether the user gave an option."""
        return any(name == option for name, _ in self.options)

    def again(self, *changes: str, without: str | Iterable[str] = "") -> str:
        """The same command with an option added or replaced, or without some; empty if the command is unknown."""
        if not self.command:
            return ""
        replaced = {*changes[:1], *((without,) if isinstance(without, str) else without)}
        kept = [option for option in self.options if option[0] not in replaced]
        return self._written(self.command, self.targets, kept, changes)

    def other(self, command: str, *changes: str, target: str | None = None, without: Collection[str] = ()) -> str:
        """Another command for the same project: measured alike, with options added or replaced, or `without` some.

        Without a target, commands that measure alike get the user's targets. Options that only concern where this
        result goes are not carried over.
        """
        alike = command in MEASURING and self.command in MEASURING
        targets = (self._below(target),) if target is not None else self.targets if alike else ()
        carried = {*_OF_THE_PROJECT, *(_OF_THE_RUN if alike else ())}
        if target is None and (alike or not self.targets):  # a depth belongs to the targets that it splits
            carried |= {"--depth", *(("--suite", "--no-suite") if alike else ())}
        if self.known:
            carried &= self.known[command]
        kept = [option for option in self.options if option[0] in carried - {*changes, *without}]
        return self._written(command, targets, [*self._name_of_baseline(command, changes), *kept], changes)

    def _name_of_baseline(self, command: str, changes: Sequence[str]) -> Iterable[tuple[str, tuple[str, ...]]]:
        """The name of the user's baseline, if it is not the configured one and the other command needs it."""
        name = self.value("--name" if self.command == "baseline" else "--baseline")
        option = {"baseline": "--name", "compare": "--baseline"}.get(command)
        if name and option and option not in changes and not name.endswith(".json"):
            yield option, (name,)

    def _below(self, target: str) -> str:
        """A target as it is named in the current directory: a path there, or a configured name."""
        root, cwd = self.root, Path.cwd()
        if root is None or root == cwd or not (root / target.removesuffix("/*")).exists():
            return target
        below = os.path.relpath(root / target, cwd)
        return f"./{below}" if below == "*" or below.startswith("-") else below

    def _written(
        self,
        command: str,
        targets: Iterable[str],
        options: Iterable[tuple[str, tuple[str, ...]]],
        changes: Iterable[str],
    ) -> str:
        """The command in the syntax of a shell; empty if a line cannot show it."""
        given = [word for name, values in options for word in (name, *values)]
        extra = ("--", *self.pytest_args) if self.pytest_args else ()
        words = (*self.program, command, *targets, *given, *changes, *extra)
        return shlex.join(words) if all(word.isprintable() for word in words) else ""
