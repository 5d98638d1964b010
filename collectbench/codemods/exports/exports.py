"""The re-exports in the `__init__` of a package, and what in this file itself keeps them from being loaded late."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from collectbench.codemods.exports.module_names import ModuleNames, is_for_type_checkers, module_names
from collectbench.sources.codebase import Codebase
from collectbench.sources.meanings import is_star
from collectbench.sources.modules import Found
from collectbench.sources.names import absolute, dotted
from collectbench.sources.outline import Outline

_READS_NAMESPACE = frozenset({"globals", "locals", "vars", "dir", "exec", "eval"})
_CONDITIONAL = (ast.If, ast.Try, ast.With, ast.For, ast.While, ast.Match, ast.AsyncFor, ast.AsyncWith)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Export(NamedTuple):
    """A name that an `__init__` imports from its own package.

    Attributes:
        name: that it binds.
        module: as `import_module` takes it, with the dot of a relative import.
        attribute: of that module; empty if the module itself is meant.
        file: of the module.
        line: of the statement.
    """

    name: str
    module: str
    attribute: str
    file: str
    line: int


class Obstacle(NamedTuple):
    """Why a name has to stay as it is; `name` is empty for the whole file."""

    line: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The `__init__` of a package.

    Attributes:
        path: of the file.
        name: dotted.
        exports: what could be loaded late, in order.
        obstacles: that this file itself puts in the way.
        public: the names that a star import brings besides modules of the package; None if `__all__` says that.
        has_dir: whether it has a `__dir__`.
    """

    path: str
    name: str
    exports: tuple[Export, ...]
    obstacles: tuple[Obstacle, ...]
    public: frozenset[str] | None
    has_dir: bool


def read_package(codebase: Codebase, path: str) -> Package | None:
    """Return what an `__init__` passes on; None if it cannot be read."""
    tree, outline = codebase.tree(path), codebase.outline(path)
    if tree is None or outline is None:
        return None
    name = codebase.modules.name_of(path)
    reader = _Reader(codebase, path, name)
    for node in tree.body:
        reader.statement(node)
    exports = tuple(reader.exports)
    uses = module_names(tree)
    obstacles = [*_of_file(tree, outline), *reader.obstacles, *_of_names(exports, uses)]
    has_all = "__all__" in outline.bindings
    if not has_all and (line := _binds_sometimes(tree)):
        reason = "without __all__ nobody can tell what a star import brings: this statement binds names only sometimes"
        obstacles.append(Obstacle(line, "", reason))
    bound = uses.imported.keys() | uses.bound.keys()
    public = None if has_all else frozenset(each for each in bound if not each.startswith("_"))
    return Package(
        path=path,
        name=name,
        exports=exports,
        obstacles=tuple(obstacles),
        public=public,
        has_dir="__dir__" in outline.bindings,
    )


class _Reader:
    """Reads the imports of the own package at the left margin, and names those in other statements."""

    def __init__(self, codebase: Codebase, path: str, name: str) -> None:
        self.exports: list[Export] = []
        self.obstacles: list[Obstacle] = []
        self._codebase = codebase
        self._path = path
        self._name = name
        self._last_line = 0

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.ImportFrom) and self._is_own(node):
            shares_line = node.lineno == self._last_line
            self._last_line = node.end_lineno or node.lineno
            for alias in node.names if not shares_line else ():
                self._alias(node, alias)
            if shares_line:
                self._refuse(node, "it shares its line with another statement")
        elif isinstance(node, ast.Import):
            self._import(node)
            self._last_line = node.end_lineno or node.lineno
        elif isinstance(node, _CONDITIONAL) and not is_for_type_checkers(node):
            where = "try" if isinstance(node, ast.Try) else "a condition" if isinstance(node, ast.If) else "a block"
            for inner in ast.walk(node):
                if isinstance(inner, ast.ImportFrom) and self._is_own(inner):
                    self._refuse(inner, f"it stands in {where}, which decides whether it runs")
        else:
            self._last_line = node.end_lineno or node.lineno

    def _is_own(self, node: ast.ImportFrom) -> bool:
        if node.level > 1 or node.names[0].name == "*":
            return False
        module = absolute(node.module or "", node.level, self._name) or ""
        return f"{module}.".startswith(f"{self._name}.")

    def _refuse(self, node: ast.ImportFrom, reason: str) -> None:
        for alias in node.names:
            self.obstacles.append(Obstacle(node.lineno, alias.asname or alias.name, reason))

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name.startswith(f"{self._name}."):
                reason = "it binds the package itself, or a module of it with `as`; write `from . import` for it"
                self.obstacles.append(Obstacle(node.lineno, alias.asname or alias.name, reason))

    def _alias(self, node: ast.ImportFrom, alias: ast.alias) -> None:
        module = "." * node.level + (node.module or "")
        bound = alias.asname or alias.name
        locate = self._codebase.modules.locate
        home = locate(node.module or "", node.level, self._path)
        inner = locate(f"{node.module or ''}.{alias.name}".strip("."), node.level, self._path)
        file = home.path if isinstance(home, Found) else None
        outline = self._codebase.outline(file) if file else None
        is_bound = outline is not None and file != self._path and alias.name in outline.bindings
        if isinstance(inner, Found) and inner.path and not is_bound:
            if (
                outline is not None
                and file != self._path
                and (outline.is_dynamic or any(map(is_star, outline.imports)))
            ):
                self._note(node, bound, "it may be a module or a name that comes in a way nobody can read")
                return
            full = module + alias.name if module.endswith(".") else f"{module}.{alias.name}"
            self.exports.append(Export(bound, full, "", inner.path, node.lineno))
        elif file is None or outline is None:
            self._note(node, bound, "the source of its module is not in this tree")
        elif file == self._path:
            self._note(node, bound, "the package imports it from itself")
        elif self._codebase.has_name(file, alias.name) is False:
            self._note(node, bound, f"{file} does not bind it")
        elif self._is_module_of_package(bound):
            reason = "a module of the package has the same name: its import would take the place of this one"
            self._note(node, bound, reason)
        else:
            self.exports.append(Export(bound, module, alias.name, file, node.lineno))

    def _is_module_of_package(self, name: str) -> bool:
        modules = self._codebase.modules
        return modules.holds(modules.package_of(self._path), name)

    def _note(self, node: ast.ImportFrom, name: str, reason: str) -> None:
        self.obstacles.append(Obstacle(node.lineno, name, reason))


def _of_file(tree: ast.Module, outline: Outline) -> Iterator[Obstacle]:
    """What keeps the whole file as it is."""
    for each in outline.imports:
        if is_star(each):
            yield Obstacle(each.line, "", "its star import may bind the same names as the others")
    if "__getattr__" in outline.bindings:
        yield Obstacle(_line_of_binding(tree, "__getattr__"), "", "it has a __getattr__")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func) in _READS_NAMESPACE:
            yield Obstacle(node.lineno, "", f"it calls {dotted(node.func)}(), which may read all names of the package")
        elif isinstance(node, ast.Subscript) and dotted(node.value) == "sys.modules":
            yield Obstacle(node.lineno, "", "it uses sys.modules, and maybe itself through it")


def _of_names(exports: tuple[Export, ...], uses: ModuleNames) -> Iterator[Obstacle]:
    for each in exports:
        lines = uses.imported.get(each.name, [])
        if each.name in uses.bound or len(lines) > 1:
            other = uses.bound.get(each.name) or next((line for line in lines if line != each.line), each.line)
            yield Obstacle(each.line, each.name, f"line {other} binds it too")
        elif each.name in uses.run:
            reason = f"line {uses.run[each.name]} uses it while the package is imported"
            yield Obstacle(each.line, each.name, reason)
        elif each.name in uses.in_function:
            reason = f"the function in line {uses.in_function[each.name]} uses it, and functions do not ask __getattr__"
            yield Obstacle(each.line, each.name, reason)


def _binds_sometimes(tree: ast.Module) -> int:
    """The line of the first statement that may bind a name or not; 0 if there is none."""
    for node in tree.body:
        if isinstance(node, _CONDITIONAL) and not is_for_type_checkers(node):
            for inner in ast.walk(node):
                is_stored = isinstance(inner, ast.Name) and isinstance(inner.ctx, (ast.Store, ast.Del))
                if is_stored or isinstance(inner, (ast.Import, ast.ImportFrom, *_DEFINITIONS)):
                    return node.lineno
    return 0


def _is_open(outline: Outline) -> bool:
    """Whether a module has names that nobody can list."""
    return outline.is_dynamic or any(map(is_star, outline.imports))


def _line_of_binding(tree: ast.Module, name: str) -> int:
    """The line of the first function or import of that name; 0 if it comes in another way."""
    for node in tree.body:
        names = [getattr(node, "name", "")]
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.asname or alias.name for alias in node.names]
        if name in names:
            return node.lineno
    return 0
