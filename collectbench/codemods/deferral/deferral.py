"""Moves imports of a module into the functions that use them: bytes in, bytes or reasons out.

`fix heavy-import` writes the result, and an experiment may serve it to the process instead of the file. Nothing here
reads files, and nothing runs what it reads.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

from collectbench.codemods.deferral.chosen_imports import Wanted, chosen_imports
from collectbench.codemods.deferral.deferral_obstacles import ImportNode, Obstacle, Subject, Surroundings, obstacles_to
from collectbench.codemods.deferral.import_moves import Moves, moved
from collectbench.codemods.deferral.name_uses import Kind, NameUses, name_uses
from collectbench.codemods.syntax import NotRewritableError, rewritten
from collectbench.sources.parsing import UnparsableError, parse

_CHANGES_WORLD = re.compile(
    r"^(?:monkeypatch|mocker|mock|freezer|time_machine|fs|recwarn|socket_disabled|tmp_cwd|isolated_filesystem)$"
)
_DECORATES_WORLD = re.compile(r"(?:^|\.)(?:patch(?:\.\w+)?|freeze_time|travel|filterwarnings|timeout)$")


class Place(NamedTuple):
    """A function that imports something now.

    Attributes:
        line: of its `def`, in the old source.
        function: its name, `Class.method` for a method.
        names: what it imports.
        risk: what is replaced or observed while it runs, such as `monkeypatch`; empty if nothing is known.
    """

    line: int
    function: str
    names: tuple[str, ...]
    risk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """The new source.

    Attributes:
        source: in the encoding and with the line endings of the old one.
        places: the functions that import now, in the order of the source.
        hints: the names that only type checkers import now.
    """

    source: bytes
    places: tuple[Place, ...]
    hints: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why nothing is moved, sorted by line. A line 0 is about the whole file."""

    obstacles: tuple[Obstacle, ...]


def defer(source: bytes, wanted: Iterable[Wanted], surroundings: Surroundings | None = None) -> Deferred | Refused:
    """Return a source in which functions import what these statements import now, or all reasons against that.

    All is moved, or nothing. A name that several `import a.b` bind moves with all of these.
    """
    plan = _plan(source, wanted, surroundings)
    if isinstance(plan, Refused):
        return plan
    moves = plan.moves
    try:
        after = rewritten(source, partial(moved, moves=moves))
        _check(source, after, frozenset(plan.subject.bound))
    except (UnparsableError, NotRewritableError) as error:
        return Refused(obstacles=(Obstacle(0, "", str(error)),))
    except _LostCommentError as error:
        line = min(node.lineno for nodes in plan.subject.bound.values() for node in nodes)
        return Refused(obstacles=(Obstacle(line, "", f"would lose the comment {error}"),))
    places = tuple(_places(moves, plan.subject.uses))
    return Deferred(source=after, places=places, hints=tuple(sorted(set().union(*moves.hints.values()))))


def refusal_of(source: bytes, wanted: Iterable[Wanted], surroundings: Surroundings | None = None) -> Refused | None:
    """Return the reasons against deferring these statements, or None. Quicker than to defer them."""
    plan = _plan(source, wanted, surroundings)
    return plan if isinstance(plan, Refused) else None


class _Plan(NamedTuple):
    subject: Subject
    moves: Moves


def _plan(source: bytes, wanted: Iterable[Wanted], surroundings: Surroundings | None) -> _Plan | Refused:
    try:
        tree = _parsed(source)
    except UnparsableError as error:
        return Refused(obstacles=(Obstacle(0, "", f"the file cannot be parsed: {error}"),))
    chosen = chosen_imports(tree, wanted)
    if chosen.obstacles:
        return Refused(obstacles=tuple(sorted(chosen.obstacles)))
    subject = _subject(source, tree, chosen.bound)
    if obstacles := obstacles_to(subject, surroundings or Surroundings()):
        return Refused(obstacles=tuple(obstacles))
    return _Plan(subject, _moves(chosen.statements, chosen.bound, subject.uses))


@lru_cache(maxsize=4)
def _parsed(source: bytes) -> ast.Module:
    """The same few files are asked for again and again: nobody changes their trees."""
    return parse(source)


def _subject(source: bytes, tree: ast.Module, bound: Mapping[str, Sequence[ImportNode]]) -> Subject:
    own = (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)))
    uses = name_uses(tree, {*bound, *(node.name for node in own)})
    return Subject(tree=tree, text=source.decode("utf-8", "replace"), bound=bound, uses=uses)


def _moves(statements: Sequence[ImportNode], bound: Mapping[str, Sequence[ImportNode]], uses: NameUses) -> Moves:
    numbers = {id(node): number for number, node in enumerate(statements)}
    functions: defaultdict[int, set[tuple[int, str]]] = defaultdict(set)
    hints: set[tuple[int, str]] = set()
    for use in uses.uses:
        for node in bound.get(use.name, ()):
            pairs = functions[use.function] if use.kind is Kind.BODY else hints
            pairs.add((numbers[id(node)], use.name))
    removed = ((numbers[id(node)], name) for name, nodes in bound.items() for node in nodes)
    return Moves(
        functions={number: _by_statement(pairs) for number, pairs in functions.items()},
        removed=_by_statement(removed),
        hints=_by_statement(hints),
    )


def _by_statement(pairs: Iterable[tuple[int, str]]) -> dict[int, frozenset[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for number, name in pairs:
        found[number].add(name)
    return {number: frozenset(names) for number, names in found.items()}


def _places(moves: Moves, uses: NameUses) -> Iterator[Place]:
    for number, imports in sorted(moves.functions.items()):
        function = uses.functions[number]
        names = tuple(sorted(set().union(*imports.values())))
        yield Place(function.line, function.name, names, _risk(function.node))


def _risk(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """What may be different while this function runs from what it is while a file is imported."""
    for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
        if _CHANGES_WORLD.match(each.arg):
            return each.arg
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if _DECORATES_WORLD.search(name := ast.unparse(called)):
            return name
    return ""


class _LostCommentError(Exception):
    """The message is the comment."""


def _check(before: bytes, after: bytes, names: frozenset[str]) -> None:
    """Refuse a result in which a name is still used outside of functions, or a comment is lost.

    Raises:
        NotRewritableError: the first. It is a fault of this module.
        _LostCommentError: the second.
    """
    left = name_uses(parse(after), names)
    if any(use.kind is Kind.IMPORT for use in left.uses):
        raise NotRewritableError("the rewritten source would use a name that it does not import")
    if lost := _comments(before) - _comments(after):
        raise _LostCommentError(next(iter(lost)))


def _comments(source: bytes) -> Counter[str]:
    lines = io.BytesIO(source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")).readline
    return Counter(token.string for token in tokenize.tokenize(lines) if token.type == tokenize.COMMENT)
