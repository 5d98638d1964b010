"""The module that a class moves to: its file, whether it may hold classes, and who can import it."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collectbench.lint.rule import Evidence
from collectbench.sources.modules import Found, Missing, Modules
from collectbench.sources.outline import Guard

_INIT = "__init__.py"


class NoHomeError(Exception):
    """A module that cannot hold a class. The message is a clause without a full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A module for classes.

    Attributes:
        module: its dotted name.
        path: of its file, relative to the root.
        exists: whether the file is there.
        inits: files of packages that are to be made for it.
        anchor: the directory that has to be on `sys.path`, relative to the root; None if that is above the root.
    """

    module: str
    path: str
    exists: bool
    inits: tuple[str, ...]
    anchor: str | None


def parse_home(to: str) -> tuple[str, str | None]:
    """Return the module and the name of `package.module` or `package.module:Name`.

    Raises:
        NoHomeError: it is neither.
    """
    module, colon, name = to.partition(":")
    if not all(each.isidentifier() and not keyword.iskeyword(each) for each in module.split(".")):
        raise NoHomeError(f"{to} is not the name of a module, such as tests.support")
    if colon and (not name.isidentifier() or keyword.iskeyword(name)):
        raise NoHomeError(f"{name} is not the name of a class")
    return module, name or None


def home_of(evidence: Evidence, module: str) -> Home:
    """Return the home with this dotted name.

    Raises:
        NoHomeError: it lies outside of the tree, or pytest collects it.
    """
    home = _located(evidence, module)
    if home.path.rpartition("/")[2] == "conftest.py":
        raise NoHomeError("pytest loads a conftest.py itself, and an import could load it a second time")
    collection = evidence.collection
    is_collected = home.path in collection.files or (not home.exists and collection.is_file_name(home.path))
    if is_collected:
        raise NoHomeError("pytest collects this file, so it would collect the class there as well")
    modules = evidence.codebase.modules
    last = module.rpartition(".")[2]
    if module in modules.called(last):
        others = [each for each in modules.namesakes(home.path) if modules.name_of(each) == module]
        if others:
            raise NoHomeError(f"{others[0]} has the same name, and an import may find that one")
    facts = evidence.codebase.facts.get(home.path)
    if facts is not None and facts.problem:
        raise NoHomeError(facts.problem)
    return home


def _located(evidence: Evidence, module: str) -> Home:
    modules = evidence.codebase.modules
    location = modules.locate(module)
    parts = module.split(".")
    if isinstance(location, Found):
        if location.path is None:
            raise NoHomeError(f"{module} is a directory; name a module in it, such as {module}.support")
        return Home(
            module=module, path=location.path, exists=True, inits=(), anchor=_anchor(evidence, module, location.path)
        )
    if isinstance(location, Missing):
        if location.parent is not None and not location.parent.endswith(_INIT):
            raise NoHomeError(f"{location.parent} is a module, so nothing can lie in it")
        start = len(location.name.split(".")) - 1
        directory, is_package = location.directory, location.parent is not None
    elif (start := _packages_of_tree(modules, parts)) > 0:  # an installed package has a module of that name as well
        directory, is_package = _directory_of(modules, parts[:start]), True
        if modules.holds(directory, parts[start]):
            raise NoHomeError(f"{directory}/{parts[start]} is there already, and not as Python source")
    elif modules.is_installed(parts[0]):
        raise NoHomeError(f"{parts[0]} is a module outside of this tree")
    else:
        start, is_package = 0, True
        directory = evidence.collection.search[0] if evidence.collection.search else ""
    path = "/".join(filter(None, (directory, *parts[start:]))) + ".py"
    new = ["/".join(filter(None, (directory, *parts[start:end]))) for end in range(start + 1, len(parts))]
    inits = tuple(f"{each}/{_INIT}" for each in new) if is_package else ()
    return Home(module=module, path=path, exists=False, inits=inits, anchor=_anchor(evidence, module, path))


def _packages_of_tree(modules: Modules, parts: Sequence[str]) -> int:
    """How many parts of a name, from the first, are packages of the tree."""
    lengths = range(len(parts) - 1, 0, -1)
    return next((length for length in lengths if _directory_of(modules, parts[:length])), 0)


def _directory_of(modules: Modules, parts: Sequence[str]) -> str:
    location = modules.locate(".".join(parts))
    path = location.path if isinstance(location, Found) else None
    return path.rpartition("/")[0] if path is not None and path.endswith(f"/{_INIT}") else ""


def _anchor(evidence: Evidence, module: str, path: str) -> str | None:
    """The directory from which a module with this name has this path."""
    package = evidence.codebase.modules.package
    if package and f"{module}.".startswith(f"{package}."):
        return None
    bare = path.removesuffix(".py").removesuffix("/__init__")
    return bare[: -len(module)].rstrip("/") if bare.endswith(module.replace(".", "/")) else ""


@dataclass(kw_only=True)
class Reach:
    """Tells which files can import a home."""

    evidence: Evidence
    home: Home
    _imported: frozenset[str] | None = None

    def objection(self, path: str) -> str | None:
        """Return why a file may not be able to import the home; None if it surely is."""
        modules = self.evidence.codebase.modules
        top = self.home.module.partition(".")[0]
        if modules.name_of(path).partition(".")[0] == top and not self._is_anchored(modules.base_of(path)):
            return f"it lies in another package named {top}"
        if self.home.exists and self._comes_back(path):
            return f"{self.home.module} imports this file itself, directly or through others"
        if self.home.anchor is not None and self.home.anchor in self.evidence.collection.search:
            return None
        if any(self._shows(each) for each in (path, *self._conftests(path))):
            return None
        return (
            f"nothing shows that it can import {self.home.module}: no file of its package and no pythonpath of pytest"
            f" puts {self.home.anchor or 'the root'} on sys.path"
        )

    def _shows(self, path: str) -> bool:
        """Whether pytest puts the anchor on `sys.path` for a file, or the file imports something from there."""
        codebase = self.evidence.codebase
        if self.evidence.collection.import_mode != "importlib" and self._is_anchored(codebase.modules.base_of(path)):
            return True
        outline = codebase.outline(path)
        for each in outline.imports if outline else ():
            if each.level or each.guard != Guard.NONE:
                continue
            location = codebase.modules.locate(each.module)
            if isinstance(location, Found) and location.path:
                anchor = _anchor(self.evidence, each.module, location.path)
                if anchor == self.home.anchor:
                    return True
        return False

    def _is_anchored(self, base: str) -> bool:
        package = self.evidence.codebase.modules.package
        return (None if package and not base else base) == self.home.anchor

    def _conftests(self, path: str) -> Iterator[str]:
        directory = path.rpartition("/")[0]
        while True:
            conftest = f"{directory}/conftest.py" if directory else "conftest.py"
            if conftest in self.evidence.codebase.facts:
                yield conftest
            if not directory:
                return
            directory = directory.rpartition("/")[0]

    def _comes_back(self, path: str) -> bool:
        """Whether what the home imports, directly or not, is the file."""
        if self._imported is None:
            todo, seen = [self.home.path], set[str]()
            while todo:
                new = set(self.evidence.codebase.imported_files(todo.pop())) - seen
                seen |= new
                todo += new & self.evidence.codebase.facts.keys()
            self._imported = frozenset(seen)
        return path in self._imported
