"""Functions that run while pytest collects, so that an import in them saves nothing."""

from __future__ import annotations

import ast
from collections import defaultdict

from collectbench.codemods.deferral.name_uses import Kind, NameUses

AFTER_COLLECTION = (
    *("pytest_runtest", "pytest_fixture", "pytest_pyfunc", "pytest_exception", "pytest_terminal"),
    *("pytest_assert", "pytest_sessionfinish", "pytest_unconfigure", "pytest_warning", "pytest_report_teststatus"),
    "pytest_report_to_serializable",
    "pytest_keyboard",
)
"""How the names of hooks begin that pytest calls only when tests run."""
_CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__", "__call__", "__init_subclass__", "__set_name__"})
_OF_IMPORT = frozenset({"__getattr__", "__dir__"})


def called_early(uses: NameUses) -> dict[int, str]:
    """Return the numbers of the outermost functions that may run before the first test, and what calls them.

    The values are clauses such as `make(), which line 12 calls while the file is imported`. Who refers to a function in
    its body may call it. A class that is called runs its constructors, and the methods whose names early code mentions.
    """
    return _Search(uses).early


class _Search:
    """Follows calls from the code of the module itself, and from hooks of pytest."""

    def __init__(self, uses: NameUses) -> None:
        self._functions = uses.functions
        self._of_name: dict[str, list[int]] = defaultdict(list)
        self._mentioned: dict[int, set[str]] = defaultdict(set)
        self._attributes = set(uses.attributes)
        self._built: dict[int, str] = {}
        """The methods of classes that are called early, and by whom."""
        self.early: dict[int, str] = {}
        self._pending: list[int] = []
        for number, function in enumerate(self._functions):
            self._of_name[function.name.partition(".")[0]].append(number)
        for use in uses.uses:
            if use.kind is Kind.BODY:
                self._mentioned[use.function].add(use.name)
        for number, function in enumerate(self._functions):
            if function.name in _OF_IMPORT or _is_early_hook(function.name):
                self._add(number, "pytest calls while it collects")
        for use in uses.uses:
            if use.kind is Kind.IMPORT and use.is_call:
                self._call(use.name, f"line {use.line} calls while the file is imported")
        self._follow()

    def _follow(self) -> None:
        while self._pending:
            number = self._pending.pop(0)
            function = self._functions[number]
            for name in sorted(self._mentioned[number]):
                self._call(name, f"{function.name}() may call")
            new = {node.attr for node in ast.walk(function.node) if isinstance(node, ast.Attribute)} - self._attributes
            self._attributes |= new
            for method, by in list(self._built.items()):
                if self._last(method) in new:
                    self._add(method, by)

    def _call(self, name: str, by: str) -> None:
        for number in self._of_name.get(name, ()):
            is_method = "." in self._functions[number].name
            if is_method:
                self._built.setdefault(number, by)
            if not is_method or self._last(number) in _CONSTRUCTORS | self._attributes:
                self._add(number, by)

    def _add(self, number: int, by: str) -> None:
        if number not in self.early:
            self.early[number] = f"{self._functions[number].name}(), which {by}"
            self._pending.append(number)

    def _last(self, number: int) -> str:
        return self._functions[number].name.rpartition(".")[2]


def _is_early_hook(name: str) -> bool:
    return name.startswith("pytest_") and not name.startswith(AFTER_COLLECTION)
