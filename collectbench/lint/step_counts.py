"""How many steps a loop over constants takes, read from its source."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterable

from collectbench.lint.meanings import Meanings

_OPERATIONS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}
_ITERATORS = frozenset({"list", "tuple", "enumerate", "reversed", "iter", "sorted"})
_DRAINS = frozenset({"list", "tuple", "set", "frozenset", "dict", "sorted", "sum", "min", "max"})
_LARGE = 10**12
"""No need to tell larger numbers apart."""


def steps(node: ast.AST, meanings: Meanings) -> int:
    """Return the fewest steps that a loop, comprehension or drained generator takes; 0 if unknown."""
    return min(_steps(node, meanings), _LARGE)


def _steps(node: ast.AST, meanings: Meanings) -> int:
    if isinstance(node, ast.For):
        if any(isinstance(each, (ast.Break, ast.Return, ast.Raise)) for each in ast.walk(node)):
            return 0
        inner = max((steps(each, meanings) for each in ast.walk(node) if _is_inside(each, node)), default=1)
        return _iterations(node.iter, meanings) * max(inner, 1)
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp)):
        return _of_generators(node.generators, meanings)
    if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
        name = meanings.call(node).removeprefix("builtins.")
        is_drained = name in _DRAINS or (isinstance(node.func, ast.Attribute) and node.func.attr == "join")
        return _of_generators(node.args[0].generators, meanings) if is_drained else 0
    return 0


def _is_inside(node: ast.AST, loop: ast.For) -> bool:
    return node is not loop and isinstance(node, ast.For) and node in loop.body


def _of_generators(generators: Iterable[ast.comprehension], meanings: Meanings) -> int:
    """Nested ones multiply, up to the first condition: whether the inner ones run then is unknown."""
    total = 1
    for generator in generators:
        total *= _iterations(generator.iter, meanings)
        if generator.ifs:
            break
    return total


def _iterations(node: ast.expr, meanings: Meanings) -> int:
    """How many items an expression yields at least; 0 if unknown."""
    if isinstance(node, ast.Name) and node.id in meanings.changed:
        return 0
    node = meanings.value(node)
    if isinstance(node, (ast.List, ast.Tuple)):
        return sum(not isinstance(each, ast.Starred) for each in node.elts)
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        return len(node.value)
    if not isinstance(node, ast.Call):
        return 0
    name = meanings.call(node).removeprefix("builtins.")
    if name == "range":
        return _of_range(node, meanings)
    if name in _ITERATORS and node.args:
        return _iterations(node.args[0], meanings)
    if name.startswith("itertools."):
        return _of_itertools(name.partition(".")[2], node, meanings)
    return 0


def _of_range(call: ast.Call, meanings: Meanings) -> int:
    bounds = [number(argument, meanings) for argument in call.args]
    known = [each for each in bounds if each is not None]
    if len(known) != len(bounds) or not 1 <= len(known) <= 3 or 0 in known[2:]:
        return 0
    return min(max(math.ceil(_extent(known)), 0), _LARGE)


def _extent(bounds: list[int]) -> float:
    if len(bounds) == 1:
        return bounds[0]
    return (bounds[1] - bounds[0]) / (bounds[2] if len(bounds) == 3 else 1)


def _of_itertools(function: str, call: ast.Call, meanings: Meanings) -> int:
    sizes = [_iterations(argument, meanings) for argument in call.args]
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if function == "product":
        repeat = number(keywords["repeat"], meanings) if "repeat" in keywords else 1
        return min(math.prod(sizes), _LARGE) ** min(max(repeat or 0, 0), 20) if repeat else 0
    if function in ("permutations", "combinations") and sizes:
        size = min(sizes[0], 10_000)
        count = number(call.args[1], meanings) if len(call.args) > 1 else size
        if count is None or not 0 <= count <= 20:
            return 0
        return math.perm(size, count) if function == "permutations" else math.comb(size, count)
    return 0


def number(node: ast.expr, meanings: Meanings, depth: int = 0) -> int | None:
    """Return the value of an expression of whole constants: `10**6`, `1_000 * SIZE`; None if unknown."""
    node = meanings.value(node)
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) is int else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = number(node.operand, meanings, depth + 1)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp) and depth < 10:
        left, right = number(node.left, meanings, depth + 1), number(node.right, meanings, depth + 1)
        if left is None or right is None:
            return None
        if isinstance(node.op, ast.Pow):
            return left**right if 0 <= right <= 64 and abs(left) <= _LARGE else None
        operation = _OPERATIONS.get(type(node.op))
        if operation is None or (isinstance(node.op, ast.FloorDiv) and right == 0):
            return None
        return operation(left, right)
    return None
