"""Parameters whose ids differ from run to run.

What it detects:
    In `pytest.mark.parametrize` and in `pytest.fixture(params=…)`, with the variables of the module that they use:

    - values that are shown in ids and differ: `random`, `time.time()`, `id(…)`, and texts of `uuid4()` and
      `datetime.now()`
    - sets of strings, also as `list(…)` or a comprehension: their order differs, since hashes of strings are random
    - `os.listdir`, `glob`, `rglob` and `iterdir` without `sorted`: their order is left to the file system

    It is silent if ids are given, after `random.seed(…)` in the same file, and for values that pytest does not show:
    `uuid4()` itself has the id `name0`. What functions return is unknown, and not reported.

Why:
    pytest-xdist refuses to run if its workers collect different ids. A test cannot be selected by its id, or be
    compared with an earlier run.

Example:
    ```python
    import uuid

    import pytest


    @pytest.mark.parametrize("name", ["ann", f"user-{uuid.uuid4()}"])
    def test_name(name):
        assert name
    ```

Fix:
    Use constants, or give an id: `pytest.param(f"user-{uuid.uuid4()}", id="random")`. Sort sets and directories:
    `sorted({"b", "a"})`.

Options:
    None.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from collectbench.lint.chance import Chance
from collectbench.lint.item_order import Disorder, ItemOrder
from collectbench.lint.meanings import Meanings, meanings_of
from collectbench.lint.parametrizations import Ids, Parametrization, parametrizations
from collectbench.lint.rule import Module, Rule
from collectbench.model.lint import Violation

_KEEP_ITEMS = frozenset(
    f"builtins.{name}" for name in ("list", "tuple", "sorted", "set", "frozenset", "reversed", "iter")
)


def check(module: Module) -> Iterator[Violation]:
    """Yield a violation for each parametrization."""
    meanings = meanings_of(module)
    found = list(parametrizations(meanings))
    if not found:
        return
    chance = Chance(meanings)
    for each in found:
        values = _Values(meanings, chance, as_text=each.ids == Ids.TEXT)
        if problem := _problem(each, values, ItemOrder(meanings, chance)):
            node, message, fix = problem
            line = getattr(node, "lineno", 0)
            yield Violation(
                rule=RULE.id,
                path=module.path,
                # A variable of the module may be shared by many.
                line=line if line in each.lines else each.lines.start,
                subject=f"{each.owner}[{each.names}]" if each.names else each.owner,
                message=message,
                fix=fix,
            )


def _problem(each: Parametrization, values: _Values, order: ItemOrder) -> tuple[ast.AST, str, str] | None:
    """What is unstable, why, and what to do."""
    chosen: tuple[ast.expr, str] | None = None
    if each.ids == Ids.UNKNOWN:
        return None
    if each.ids == Ids.GIVEN and each.given is not None:
        chosen = values.of_items(each.given, single=True)
    elif isinstance(each.given, ast.Lambda):
        chosen = values.of_item(each.given.body, single=True)
    elif each.ids != Ids.FUNCTION:
        chosen = values.of_items(each.values, single=each.single)
    if chosen:
        message = f"ids of {each.owner} differ from run to run: {chosen[1]} is part of them"
        return chosen[0], message, "use constants, or give ids"
    if each.single is None:
        return None
    items = each.given if each.ids == Ids.GIVEN and each.given is not None else each.values
    disorder = order.disorder(items, any_item=each.ids != Ids.OF_PYTEST, single=each.single)
    if disorder is None:
        return None
    if disorder == Disorder.DIRECTORY:
        return items, f"the parameters of {each.owner} have no fixed order: {disorder.value}", "sort them"
    return items, f"ids of {each.owner} differ from run to run: {disorder.value}", "sort it"


class _Values:
    """Looks for values that differ among the items of an iterable."""

    def __init__(self, meanings: Meanings, chance: Chance, *, as_text: bool) -> None:
        self._meanings = meanings
        self._chance = chance
        self._as_text = as_text

    def of_items(self, node: ast.expr, *, single: bool | None) -> tuple[ast.expr, str] | None:
        """Return the first item whose id differs, and what differs in it."""
        node = self._chance.value(node)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            found = (
                self.of_items(each.value, single=single)
                if isinstance(each, ast.Starred)
                else self.of_item(each, single=single)
                for each in node.elts
            )
            return next(filter(None, found), None)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
            return self.of_item(node.elt, single=single)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
            return self.of_items(node.left, single=single) or (
                self.of_items(node.right, single=single) if isinstance(node.op, ast.Add) else None
            )
        return self._of_call(node, single=single) if isinstance(node, ast.Call) else None

    def of_item(self, node: ast.expr, *, single: bool | None) -> tuple[ast.expr, str] | None:
        """Return the part of an item that differs, and what differs in it."""
        item = self._chance.value(node)
        parts: list[ast.expr] = []
        if isinstance(item, ast.Call) and self._meanings.call(item) == "pytest.param":
            given = [keyword.value for keyword in item.keywords if keyword.arg == "id"]
            parts = given if given and not _is_none(given[0]) else item.args
        elif isinstance(item, (ast.Tuple, ast.List)):
            parts = item.elts if single is False else []
        elif single is not False:
            parts = [node]
        for part in parts:
            if source := self._chance.source(part, as_text=self._as_text):
                return part, source
        return None

    def _of_call(self, call: ast.Call, *, single: bool | None) -> tuple[ast.expr, str] | None:
        name = self._meanings.call(call)
        if name == "builtins.range":
            sources = ((argument, self._chance.source(argument)) for argument in call.args)
            return next(((argument, source) for argument, source in sources if source), None)
        inner: list[ast.expr] = []
        if name in _KEEP_ITEMS or name in ("itertools.chain", "itertools.product", "builtins.zip"):
            inner = call.args
            if name in ("itertools.product", "builtins.zip"):
                inner, single = (inner if single is False else []), True
        found = next(filter(None, (self.of_items(each, single=single) for each in inner)), None)
        if found is None and single and (drawn := self._chance.sample(call)):
            return call, drawn
        return found


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


_CHANCE = re.compile(
    rb"\buuid|\brandom\b|\btime\.|\bfrom time\b|\bdatetime|\bdate\b|\bsecrets\b|getpid|urandom|mkdtemp|mktemp"
    rb"|lambda|\b(?:str|repr|ascii|format|id|hash|set|frozenset|walk)\(|\.format\(|\bf[\"']|listdir|iterdir|glob|scandir"
    rb"""|\{\s*(?:"[^"\n]*"|'[^'\n]*'|[\w.()-]+)\s*[,}]|\{\*|for\b[^\n]*\}"""
)
"""What can differ from run to run, and what looks like a set."""
_HINTS = (
    *(
        b"uuid",
        b"random",
        b"import time",
        b"from time",
        b", time",
        b"datetime",
        b"secrets",
        b"getpid",
        b"mkdtemp",
        b"mktemp",
    ),
    *(b"lambda", b"str(", b"repr(", b"ascii(", b"format(", b"id(", b"hash(", b"set(", b"walk(", b'f"', b"f'"),
    *(b"listdir", b"iterdir", b"glob", b"scandir", b"{", b"for "),
)
"""One of these is wherever `_CHANCE` matches what a parameter can hold; clocks and dates have to be imported."""
RULE = Rule(
    id="unstable-parameter",
    doc=__doc__,
    in_file=check,
    words=(b"parametrize", b"params"),
    hints=_HINTS,
    pattern=_CHANCE,
)
