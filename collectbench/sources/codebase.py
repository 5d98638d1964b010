"""A tree of Python files as one value: the facts of each file, and what a name in one file means in the others."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType

from collectbench.sources.facts import MAKES_MODULES, Facts
from collectbench.sources.modules import Found, Missing, Modules, Unknown
from collectbench.sources.outline import Class, Import, Method, Outline
from collectbench.sources.parsing import UnparsableError, parse, try_to_parse
from collectbench.sources.references import STAR, Reference, read_mentioned
from collectbench.sources.stripping import strip_functions

_DEEP = 40
"""Longer chains of imports and bases are circles."""
_NEIGHBOURS = 20
"""So many trees are kept: rules ask for the same ones shortly after each other, and trees are large."""
_MANY_STARS = 200
"""Nobody follows longer chains of star imports, and Python itself soon has no stack left."""
MODULE_ATTRIBUTES = frozenset(
    (
        *dir(ModuleType),
        *dir(ModuleType("")),  # what only instances have, such as __name__
        *("__file__", "__path__", "__cached__", "__builtins__", "__annotations__", "__annotate__"),
    )
)
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


@dataclass(kw_only=True)
class Codebase:
    """All files of a tree.

    Attributes:
        modules: which file a module name means.
        facts: of each file, by path; files that cannot be read are in it, without an outline.
        read: returns the bytes of a file; raises OSError.
        generated: of these paths, which do not exist, those that git would ignore: something generates them.
        is_read: whether the facts about a file were read; others are read when they are asked for.
        files_with: yields the files that were read and whose facts hold one of some words, and maybe others.
        unread_with: yields the other files that hold one of some words, with the word.
        is_shared: whether modules that a file makes at run time are there for other files too.
    """

    modules: Modules
    facts: Mapping[str, Facts]
    read: Callable[[str], bytes]
    generated: Callable[[list[str]], set[str]]
    is_shared: Callable[[str], bool]
    is_read: Callable[[str], bool]
    files_with: Callable[[Collection[str]], Iterator[str]]
    unread_with: Callable[[Collection[bytes]], Iterator[tuple[str, bytes]]]
    _trees: dict[str, ast.Module | None] = field(default_factory=dict)
    _outsides: dict[str, ast.Module | None] = field(default_factory=dict)
    _namespaces: dict[str, bool] = field(default_factory=dict)

    def outline(self, path: str) -> Outline | None:
        """Return the outline of a file; None if it cannot be read."""
        facts = self.facts.get(path)
        return facts.outline if facts else None

    def tree(self, path: str) -> ast.Module | None:
        """Return the whole syntax tree of a file; None if it cannot be read."""
        return self._tree(path, self._trees, parse)

    def outside(self, path: str) -> ast.Module | None:
        """Return the syntax tree of a file, in which most functions have no body; None if it cannot be read.

        Positions are those of the file, but functions and classes end early.
        """
        return self._tree(path, self._outsides, lambda source: try_to_parse(strip_functions(source)) or parse(source))

    def _tree(
        self, path: str, trees: dict[str, ast.Module | None], read: Callable[[bytes], ast.Module]
    ) -> ast.Module | None:
        if path not in trees:
            if len(trees) > _NEIGHBOURS:
                trees.clear()
            try:
                trees[path] = read(self.read(path))
            except (OSError, UnparsableError):
                trees[path] = None
        return trees[path]

    def references(self, path: str, mentions: Collection[str]) -> tuple[Reference, ...]:
        """Return those of the mentions of a file that are references indeed; none if the file cannot be read."""
        try:
            return read_mentioned(self.read(path), mentions)
        except (OSError, UnparsableError):
            return ()

    def is_made(self, module: str) -> bool:
        """Whether a file makes a module of that name at run time, so that all other files see it."""
        return module in self._made

    @cached_property
    def _made(self) -> frozenset[str]:
        made = (self.facts[path].made_modules for path in self.files_with({MAKES_MODULES}) if self.is_shared(path))
        return frozenset(name for names in made for name in names)

    def meaning(self, path: str, dotted: str, depth: int = 0) -> Meaning:
        """Return what a dotted name means at the end of a module."""
        outline = self.outline(path)
        if outline is None or depth > _DEEP or not dotted or dotted == "?":
            return None
        found: Meaning | object
        for find in (self._defined, self._imported, self._assigned):
            found = find(path, outline, dotted, depth)
            if found is not _ELSEWHERE:
                return found  # type: ignore[return-value]
        head = dotted.partition(".")[0]
        return None if head in outline.bindings else self._by_star(path, outline, dotted, depth)

    def _defined(self, path: str, outline: Outline, dotted: str, _: int) -> Meaning | object:
        """The class or function that a module defines under a name."""
        for class_ in reversed(outline.classes):
            if class_.name == dotted:
                return Definition(path=path, name=dotted, class_=class_)
        for function in reversed(outline.functions):
            if function.name == dotted:
                return Definition(path=path, name=dotted, function=function)
        return _ELSEWHERE

    def _imported(self, path: str, outline: Outline, dotted: str, depth: int) -> Meaning | object:
        """What a name means that an import binds."""
        head, _, rest = dotted.partition(".")
        for each in reversed(outline.imports):
            if not each.names:
                if (each.bound or each.module.partition(".")[0]) == head:
                    return self._in_module(path, each.module if each.bound else head, rest, depth)
                continue
            for name, bound in each.names:
                if bound == head and name != STAR:
                    return self._from_module(path, each, f"{name}.{rest}" if rest else name, depth)
        return _ELSEWHERE

    def _assigned(self, path: str, outline: Outline, dotted: str, depth: int) -> Meaning | object:
        """What a name means that another name is assigned to."""
        head, _, rest = dotted.partition(".")
        for name, source in reversed(outline.aliases):
            if name == head and source != dotted:
                return self.meaning(path, f"{source}.{rest}" if rest else source, depth + 1)
        return _ELSEWHERE

    def _by_star(self, path: str, outline: Outline, dotted: str, depth: int) -> Meaning:
        """What a name means that the module itself does not bind: that of a star import, or a builtin."""
        head = dotted.partition(".")[0]
        for star in filter(_is_star, reversed(outline.imports)):
            target = self._file(path, star)
            if target is None:
                return None
            if self.exports(target, head):
                return self.meaning(target, dotted, depth + 1)
        return External(name=dotted) if head in BUILTINS and not outline.is_dynamic else None

    def exports(self, path: str, name: str) -> bool:
        """Whether a star import of a module brings this name."""
        outline = self.outline(path)
        if outline is None:
            return False
        if outline.exports is not None:
            return name in outline.exports
        return not name.startswith("_") and self.has_name(path, name) is True

    def star_names(self, path: str, seen: set[str] | None = None) -> frozenset[str]:
        """Return the names that a star import of a module brings, as far as known. Files in `seen` bring no more."""
        seen = set() if seen is None else seen
        outline = self.outline(path)
        if outline is None or path in seen or len(seen) > _MANY_STARS:
            return frozenset()
        seen.add(path)
        if outline.exports is not None:
            return frozenset(outline.exports)
        names = {name for name in outline.bindings if not name.startswith("_")}
        for star in filter(_is_star, outline.imports):
            target = self._file(path, star)
            if target is not None:
                names |= self.star_names(target, seen)
        return frozenset(names)

    def has_name(self, path: str, name: str, seen: set[str] | None = None) -> bool | None:
        """Whether a module binds a name; None if nobody can tell without running it. Files in `seen` do not."""
        seen = set() if seen is None else seen
        outline = self.outline(path)
        if outline is None or len(seen) > _MANY_STARS:
            return None
        seen.add(path)
        if name in outline.bindings or name in MODULE_ATTRIBUTES:
            return True
        if path.rpartition("/")[2] == "__init__.py" and self.modules.holds(self.modules.package_of(path), name):
            return True
        if outline.is_dynamic or self.facts[path].changes_path:
            return None
        for star in filter(_is_star, outline.imports):
            target = self._file(path, star)
            if target is None:
                return None
            if target in seen:  # modules may import each other
                continue
            brought = self.outline(target)
            if brought is not None and not brought.is_dynamic and not _may_export(brought, name):
                continue
            answer = self.has_name(target, name, seen)
            if answer is not False:
                return answer
        return False

    def imported_files(self, path: str) -> Iterator[str]:
        """Yield the files that a file names in imports and strings at any depth, with the packages above each."""
        for mention in self.facts[path].mentions:
            module, _, name = mention.lstrip("=").partition(":")
            plain = module.lstrip(".")
            level = len(module) - len(plain)
            for each in (plain, f"{plain}.{name}".strip(".")) if name and name != STAR else (plain,):
                location = self.modules.locate(each, level, path)
                if isinstance(location, Found) and location.path:
                    yield location.path
                    yield from self._inits_above(location.path)

    def _inits_above(self, path: str) -> Iterator[str]:
        """Yield the files of the packages that a file lies in."""
        directory = path
        while directory:
            directory = self.modules.package_of(directory)
            init = f"{directory}/__init__.py" if directory else "__init__.py"
            if init not in self.facts:
                return
            yield init

    def missing(self, path: str, reference_module: str, level: int) -> Missing | None:
        """Return where a module is missing, if it surely is; the reference stands in the file `path`."""
        location = self.modules.locate(reference_module, level, path)
        if not isinstance(location, Missing):
            return None
        top = reference_module.partition(".")[0]
        if not level and self.modules.is_namespace(top) and not self._is_used(top):
            return None
        if location.parent is not None:
            facts = self.facts[location.parent]
            if facts.outline is None or facts.changes_path:
                return None
        own = self.facts[path].made_modules
        absent = [name for name in _parents(reference_module) if len(name) >= len(location.name)] or [location.name]
        return None if any(name in own or self.is_made(name) for name in absent) else location

    def _is_used(self, namespace: str) -> bool:
        """Whether a file imports from a directory without `__init__.py`: others only have the name of a package."""
        if namespace not in self._namespaces:
            self._namespaces[namespace] = any(
                self._is_from(namespace, mention)
                for path in self.files_with({f"{namespace}."})
                for mention in self.facts[path].mentions
            )
        return self._namespaces[namespace]

    def _is_from(self, namespace: str, mention: str) -> bool:
        if not mention.startswith(f"{namespace}."):
            return False
        module, _, name = mention.partition(":")
        location = self.modules.locate(module)
        return isinstance(location, Found) and bool(location.path or name)

    def _from_module(self, path: str, each: Import, dotted: str, depth: int) -> Meaning:
        """What a dotted name, whose first part a `from` import names, means in the module of that import."""
        name, _, rest = dotted.partition(".")
        target = self._file(path, each)
        outline = self.outline(target) if target is not None else None
        if target is not None and outline is not None and (name in outline.bindings or not outline.is_dynamic):
            found = self.meaning(target, dotted, depth + 1)
            if isinstance(found, Definition) or name in outline.bindings:
                return found
        submodule = self.modules.locate(f"{each.module}.{name}" if each.module else name, each.level, path)
        if isinstance(submodule, Found):
            return self.meaning(submodule.path, rest, depth + 1) if submodule.path and rest else None
        if each.level or not isinstance(self.modules.locate(each.module), Unknown):
            return None
        return External(name=f"{each.module}.{dotted}")

    def _in_module(self, path: str, module: str, rest: str, depth: int) -> Meaning:
        """What `rest` means in a module, or in modules below it."""
        parts = rest.split(".")
        for length in range(len(parts) - 1, -1, -1):
            inner = ".".join((module, *parts[:length]))
            location = self.modules.locate(inner, 0, path)
            if isinstance(location, Found) and location.path:
                return self.meaning(location.path, ".".join(parts[length:]), depth + 1)
        location = self.modules.locate(module)
        return External(name=f"{module}.{rest}") if isinstance(location, Unknown) else None

    def _file(self, path: str, each: Import) -> str | None:
        location = self.modules.locate(each.module, each.level, path)
        return location.path if isinstance(location, Found) else None


_ELSEWHERE = object()
"""An import that does not bind the name."""


def _is_star(each: Import) -> bool:
    return bool(each.names) and each.names[0][0] == STAR


def _may_export(outline: Outline, name: str) -> bool:
    """Whether a star import of a module, which binds no names in unknown ways, brings a name that it has."""
    return not name.startswith("_") if outline.exports is None else name in outline.exports


def _parents(name: str) -> Iterator[str]:
    """The name of a module and those of the packages above it."""
    while name:
        yield name
        name = name.rpartition(".")[0]
