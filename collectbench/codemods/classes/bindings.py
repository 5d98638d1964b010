"""What binds each name of a module, and which names of the module a statement uses."""

from __future__ import annotations

import ast
import symtable
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from collectbench.sources import guards
from collectbench.sources.outline import Guard

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A statement that binds a name of the module.

    Attributes:
        statement: the one itself; a function with `global` for names that it may bind.
        is_direct: whether it stands in the module itself, not in a condition or another statement.
        is_typing: whether only type checkers read it.
    """

    statement: ast.stmt
    is_direct: bool
    is_typing: bool = False


class Bindings:
    """The bindings of a module by name."""

    def __init__(self, tree: ast.Module) -> None:
        self._of: dict[str, list[Binding]] = defaultdict(list)
        self.has_star = False
        self.future = frozenset(
            alias.name
            for each in tree.body
            if isinstance(each, ast.ImportFrom) and each.module == "__future__"
            for alias in each.names
        )
        self._body(tree.body, is_direct=True, is_typing=False)
        for node in ast.walk(tree):
            if isinstance(node, ast.Global):
                for name in node.names:
                    self._of[name].append(Binding(statement=node, is_direct=False))

    def of(self, name: str) -> tuple[Binding, ...]:
        """Return what binds a name, in the order of the module; functions that declare it as global come last."""
        return tuple(self._of.get(name, ()))

    def single(self, name: str) -> Binding | None:
        """Return what binds a name if that is one statement that always runs, or several imports of one package."""
        found = self._of.get(name, ())
        if not found or not (all(each.is_direct for each in found) or (len(found) == 1 and found[0].is_typing)):
            return None
        if len(found) > 1 and not all(_is_part_of(each.statement, name) for each in found):
            return None
        return found[0]

    def _body(self, statements: Iterable[ast.stmt], *, is_direct: bool, is_typing: bool) -> None:
        for statement in statements:
            if isinstance(statement, ast.If):
                first, second = guards.of_condition(statement.test, Guard.NONE)
                typing = is_typing or first == Guard.TYPE_CHECKING
                self._expressions(statement.test)
                self._body(statement.body, is_direct=False, is_typing=typing)
                self._body(statement.orelse, is_direct=False, is_typing=is_typing or second == Guard.TYPE_CHECKING)
                continue
            for name in _bound(statement):
                if name == "*":
                    self.has_star = True
                self._of[name].append(Binding(statement=statement, is_direct=is_direct, is_typing=is_typing))
            for inner in _inner(statement):
                self._body(inner, is_direct=False, is_typing=is_typing)

    def _expressions(self, node: ast.AST) -> None:
        """Names that `:=` binds."""
        for each in ast.walk(node):
            if isinstance(each, ast.NamedExpr):
                statement = ast.Expr(value=each, lineno=each.lineno)
                self._of[each.target.id].append(Binding(statement=statement, is_direct=False))


def _is_part_of(statement: ast.stmt, name: str) -> bool:
    """Whether it is `import a.b` for the name `a`: several of these do not replace each other."""
    return isinstance(statement, ast.Import) and all(
        alias.asname is None for alias in statement.names if alias.name.partition(".")[0] == name
    )


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, ast.Import):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in statement.names)
    elif isinstance(statement, ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in statement.names)
    else:
        for node in _own_nodes(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
                yield node.id
            elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
                yield node.name
            elif isinstance(node, ast.MatchMapping) and node.rest:
                yield node.rest


def _own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without those of statements within it, and of other scopes."""
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            todo.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt))


def _inner(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return
    for field in ("body", "orelse", "finalbody"):
        if statements := getattr(statement, field, None):
            yield statements
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


def used_names(statement: ast.stmt) -> frozenset[str]:
    """Return the names outside of a statement that it uses, also those in annotations that are strings."""
    table = symtable.symtable(ast.unparse(statement), "<statement>", "exec")
    names = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    todo = list(table.get_children())
    while todo:
        inner = todo.pop()
        names |= {symbol.get_name() for symbol in inner.get_symbols() if symbol.is_global()}
        todo += inner.get_children()
    for node in ast.walk(statement):
        for annotation in _annotations(node):
            names |= set(_in_strings(annotation))
    return frozenset(names - {getattr(statement, "name", "")})


def maybe_used_names(statement: ast.stmt) -> frozenset[str]:
    """Return names that a class body reads and binds: `limit = limit` reads the one of the module."""
    todo = [symtable.symtable(ast.unparse(statement), "<statement>", "exec")]
    names = set[str]()
    while todo:
        table = todo.pop()
        if table.get_type() == "class":
            names |= {each.get_name() for each in table.get_symbols() if each.is_assigned() and each.is_referenced()}
        todo += table.get_children()
    return frozenset(names)


def _annotations(node: ast.AST) -> Iterator[ast.expr]:
    for field in ("annotation", "returns"):
        if isinstance(expression := getattr(node, field, None), ast.expr):
            yield expression


def _in_strings(annotation: ast.expr) -> Iterator[str]:
    """The names in the strings of an annotation."""
    for node in ast.walk(annotation):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                inner = ast.parse(node.value.strip(), mode="eval")
            except (SyntaxError, ValueError):
                continue
            yield from (each.id for each in ast.walk(inner) if isinstance(each, ast.Name))


def has_annotations(statement: ast.stmt) -> bool:
    """Whether anything in a statement is annotated."""
    return any(any(_annotations(node)) for node in ast.walk(statement))


def words_of(tree: ast.AST, without: Collection[int]) -> frozenset[str]:
    """Return all words of a tree that may be names: in expressions, parameters, and in strings that are no docstrings.

    Statements at the lines `without`, and their parts, do not count.
    """
    found = set[str]()
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.stmt) and node.lineno in without:
            continue
        todo.extend(ast.iter_child_nodes(node))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            todo.pop()
            if ">>>" not in node.value.value:
                continue
            found |= set(_words(node.value.value))
        found |= set(_of_node(node))
    return frozenset(found)


def _of_node(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name):
            yield name
        case ast.alias(name=name, asname=other):
            yield other or name.partition(".")[0]
        case ast.Constant(value=str(text)):
            yield from _words(text)
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name


def _words(text: str) -> Iterator[str]:
    word = ""
    for letter in f"{text} ":
        if letter.isalnum() or letter == "_":
            word += letter
        elif word:
            yield word
            word = ""
