"""Lets tests run that pytest skips because their class has `__init__`.

What it does:
    `def __init__(self)` of a test class becomes `def setup_method(self)`, which pytest calls before each test. The
    tests of the class are collected then, and some of them may fail: nobody has run them for a while.

Left alone:
    A class whose `__init__` takes arguments, comes from a base or from a dataclass, or may be called by somebody else;
    a class with `__new__`, with another base than `object`, with a `setup_method`, or with code that needs attributes
    before a test begins. Each is named with its reason, and never silenced. Tests that a second definition replaces
    need another name, and files that no pattern matches as well: nobody else can choose it.

Example:
    ```python
    class TestOrders:
        def setup_method(self):  # was __init__
            self.orders = []

        def test_empty(self):
            assert not self.orders
    ```
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import partial

import libcst
from libcst import matchers
from libcst.metadata import MetadataWrapper, PositionProvider

from collectbench.codemods.classes.constructors import objection
from collectbench.codemods.classes.file_uses import FileUses
from collectbench.codemods.codemod import Codemod, Request
from collectbench.codemods.syntax import edit_of
from collectbench.lint.lineage import Lineages
from collectbench.model.fixes import Effect, Permit, Result, Skip
from collectbench.model.lint import Violation
from collectbench.sources.meanings import Definition

_SUPER = matchers.Call(func=matchers.Attribute(value=matchers.Call(func=matchers.Name("super"))))
_LONE_SUPER = matchers.SimpleStatementLine(body=[matchers.Expr(_SUPER)])
"""`super().__init__()`: other methods of `super()` are refused."""


def rewrite(request: Request) -> Iterator[Result]:
    """Yield an edit for each file with such classes."""
    lineages = Lineages(evidence=request.evidence)
    uses = FileUses(codebase=request.evidence.codebase)
    wanted = set(request.choices.names)
    by_path: dict[str, list[Definition]] = defaultdict(list)
    for violation in request.violations:
        if wanted and violation.subject not in wanted:
            continue
        definition = _class_of(lineages, violation)
        if definition is None:
            reason: str | None = f"only you can choose the name: {violation.fix}"
        else:
            reason = objection(lineages, uses, definition)
        if reason is not None:
            yield Skip(path=violation.path, line=violation.line, subject=violation.subject, reason=reason)
        elif definition is not None:
            by_path[violation.path].append(definition)
    for path, definitions in by_path.items():
        lines = {each.place[1] for each in definitions}
        permits = tuple(permit for each in definitions for permit in _permits(each))
        edit = edit_of(path, request.evidence.codebase.read(path), partial(_healed, lines=lines), permits=permits)
        if edit is not None:
            yield edit


def _class_of(lineages: Lineages, violation: Violation) -> Definition | None:
    """The class that is skipped for its constructor; None for the other violations of the rule."""
    for definition in lineages.definitions(violation.path):
        if definition.name == violation.subject and definition.place[1] == violation.line:
            is_last = [each for each in lineages.definitions(violation.path) if each.name == definition.name][-1:]
            return definition if is_last == [definition] and lineages.constructor(definition) else None
    return None


def _permits(definition: Definition) -> Iterator[Permit]:
    ids = f"::{definition.name.replace('.', '::')}::"
    yield Permit(effect=Effect.ID_GAINED, path=definition.path, subject=ids)
    yield Permit(effect=Effect.WARNING_GONE, path=definition.path, subject=definition.name.rpartition(".")[2])


def _healed(module: libcst.Module, lines: Collection[int]) -> libcst.Module:
    return MetadataWrapper(module, unsafe_skip_copy=True).visit(_Healer(lines))


class _Healer(libcst.CSTTransformer):
    """Turns `__init__` of the classes at some lines into `setup_method`."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, lines: Collection[int]) -> None:
        super().__init__()
        self._lines = lines

    def leave_ClassDef(self, original_node: libcst.ClassDef, updated_node: libcst.ClassDef) -> libcst.ClassDef:  # noqa: N802 - LibCST's name
        if self.get_metadata(PositionProvider, original_node.name).start.line not in self._lines:
            return updated_node
        body = [
            _as_setup(each) if isinstance(each, libcst.FunctionDef) and each.name.value == "__init__" else each
            for each in updated_node.body.body
        ]
        return updated_node.with_changes(body=updated_node.body.with_changes(body=body))


def _as_setup(function: libcst.FunctionDef) -> libcst.FunctionDef:
    """The function under its new name, without the call of what `object` has."""
    body = function.body
    if isinstance(body, libcst.IndentedBlock):
        kept = [each for each in body.body if not matchers.matches(each, _LONE_SUPER)]
        body = body.with_changes(body=kept or [libcst.parse_statement("pass")])
    return function.with_changes(name=libcst.Name("setup_method"), body=body)


CODEMOD = Codemod(id="uncollected-tests", doc=__doc__, rewrite=rewrite, option_names=frozenset({"names"}))
