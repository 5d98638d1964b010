"""A tree of Python files as one value: the facts of each file, and what a name in one file means in the others."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType

from collectbench.sources.facts import MAKES_MODULES, Facts
from collectbench.sources.meanings import Meaning, is_star, meaning
from collectbench.sources.modules import Found, Missing, Modules
from collectbench.sources.outline import Import, Outline
from collectbench.sources.parsing import UnparsableError, parse, try_to_parse
from collectbench.sources.references import STAR, Reference, read_mentioned
from collectbench.sources.stripping import strip_functions

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


@dataclass(kw_only=True)
class Codebase:
    """All files of a tree.

    Attributes:
        modules: which file a module name means.
        facts: of each file, by path; files that cannot be read are in it, without an outline.
        read: returns the bytes of a file; raises OSError.
        generated: of these paths, which do not exist, those that git would ignore: something generates them.
        complete: returns all facts about a file that was only skimmed.
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
    complete: Callable[[str], Facts]
    is_read: Callable[[str], bool]
    files_with: Callable[[Collection[str]], Iterator[str]]
    unread_with: Callable[[Collection[bytes]], Iterator[tuple[str, bytes]]]
    _trees: dict[str, ast.Module | None] = field(default_factory=dict)
    _outsides: dict[str, ast.Module | None] = field(default_factory=dict)
    _namespaces: dict[str, bool] = field(default_factory=dict)

    def outline(self, path: str) -> Outline | None:
        """Return the outline of a file; None if it cannot be read."""
        facts = self.facts.get(path)
        if facts is not None and facts.light_names is not None:
            facts = self.complete(path)
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

    def meaning(self, path: str, dotted: str) -> Meaning:
        """Return what a dotted name means at the end of a module."""
        return meaning(self, path, dotted)

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
        for star in filter(is_star, outline.imports):
            target = self.file_of(path, star)
            if target is not None:
                names |= self.star_names(target, seen)
        return frozenset(names)

    def has_name(self, path: str, name: str, seen: set[str] | None = None) -> bool | None:
        """Whether a module binds a name; None if nobody can tell without running it. Files in `seen` do not."""
        if self._seems_to_have(path, name):
            return True
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
        return self._has_by_star(path, outline, name, seen)

    def _has_by_star(self, path: str, outline: Outline, name: str, seen: set[str]) -> bool | None:
        """Whether a star import of a module brings a name; None if unknown."""
        for star in filter(is_star, outline.imports):
            target = self.file_of(path, star)
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

    def _seems_to_have(self, path: str, name: str) -> bool:
        """Whether a file that was only skimmed shows a name, so that it need not be read."""
        facts = self.facts.get(path)
        return facts is not None and facts.light_names is not None and name in facts.light_names

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
            if facts.problem or facts.changes_path:
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

    def file_of(self, path: str, each: Import) -> str | None:
        """Return the file of the module that an import in a file names; None if it has none, or is unknown."""
        location = self.modules.locate(each.module, each.level, path)
        return location.path if isinstance(location, Found) else None


def _may_export(outline: Outline, name: str) -> bool:
    """Whether a star import of a module, which binds no names in unknown ways, brings a name that it has."""
    return not name.startswith("_") if outline.exports is None else name in outline.exports


def _parents(name: str) -> Iterator[str]:
    """The name of a module and those of the packages above it."""
    while name:
        yield name
        name = name.rpartition(".")[0]
