"""Where a file uses the names that an import line binds."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from collectbench.causes.sources import SourceFiles

Function = ast.FunctionDef | ast.AsyncFunctionDef
ImportStatement = ast.Import | ast.ImportFrom


def import_at(sources: SourceFiles, path: str, line: int) -> ImportStatement | None:
    """Returns the only import statement that begins on a line; None if there is none, or there are several."""
    tree = sources.tree(path)
    found = [
        node
        for node in (ast.walk(tree) if tree else ())
        if isinstance(node, ImportStatement) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return found[0] if len(found) == 1 else None


def bound_names(statement: ImportStatement) -> tuple[str, ...]:
    """Returns the names that a statement binds; `*` for a star import."""
    if isinstance(statement, ast.Import):
        return tuple(alias.asname or alias.name.partition(".")[0] for alias in statement.names)
    return tuple(alias.asname or alias.name for alias in statement.names)


def line_that_uses(tree: ast.Module, names: Collection[str]) -> int | None:
    """Returns the first line that uses one of the names while the file is imported; None if only functions use them."""
    later = any(
        isinstance(node, ast.ImportFrom) and node.module == "__future__" and _imports(node, "annotations")
        for node in tree.body
    )
    lines = (
        node.lineno
        for node in _run_at_import(tree.body, annotations_later=later)
        if isinstance(node, ast.Name) and node.id in names
    )
    return min(lines, default=None)


def functions_that_use(tree: ast.Module, names: Collection[str]) -> list[Function]:
    """Returns the outermost functions whose bodies use one of the names, in the order of their lines."""
    return [
        function
        for function in _outermost_functions(tree)
        if any(isinstance(node, ast.Name) and node.id in names for part in function.body for node in ast.walk(part))
    ]


def is_read(tree: ast.AST, names: Collection[str]) -> bool:
    """Whether code of a file reads one of the names. A name in `__all__` is only passed on."""
    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(tree))


def is_used(tree: ast.AST, names: Collection[str]) -> bool:
    """Whether a file uses one of the names anywhere, also by listing them in strings, as `__all__` does."""
    return is_read(tree, names) or any(
        isinstance(node, ast.Constant) and node.value in names for node in ast.walk(tree)
    )


def _imports(statement: ast.ImportFrom, name: str) -> bool:
    return any(alias.name == name for alias in statement.names)


def _run_at_import(nodes: Iterable[ast.AST], *, annotations_later: bool) -> Iterator[ast.AST]:
    """The nodes that run while the file is imported: all but the bodies of functions."""
    for node in nodes:
        if isinstance(node, Function):
            arguments = node.args
            defaults = [*arguments.defaults, *filter(None, arguments.kw_defaults)]
            yield from _run_at_import([*node.decorator_list, *defaults], annotations_later=annotations_later)
            if not annotations_later:
                yield from _run_at_import(_annotations(node), annotations_later=annotations_later)
        elif isinstance(node, ast.AnnAssign) and annotations_later:
            yield from _run_at_import([node.value] if node.value else [], annotations_later=annotations_later)
        elif not isinstance(node, ast.Lambda):
            yield node
            yield from _run_at_import(ast.iter_child_nodes(node), annotations_later=annotations_later)


def _annotations(function: Function) -> Iterator[ast.AST]:
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
        if argument is not None and argument.annotation is not None:
            yield argument.annotation
    if function.returns is not None:
        yield function.returns


def _outermost_functions(tree: ast.AST) -> Iterator[Function]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield node
        else:
            yield from _outermost_functions(node)
