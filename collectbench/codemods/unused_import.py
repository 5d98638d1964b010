"""Removes imports of slow modules that nothing uses.

What it does:
    Removes the name from the statement, or the statement. A comment behind it goes too, and so does one right above it,
    unless that is the heading of more imports. A block that is left empty gets `pass`.

Left alone:
    An import that is there for what it does: of a module of the project that calls, registers or patches something, of
    one with a name that says so, and of third-party modules that are known for it (`readline`, backends, plugins).

    What others use: names that other files import from this one or patch here, names in `__all__`, in an `__init__.py`
    or with `as` of the same name, and modules that another file uses as an attribute of their package
    (`import scipy.stats` here, `scipy.stats` there).

    What pytest or text uses: fixtures, hooks, tests, names in strings and doctests, and files with `eval` or
    `globals()`. Imports with a comment that says why they are there, such as `noqa`.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider

from collectbench.codemods.codemod import Codemod, Request
from collectbench.codemods.effects.import_names import ImportStatement, with_names
from collectbench.codemods.effects.import_needs import Imported, ImportNeeds
from collectbench.codemods.effects.statement_removal import StatementRemover
from collectbench.codemods.syntax import edit_of
from collectbench.model.fixes import Effect, Failure, Permit, Result, Skip
from collectbench.model.lint import Violation

Names = Mapping[int, frozenset[tuple[str, str | None]]]
"""By the line of the statement, the imported names, each with the one after `as`."""


def rewrite(request: Request) -> Iterator[Result]:
    """Yield an edit for each file with unused imports of slow modules."""
    codebase = request.evidence.codebase
    needs = ImportNeeds(evidence=request.evidence)
    by_path: dict[str, list[Violation]] = defaultdict(list)
    for violation in request.violations:
        by_path[violation.path].append(violation)
    for path, violations in by_path.items():
        tree = codebase.tree(path)
        if tree is None:
            yield Failure(path=path, reason=codebase.facts[path].problem or "it cannot be read")
            continue
        removed: dict[int, set[tuple[str, str | None]]] = defaultdict(set)
        for violation in violations:
            imported = _imported(tree, violation)
            reason = "the import is not there any more" if imported is None else needs.reason(imported)
            if reason or imported is None:
                yield Skip(path=path, line=violation.line, subject=violation.subject, reason=reason)
            else:
                removed[imported.node.lineno].add((imported.alias.name, imported.alias.asname))
        names = {line: frozenset(each) for line, each in removed.items()}
        permit = Permit(effect=Effect.WARNING_GONE, path=path)  # those that the import itself causes
        edit = edit_of(path, codebase.read(path), partial(without, names=names), permits=(permit,))
        if edit is not None:
            yield edit


def _imported(tree: ast.Module, violation: Violation) -> Imported | None:
    """The name of an import statement that a violation is about; the line may be that of the name."""
    found = None
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno <= violation.line <= (node.end_lineno or 0):
            for alias in node.names:
                if _written(node, alias) == violation.subject and (found is None or alias.lineno == violation.line):
                    found = Imported(path=violation.path, node=node, alias=alias)
    return found


def _written(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    """The name as ruff writes it."""
    if isinstance(node, ast.Import):
        return alias.name
    module = "." * node.level + (node.module or "")
    return f"{module}{alias.name}" if module.endswith(".") else f"{module}.{alias.name}"


def without(module: libcst.Module, names: Names) -> libcst.Module:
    """Return the module without these names of import statements."""
    return MetadataWrapper(module, unsafe_skip_copy=True).visit(_Remover(names))


class _Remover(StatementRemover):
    """Removes names from the import statements at some lines."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, names: Names) -> None:
        super().__init__()
        self._names = names

    def leave_Import(  # noqa: N802 - LibCST's name
        self, original_node: libcst.Import, updated_node: libcst.Import
    ) -> libcst.Import | libcst.RemovalSentinel:
        return self._without(original_node, updated_node)

    def leave_ImportFrom(  # noqa: N802 - LibCST's name
        self, original_node: libcst.ImportFrom, updated_node: libcst.ImportFrom
    ) -> libcst.ImportFrom | libcst.RemovalSentinel:
        return self._without(original_node, updated_node)

    def _without(self, original: libcst.CSTNode, updated: ImportStatement) -> ImportStatement | libcst.RemovalSentinel:
        names = self._names.get(self.get_metadata(PositionProvider, original).start.line, frozenset())
        left = with_names(updated, lambda alias: (alias.evaluated_name, alias.evaluated_alias) not in names)
        return libcst.RemoveFromParent() if left is None else left


CODEMOD = Codemod(id="unused-import", doc=__doc__, rewrite=rewrite, needs_profile=True)
