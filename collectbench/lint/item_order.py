"""Iterables whose order is left to chance: sets of strings, whose hashes are random, and unsorted directories."""

from __future__ import annotations

import ast
from enum import Enum

from collectbench.lint.chance import Chance
from collectbench.lint.meanings import Meanings

_SETS = frozenset({"builtins.set", "builtins.frozenset"})
_KEEP_ORDER = frozenset(f"builtins.{name}" for name in ("list", "tuple", "iter"))
_SAME_ITEMS = _SETS | _KEEP_ORDER | {"builtins.sorted", "builtins.reversed"}
_TEXT_ITEMS = frozenset({"builtins.dir", "os.listdir", "glob.glob", "glob.iglob"})
_DIRECTORIES = frozenset({"os.listdir", "os.scandir", "glob.glob", "glob.iglob"})
_OF_DIRECTORIES = frozenset({"iterdir", "glob", "rglob"})
_OF_SETS = frozenset({"union", "difference", "intersection", "symmetric_difference", "copy"})
_SET_OPERATORS = (ast.Sub, ast.BitOr, ast.BitAnd, ast.BitXor)
_OF_TEXT = frozenset(
    {
        *("lower", "upper", "casefold", "title", "capitalize", "strip", "lstrip", "rstrip"),
        "removeprefix",
        "removesuffix",
    }
)


class Disorder(str, Enum):
    """Why the order of items may differ."""

    SET = "a set of strings has another order in each run"
    DIRECTORY = "the order of a directory is another one on each machine"


class ItemOrder:
    """Finds iterables without an order of their own in one module."""

    def __init__(self, meanings: Meanings, chance: Chance) -> None:
        self._meanings = meanings
        self._chance = chance

    def disorder(self, node: ast.expr, *, any_item: bool, single: bool) -> Disorder | None:
        """Return why the ids of the items of an iterable may come in another order; None if they do not, or if unknown.

        Args:
            node: the iterable.
            any_item: whether the ids tell all items apart, not only those that pytest shows.
            single: whether an item is one value, not one for each of several parameters.
        """
        node = self._chance.value(node)
        if isinstance(node, ast.Call):
            return self._of_call(node, any_item=any_item, single=single)
        if isinstance(node, (ast.Set, ast.SetComp)):
            return Disorder.SET if self._has_text_items(node, single=single) else None
        if isinstance(node, ast.BinOp) and isinstance(node.op, _SET_OPERATORS):
            return self.disorder(node.left, any_item=any_item, single=single)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            return self._of_comprehension(node, any_item=any_item, single=single)
        return None

    def _of_call(self, call: ast.Call, *, any_item: bool, single: bool) -> Disorder | None:
        name = self._meanings.call(call)
        if name in _DIRECTORIES:
            return Disorder.DIRECTORY
        if name in _SETS and call.args:
            return Disorder.SET if self._has_text_items(call.args[0], single=single) else None
        if name in _KEEP_ORDER and call.args:
            return self.disorder(call.args[0], any_item=any_item, single=single)
        if name == "builtins.enumerate" and call.args and (any_item or not single):
            return self.disorder(call.args[0], any_item=any_item, single=True)
        if name in ("builtins.filter", "builtins.map") and len(call.args) == 2:
            is_kept = name == "builtins.filter" or any_item or self._meanings.name(call.args[0]) == "builtins.str"
            return self.disorder(call.args[1], any_item=any_item, single=single) if is_kept else None
        if not name and isinstance(call.func, ast.Attribute):
            if call.func.attr in _OF_DIRECTORIES:
                return Disorder.DIRECTORY
            if call.func.attr in _OF_SETS:
                return self.disorder(call.func.value, any_item=any_item, single=single)
        return None

    def _of_comprehension(
        self, node: ast.ListComp | ast.GeneratorExp, *, any_item: bool, single: bool
    ) -> Disorder | None:
        for generator in node.generators:
            found = self.disorder(generator.iter, any_item=any_item, single=single)
            if found is None:
                continue
            named = {part.id for part in ast.walk(generator.target) if isinstance(part, ast.Name)}
            if any_item or found == Disorder.DIRECTORY or self._shows(node.elt, named, single=single):
                return found
        return None

    def _shows(self, item: ast.expr, named: set[str], *, single: bool) -> bool:
        """Whether the id of an item shows one of these names."""
        if isinstance(item, ast.Call) and self._meanings.call(item) == "pytest.param":
            given = [keyword.value for keyword in item.keywords if keyword.arg == "id"]
            return any(self._mentions(each, named) if given else self._shows(each, named, single=True)
                       for each in given or item.args)  # fmt: skip
        if isinstance(item, (ast.Tuple, ast.List)):
            return not single and any(self._shows(each, named, single=True) for each in item.elts)
        if isinstance(item, ast.Name):
            return item.id in named
        return self._is_text(item) and self._mentions(item, named)

    @staticmethod
    def _mentions(node: ast.expr, named: set[str]) -> bool:
        return any(isinstance(part, ast.Name) and part.id in named for part in ast.walk(node))

    def _has_text_items(self, node: ast.expr, *, single: bool) -> bool:
        """Whether the items of an iterable surely are strings, and more than one."""
        node = self._chance.value(node)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return len({ast.dump(each) for each in node.elts}) > 1 and all(
                self._is_text(each)
                or (not single and isinstance(each, ast.Tuple) and any(map(self._is_text, each.elts)))
                for each in node.elts
            )
        if isinstance(node, ast.Dict):
            return len(node.keys) > 1 and all(key is not None and self._is_text(key) for key in node.keys)
        if isinstance(node, ast.Constant):
            return isinstance(node.value, str) and len(set(node.value)) > 1
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            is_item = isinstance(node.elt, ast.Name) and any(
                isinstance(each.target, ast.Name)
                and each.target.id == node.elt.id
                and self._has_text_items(each.iter, single=single)
                for each in node.generators
            )
            return is_item or self._is_text(node.elt)
        if isinstance(node, ast.BinOp):
            return self._has_text_items(node.left, single=single)
        if isinstance(node, ast.Call):
            return self._makes_text_items(node, single=single)
        return self._meanings.name(node).startswith("string.")

    def _makes_text_items(self, call: ast.Call, *, single: bool) -> bool:
        name = self._meanings.call(call)
        if name in _TEXT_ITEMS:
            return True
        if name in _SAME_ITEMS and call.args:
            return self._has_text_items(call.args[0], single=single)
        return not name and isinstance(call.func, ast.Attribute) and call.func.attr in ("split", "splitlines")

    def _is_text(self, node: ast.expr) -> bool:
        node = self._chance.value(node)
        if isinstance(node, ast.Constant):
            return isinstance(node.value, (str, bytes))
        if isinstance(node, ast.Attribute):
            return node.attr in ("__name__", "__qualname__", "__module__")
        if isinstance(node, ast.BinOp):
            return isinstance(node.op, (ast.Add, ast.Mod)) and self._is_text(node.left)
        if isinstance(node, ast.Call):
            is_method = isinstance(node.func, ast.Attribute) and node.func.attr in _OF_TEXT
            return is_method or self._meanings.call(node) in ("builtins.str", "builtins.repr")
        return isinstance(node, ast.JoinedStr)
