"""Values that differ from run to run, as far as pytest would show them in the id of a test.

pytest shows strings, bytes, numbers, None, enums, classes and functions by their value or name. For any other object it
takes the name of the parameter and a number, so that `uuid4()` itself gives a stable id, and `str(uuid4())` does not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from collectbench.lint.meanings import Meanings

_SHOWN = frozenset(
    {
        *("builtins.id", "os.getpid", "os.urandom", "tempfile.mkdtemp", "tempfile.mktemp"),
        *(f"time.{clock}{unit}" for clock in ("time", "monotonic", "perf_counter") for unit in ("", "_ns")),
        *(f"secrets.{name}" for name in ("token_hex", "token_urlsafe", "token_bytes", "randbelow", "randbits")),
    }
)
_RANDOM = frozenset(
    f"random.{name}"
    for name in ("random", "randint", "randrange", "uniform", "gauss", "normalvariate", "getrandbits", "randbytes")
)
_NUMPY = frozenset(
    f"numpy.random.{name}" for name in ("rand", "randn", "random", "random_sample", "uniform", "normal", "randint")
)
_OBJECTS = frozenset(
    {
        *("uuid.uuid1", "uuid.uuid4", "datetime.date.today"),
        *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    }
)
_TO_TEXT = frozenset(f"builtins.{name}" for name in ("str", "repr", "ascii", "format"))
_TO_NUMBER = frozenset(
    f"builtins.{name}" for name in ("int", "float", "abs", "round", "hex", "bin", "oct", "min", "max")
)
_OF_TIMES = frozenset({"isoformat", "ctime", "timestamp", "strftime"})
_OF_TEXT = frozenset(
    {"lower", "upper", "title", "capitalize", "strip", "replace", "encode", "decode", "hex", "zfill", "ljust", "rjust"}
)
_OF_UUIDS = frozenset({"hex", "int", "bytes", "urn"})


class Chance:
    """Finds what differs from run to run in the expressions of one module."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        seeded = {meanings.call(call) for _, call in meanings.calls() if call.args}
        self._shown = _SHOWN | (set() if "random.seed" in seeded else _RANDOM)
        self._has_numpy = "numpy.random.seed" not in seeded
        self._samples = frozenset() if "random.seed" in seeded else frozenset({"random.sample", "random.choices"})

    def value(self, node: ast.expr) -> ast.expr:
        """Return what a name stands for, unless a statement changes it."""
        if isinstance(node, ast.Name) and node.id in self._meanings.changed:
            return node
        return self._meanings.value(node)

    def source(self, node: ast.expr, *, as_text: bool = False) -> str:
        """Return what makes a value differ, if an id shows it: `uuid.uuid4`; empty if nothing does, or if unknown.

        With `as_text`, the value is turned into a string first, which shows any object.
        """
        node = self.value(node)
        if isinstance(node, ast.Call):
            return self._of_call(node, as_text=as_text)
        if isinstance(node, ast.JoinedStr):
            return self._any((each.value for each in node.values if isinstance(each, ast.FormattedValue)), as_text=True)
        if isinstance(node, ast.BinOp):
            return self._of_operation(node, as_text=as_text)
        if isinstance(node, ast.Attribute) and node.attr in _OF_UUIDS:
            found = self.source(node.value, as_text=True)
            return found if found.startswith("uuid.") else ""
        if isinstance(node, ast.Subscript):
            return self.source(node.value)
        if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not):
            return self.source(node.operand)
        if isinstance(node, ast.IfExp):
            return self._any((node.body, node.orelse), as_text=as_text)
        return "the address of a function" if as_text and self._meanings.is_function(node) else ""

    def sample(self, call: ast.Call) -> str:
        """Return what a call draws at random, if it draws several values that an id shows; else empty."""
        name = self._meanings.call(call)
        if name in self._samples and call.args:
            population = self.value(call.args[0])
            is_shown = self._meanings.call(population) == "builtins.range" or (
                isinstance(population, (ast.List, ast.Tuple, ast.Constant))
                and all(isinstance(each, ast.Constant) for each in getattr(population, "elts", ()))
            )
            return name if is_shown else ""
        return name if name in _NUMPY and self._has_numpy and _is_row(call) else ""

    def _any(self, nodes: Iterable[ast.expr], *, as_text: bool = False) -> str:
        return next(filter(None, (self.source(node, as_text=as_text) for node in nodes)), "")

    def _of_call(self, call: ast.Call, *, as_text: bool) -> str:
        name = self._meanings.call(call)
        if name in self._shown or (name in _OBJECTS and as_text):
            return name.removeprefix("builtins.")
        if name in _NUMPY and self._has_numpy and _is_one_number(call):
            return name
        if name in _TO_TEXT:
            return self._any(call.args, as_text=True)
        if name in _TO_NUMBER:
            return self._any(call.args)
        return self._of_method(call, call.func) if isinstance(call.func, ast.Attribute) else ""

    def _of_method(self, call: ast.Call, function: ast.Attribute) -> str:
        receiver, method = function.value, function.attr
        if method in _OF_TIMES:
            return "" if method == "strftime" and _is_coarse(call) else self.source(receiver, as_text=True)
        if method in _OF_TEXT:
            return self.source(receiver)
        if isinstance(receiver, ast.Constant) and isinstance(receiver.value, str):
            if method == "format":
                return self._any((*call.args, *(keyword.value for keyword in call.keywords)), as_text=True)
            if method == "join" and call.args:
                parts = self.value(call.args[0])
                if isinstance(parts, (ast.List, ast.Tuple)):
                    return self._any(parts.elts)
                return self.source(parts.elt) if isinstance(parts, (ast.ListComp, ast.GeneratorExp)) else ""
        return ""

    def _of_operation(self, node: ast.BinOp, *, as_text: bool) -> str:
        if isinstance(node.op, ast.Mod) and isinstance(node.left, (ast.Constant, ast.JoinedStr)):
            return self._any(node.right.elts if isinstance(node.right, ast.Tuple) else (node.right,), as_text=True)
        if isinstance(node.op, ast.Div):  # a path divided by a string is a path, which is not shown
            return self.source(node.left)
        return self._any((node.left, node.right), as_text=as_text)


def _is_one_number(call: ast.Call) -> bool:
    """Whether a function of numpy.random is asked for a number, not for an array."""
    has_size = bool(call.args) if _is_sized(call) else len(call.args) > 2
    return not has_size and not any(keyword.arg in ("size", None) for keyword in call.keywords)


def _is_row(call: ast.Call) -> bool:
    """Whether a function of numpy.random is asked for an array of one dimension."""
    sizes = call.args if _is_sized(call) else [each.value for each in call.keywords if each.arg == "size"]
    return len(sizes) == 1 and isinstance(sizes[0], ast.Constant) and isinstance(sizes[0].value, int)


def _is_sized(call: ast.Call) -> bool:
    """Whether the arguments of a function of numpy.random are the sizes of the array."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("rand", "randn", "random", "random_sample")


def _is_coarse(call: ast.Call) -> bool:
    """Whether it formats no more of a date than the month, or whether nobody can tell."""
    form = call.args[0] if call.args else None
    if not isinstance(form, ast.Constant) or not isinstance(form.value, str):
        return True
    return not any(f"%{letter}" in form.value for letter in "dHIMSfjcxXTFDs")
