"""Marks helper classes with the name of a test class as no tests.

What it does:
    Adds `__test__ = False` to the class, after its docstring. pytest then collects it no more, and warns no more.

Left alone:
    A class with a subclass that holds tests: it would inherit the mark, and its tests would never run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator
from functools import partial

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider

from collectbench.codemods.codemod import Codemod, Request
from collectbench.codemods.syntax import edit_of
from collectbench.lint.lineage import Lineages
from collectbench.model.fixes import Effect, Permit, Result, Skip
from collectbench.model.lint import Violation

MARK = "__test__ = False"


def rewrite(request: Request) -> Iterator[Result]:
    """Yield an edit for each file that defines such classes."""
    codebase = request.evidence.codebase
    by_path: dict[str, dict[int, Violation]] = defaultdict(dict)
    with_heirs = _bases_of_tests(Lineages(evidence=request.evidence))
    for violation in request.violations:
        if heir := with_heirs.get((violation.path, violation.subject)):
            reason = f"its subclass {heir} holds tests, which would inherit __test__ = False"
            yield Skip(path=violation.path, line=violation.line, subject=violation.subject, reason=reason)
        else:
            by_path[violation.path][violation.line] = violation
    for path, violations in by_path.items():
        names = {each.subject for each in violations.values()}
        permits = tuple(Permit(effect=Effect.WARNING_GONE, path="", subject=name) for name in sorted(names))
        edit = edit_of(path, codebase.read(path), partial(_marked, lines=violations), permits=permits)
        if edit is not None:
            yield edit


def _bases_of_tests(lineages: Lineages) -> dict[tuple[str, str], str]:
    """By path and name, the classes that a class with tests inherits from, with the name of that one."""
    bases: dict[tuple[str, str], str] = {}
    for path in sorted(lineages.evidence.collection.files):
        for definition in lineages.definitions(path):
            if definition.class_ is not None and lineages.tests(definition):
                for base in lineages.of(definition).classes[1:]:
                    bases[base.path, base.name] = definition.name
    return bases


def _marked(module: libcst.Module, lines: Container[int]) -> libcst.Module:
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    return wrapper.visit(_Marker(lines))


class _Marker(libcst.CSTTransformer):
    """Adds the mark to the classes at some lines."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, lines: Container[int]) -> None:
        super().__init__()
        self._lines = lines

    def leave_ClassDef(self, original_node: libcst.ClassDef, updated_node: libcst.ClassDef) -> libcst.ClassDef:  # noqa: N802 - LibCST's name
        name = self.get_metadata(PositionProvider, original_node.name)
        if name.start.line not in self._lines:
            return updated_node
        body = updated_node.body
        if isinstance(body, libcst.SimpleStatementSuite):  # `class TestData: x = 1`
            mark = libcst.ensure_type(libcst.parse_statement(MARK), libcst.SimpleStatementLine).body[0]
            return updated_node.with_changes(body=body.with_changes(body=[mark, *body.body]))
        place = 1 if updated_node.get_docstring(clean=False) is not None else 0
        statements = [*body.body[:place], libcst.parse_statement(MARK), *body.body[place:]]
        return updated_node.with_changes(body=body.with_changes(body=statements))


CODEMOD = Codemod(id="non-test-class", doc=__doc__, rewrite=rewrite)
