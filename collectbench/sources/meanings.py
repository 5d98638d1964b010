"""What a name in one module means: a class or function of the tree, or something outside of it."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectbench.sources.modules import Found, Unknown
from collectbench.sources.outline import Class, Import, Method, Outline
from collectbench.sources.references import STAR

if TYPE_CHECKING:
    from collectbench.sources.codebase import Codebase

_DEEP = 40
"""Longer chains of imports and bases are circles."""
BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A class or function of the tree, and the file that holds it."""

    path: str
    name: str
    class_: Class | None = None
    function: Method | None = None

    @property
    def place(self) -> tuple[str, int]:
        """The file and the line."""
        item = self.class_ or self.function
        return self.path, item.line if item else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """Something that is defined outside of the tree, by its dotted name: `unittest.TestCase`, `dict`."""

    name: str


Meaning = Definition | External | None
"""None if nobody can tell without running the module."""


def meaning(codebase: Codebase, path: str, dotted: str, depth: int = 0) -> Meaning:
    """Return what a dotted name means at the end of a module."""
    outline = codebase.outline(path)
    if outline is None or depth > _DEEP or not dotted or dotted == "?":
        return None
    found: Meaning | object
    for find in (_defined, _imported, _assigned):
        found = find(codebase, path, outline, dotted, depth)
        if found is not _ELSEWHERE:
            return found  # type: ignore[return-value]
    head = dotted.partition(".")[0]
    return None if head in outline.bindings else _by_star(codebase, path, outline, dotted, depth)


def _defined(codebase: Codebase, path: str, outline: Outline, dotted: str, _: int) -> Meaning | object:
    """The class or function that a module defines under a name."""
    for class_ in reversed(outline.classes):
        if class_.name == dotted:
            return Definition(path=path, name=dotted, class_=class_)
    for function in reversed(outline.functions):
        if function.name == dotted:
            return Definition(path=path, name=dotted, function=function)
    return _ELSEWHERE


def _imported(codebase: Codebase, path: str, outline: Outline, dotted: str, depth: int) -> Meaning | object:
    """What a name means that an import binds."""
    head, _, rest = dotted.partition(".")
    for each in reversed(outline.imports):
        if not each.names:
            if (each.bound or each.module.partition(".")[0]) == head:
                return _in_module(codebase, path, each.module if each.bound else head, rest, depth)
            continue
        for name, bound in each.names:
            if bound == head and name != STAR:
                return _from_module(codebase, path, each, f"{name}.{rest}" if rest else name, depth)
    return _ELSEWHERE


def _assigned(codebase: Codebase, path: str, outline: Outline, dotted: str, depth: int) -> Meaning | object:
    """What a name means that another name is assigned to."""
    head, _, rest = dotted.partition(".")
    for name, source in reversed(outline.aliases):
        if name == head and source != dotted:
            return meaning(codebase, path, f"{source}.{rest}" if rest else source, depth + 1)
    return _ELSEWHERE


def _by_star(codebase: Codebase, path: str, outline: Outline, dotted: str, depth: int) -> Meaning:
    """What a name means that the module itself does not bind: that of a star import, or a builtin."""
    head = dotted.partition(".")[0]
    for star in filter(is_star, reversed(outline.imports)):
        target = codebase.file_of(path, star)
        if target is None:
            return None
        if codebase.exports(target, head):
            return meaning(codebase, target, dotted, depth + 1)
    return External(name=dotted) if head in BUILTINS and not outline.is_dynamic else None


def _from_module(codebase: Codebase, path: str, each: Import, dotted: str, depth: int) -> Meaning:
    """What a dotted name, whose first part a `from` import names, means in the module of that import."""
    name, _, rest = dotted.partition(".")
    target = codebase.file_of(path, each)
    outline = codebase.outline(target) if target is not None else None
    if target is not None and outline is not None and (name in outline.bindings or not outline.is_dynamic):
        found = meaning(codebase, target, dotted, depth + 1)
        if isinstance(found, Definition) or name in outline.bindings:
            return found
    submodule = codebase.modules.locate(f"{each.module}.{name}" if each.module else name, each.level, path)
    if isinstance(submodule, Found):
        return meaning(codebase, submodule.path, rest, depth + 1) if submodule.path and rest else None
    if each.level or not isinstance(codebase.modules.locate(each.module), Unknown):
        return None
    return External(name=f"{each.module}.{dotted}")


def _in_module(codebase: Codebase, path: str, module: str, rest: str, depth: int) -> Meaning:
    """What `rest` means in a module, or in modules below it."""
    parts = rest.split(".")
    for length in range(len(parts) - 1, -1, -1):
        inner = ".".join((module, *parts[:length]))
        location = codebase.modules.locate(inner, 0, path)
        if isinstance(location, Found) and location.path:
            return meaning(codebase, location.path, ".".join(parts[length:]), depth + 1)
    location = codebase.modules.locate(module)
    return External(name=f"{module}.{rest}") if isinstance(location, Unknown) else None


_ELSEWHERE = object()
"""An import that does not bind the name."""


def is_star(each: Import) -> bool:
    """Whether it is a star import."""
    return bool(each.names) and each.names[0][0] == STAR
