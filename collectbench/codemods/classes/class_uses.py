"""The places of one file in which a name stands, whether all of them mean one class, and how they get another name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import libcst

from collectbench.codemods.classes.bindings import words_of
from collectbench.codemods.syntax import NotRewritableError
from collectbench.sources.codebase import Codebase
from collectbench.sources.meanings import Definition
from collectbench.sources.modules import Found
from collectbench.sources.names import dotted


class NotRenamableError(Exception):
    """A name that stands somewhere with another meaning, or may. The message is a clause without a full stop."""


@dataclass(kw_only=True)
class FileRenames:
    """A new name for a class in one file.

    Attributes:
        old: the name of the class.
        new: the new one.
        owners: files from which this one imports the name.
        prefixes: what stands before the name in strings that name it by its module, with the dot.
        strings: strings as they are and as they become.
    """

    old: str
    new: str
    owners: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    strings: dict[str, str] = field(default_factory=dict)


def check(codebase: Codebase, path: str, definition: Definition, renames: FileRenames) -> None:
    """Make sure that each place with the old name means the class, and note the strings that change.

    Raises:
        NotRenamableError: one may mean something else, or the new name is taken.
    """
    tree = codebase.tree(path)
    if tree is None:
        raise NotRenamableError(f"{path} cannot be read")
    if renames.new in words_of(tree, frozenset()):
        raise NotRenamableError(f"{path} has the name {renames.new} already")
    if re.search(rb"\b_%s__" % renames.old.encode(), codebase.read(path)):
        raise NotRenamableError(f"{path} uses a name with two underscores that holds the name of the class")
    checker = _Checker(codebase, path, definition, renames)
    checker.check(tree)


@dataclass(slots=True)
class _Checker:
    _codebase: Codebase
    _path: str
    _definition: Definition
    _renames: FileRenames

    def check(self, tree: ast.Module) -> None:
        is_bound = self._path == self._definition.path
        loads: list[ast.Name] = []
        plain = set(strings_for_types(tree)) | set(_exports(tree))
        docstrings = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == self._renames.old:
                if not isinstance(node.ctx, ast.Load):
                    self._refuse(node)
                loads.append(node)
            elif isinstance(node, ast.ImportFrom):
                is_bound = self._check_import(node) or is_bound
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                self._check_string(node, node.value, is_plain=id(node) in plain)
            else:
                self._check_other(node)
        if loads and not is_bound:
            self._refuse(loads[0])

    def _refuse(self, node: Any) -> None:
        raise NotRenamableError(f"{self._path}:{node.lineno} may mean something else by {self._renames.old}")

    def _check_import(self, node: ast.ImportFrom) -> bool:
        """Whether it binds the class under its old name."""
        is_bound = False
        for alias in node.names:
            is_ours = alias.name == self._renames.old and _names_owner(
                self._codebase, self._path, self._renames, node.module or "", node.level
            )
            if is_ours and alias.asname is None:
                is_bound = True
            elif not is_ours and self._renames.old in (alias.name, alias.asname, *(node.module or "").split(".")):
                self._refuse(node)  # the name of something else
        return is_bound

    def _check_string(self, node: ast.Constant, text: str, *, is_plain: bool) -> None:
        old, new = self._renames.old, self._renames.new
        if re.search(rf"\b{old}\b", text) is None:
            return
        if is_plain:
            self._renames.strings[text] = re.sub(rf"\b{old}\b", new, text)
            return
        for prefix in self._renames.prefixes:
            rest = text.removeprefix(f"{prefix}{old}")
            if rest != text and rest[:1] in ("", "."):
                self._renames.strings[text] = f"{prefix}{new}{rest}"
                return
        raise NotRenamableError(f"the string in {self._path}:{node.lineno} names it")

    def _check_other(self, node: ast.AST) -> None:  # noqa: C901 - one branch a kind
        old = self._renames.old
        match node:
            case ast.ClassDef(name=name) if name == old:
                if (self._path, node.lineno) != self._definition.place:
                    self._refuse(node)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
                if name == old:
                    self._refuse(node)
            case ast.keyword(arg=name) | ast.ExceptHandler(name=name) | ast.MatchAs(name=name) if name == old:
                self._refuse(node)
            case ast.Global(names=names) | ast.Nonlocal(names=names) if old in names:
                self._refuse(node)
            case ast.Import(names=aliases):
                if any(old in (alias.asname, *alias.name.split(".")) for alias in aliases):
                    self._refuse(node)
            case ast.Attribute(attr=name) if name == old:
                meaning = self._codebase.meaning(self._path, dotted(node))
                if not isinstance(meaning, Definition) or meaning.place != self._definition.place:
                    self._refuse(node)


def _names_owner(codebase: Codebase, path: str, renames: FileRenames, module: str, level: int) -> bool:
    location = codebase.modules.locate(module, level, path)
    return isinstance(location, Found) and location.path in renames.owners


def strings_for_types(tree: ast.Module) -> Iterator[int]:
    """Yield the identities of constants in annotations."""
    for node in ast.walk(tree):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(part, ast.expr):
                yield from (id(each) for each in ast.walk(part) if isinstance(each, ast.Constant))


def _exports(tree: ast.Module) -> Iterator[int]:
    """The identities of strings in `__all__`."""
    for statement in tree.body:
        targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
        if any(isinstance(each, ast.Name) and each.id == "__all__" for each in targets):
            yield from (id(each) for each in ast.walk(statement) if isinstance(each, ast.Constant))


def renamed(module: libcst.Module, renames: Sequence[FileRenames]) -> libcst.Module:
    """Return a file with new names for some classes, after `check` for each of them.

    Raises:
        NotRewritableError: a string that names a class is written in several parts.
    """
    renamer = _Renamer(renames)
    changed = module.visit(renamer)
    if renamer.strings:
        raise NotRewritableError("a string that names the class is written in several parts")
    return changed


class _Renamer(libcst.CSTTransformer):
    """Gives names and strings another text. `strings` are those that were not met yet."""

    def __init__(self, renames: Sequence[FileRenames]) -> None:
        super().__init__()
        self._new = {each.old: each.new for each in renames}
        self._texts = {old: new for each in renames for old, new in each.strings.items()}
        self.strings = set(self._texts)

    def leave_Name(self, original_node: libcst.Name, updated_node: libcst.Name) -> libcst.Name:  # noqa: N802 - LibCST's names
        return updated_node.with_changes(value=self._new.get(updated_node.value, updated_node.value))

    def leave_SimpleString(  # noqa: N802 - LibCST's name
        self,
        original_node: libcst.SimpleString,
        updated_node: libcst.SimpleString,
    ) -> libcst.SimpleString:
        old = updated_node.evaluated_value
        if not isinstance(old, str) or old not in self._texts:
            return updated_node
        self.strings.discard(old)
        return updated_node.with_changes(value=updated_node.value.replace(old, self._texts[old]))
