"""Where a module or a name of a module moves to, and whether what is used of it is there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from collectbench.sources.codebase import Codebase
from collectbench.sources.modules import Found, Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A dotted name, and what takes the place of it and of all that is below it.

    Attributes:
        old: a module, or a name in one.
        new: likewise; None if there is none.
        reason: why there is none, a clause without a full stop.
    """

    old: str
    new: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something does not move, a clause without a full stop."""

    reason: str


Moves = Callable[[str], Move | None]
"""Returns the move of a dotted name; None if it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destinations:
    """Answers for one file.

    Attributes:
        codebase: the tree.
        path: the file whose references move.
        unsafe: whether to follow a replacement below which nobody can look.
        generated: by the place of a module that is not there, whether something generates it; filled here.
    """

    codebase: Codebase
    path: str
    unsafe: bool
    generated: dict[str, bool] = field(default_factory=dict)

    def exists(self, name: str) -> bool:
        """Whether a module is surely there."""
        return isinstance(self.codebase.modules.locate(name, 0, self.path), Found)

    def is_module(self, name: str) -> bool | None:
        """Whether a module exists; None if it is not of the project, or may be made."""
        location = self.codebase.modules.locate(name, 0, self.path)
        if isinstance(location, Found):
            return True
        if not isinstance(location, Missing) or self.codebase.is_made(name):
            return None
        last = location.name.rpartition(".")[2]
        base = f"{location.directory}/{last}" if location.directory else last
        if base not in self.generated:  # asks git, which takes time
            self.generated[base] = bool(self.codebase.generated([f"{base}.py", f"{base}/__init__.py"]))
        return None if self.generated[base] else False

    def has(self, module: str, name: str) -> bool | None:
        """Whether a module has a name or a module below it; None if unknown."""
        if self.exists(f"{module}.{name}"):
            return True
        location = self.codebase.modules.locate(module, 0, self.path)
        if not isinstance(location, Found):
            return None
        if location.path is None:
            return False
        return self.codebase.has_name(location.path, name)

    def of_module(self, move: Move, module: str, names: Collection[str]) -> str | Refusal:
        """Return the module that takes the place of `module`, which is the moved one or below it.

        It is the one at the same place below the new module. Without such a module, it is the new module itself if that
        has all the names which are used of the old one.
        """
        if move.new is None:
            return Refusal(move.reason)
        rest = module[len(move.old) :]
        problems: list[str] = []
        for target in (f"{move.new}{rest}", move.new) if rest else (move.new,):
            exists = self.is_module(target)
            lacking = sorted(name for name in names if self.has(target, name) is False)
            if exists is False:
                problems.append(f"{target} is not a module")
            elif lacking:
                problems.append(f"{target} has no {lacking[0]}")
            elif rest and target == move.new:
                if names and all(self.has(target, name) for name in names):
                    return target
            elif exists is None and rest and not self.unsafe:
                problems.append(f"whether {target} exists is unknown, since it is not a module of the project")
            else:
                return target
        return Refusal(", and ".join(problems))

    def of_object(self, move: Move, dotted: str, shortest: int = 0) -> str | Refusal:
        """Return the dotted path that takes the place of that of an object, such as the target of `patch`.

        `shortest` is how many parts at least name a module.
        """
        if move.new is None:
            return Refusal(move.reason)
        parts = dotted.split(".")
        refusal: Refusal | None = None
        for length in self._splits(move, parts, shortest):
            module, names = ".".join(parts[:length]), parts[length:]
            target = self.of_module(move, module, names[:1])
            if isinstance(target, str):
                return ".".join((target, *names))
            refusal = refusal or target
        if self._is_object(move.new):
            return f"{move.new}{dotted[len(move.old) :]}"
        return refusal or Refusal(f"{move.new} does not exist")

    def _splits(self, move: Move, parts: Sequence[str], shortest: int) -> Iterator[int]:
        """So many parts may name the module, the likeliest first."""
        shortest = max(shortest, move.old.count(".") + 1)
        found = [length for length in range(shortest, len(parts)) if self.exists(".".join(parts[:length]))]
        if found:
            yield found[-1]
            return
        longest = shortest
        while longest < len(parts) - 1 and not parts[longest][:1].isupper():
            longest += 1
        yield from range(longest, shortest - 1, -1) if longest < len(parts) else ()

    def _is_object(self, dotted: str) -> bool:
        """Whether a dotted name is a name in a module of the project, and no module."""
        parts = dotted.split(".")
        for length in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:length])
            if self.exists(module):
                return self.has(module, parts[length]) is True and not self.exists(dotted)
        return False
