"""The names that statements and functions bind, declare and annotate, as the compiler sees them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (*FUNCTIONS, ast.ClassDef, ast.Lambda, *COMPREHENSIONS)


def bound_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that this node itself binds or deletes in its scope."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest


def local_names(body: Iterable[ast.AST]) -> set[str]:
    """Return the names that statements bind in their own scope."""
    found: set[str] = set()
    pending = list(body)
    while pending:
        node = pending.pop()
        found.update(bound_by(node))
        if isinstance(node, COMPREHENSIONS):  # only `:=` in it binds a name around it
            walrus = (part.target for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
            found.update(target.id for target in walrus)
        elif not isinstance(node, SCOPES):
            pending += ast.iter_child_nodes(node)
    return found


def declared_names(body: Iterable[ast.AST], kind: type[ast.Global | ast.Nonlocal] = ast.Global) -> set[str]:
    """Return the names that statements declare `global`, or of another kind, in their own scope."""
    found: set[str] = set()
    pending = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, kind):
            found.update(node.names)
        elif isinstance(node, ast.stmt) and not isinstance(node, SCOPES):
            pending += ast.iter_child_nodes(node)
        elif isinstance(node, (ast.ExceptHandler, ast.match_case)):
            pending += node.body
    return found


def argument_names(arguments: ast.arguments) -> set[str]:
    """Return the names of all parameters."""
    return {each.arg for each in parameters(arguments)}


def parameters(arguments: ast.arguments) -> list[ast.arg]:
    """Return all parameters of a function."""
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return [each for each in every if each is not None]


def default_values(arguments: ast.arguments) -> list[ast.expr]:
    """Return the default values of parameters."""
    return [*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None)]


def annotations_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    """Return the annotations of parameters and of the result."""
    found = [each.annotation for each in parameters(node.args) if each.annotation is not None]
    return [*found, node.returns] if node.returns is not None else found


def quoted_annotations(annotation: ast.expr) -> Iterator[ast.expr]:
    """Yield the expressions in the strings of an annotation, which Python does not evaluate, with its lines."""
    for part in ast.walk(annotation):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            try:
                parsed = ast.parse(part.value.strip(), mode="eval").body
            except SyntaxError:
                continue
            for each in ast.walk(parsed):
                if hasattr(each, "lineno"):
                    each.lineno = part.lineno
            yield parsed
