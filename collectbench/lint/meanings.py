"""What the names in one module mean, as far as its imports and single assignments tell."""

from __future__ import annotations

import ast
import builtins
from collections import Counter, defaultdict
from collections.abc import Iterator

from collectbench.lint.rule import Module
from collectbench.sources.names import dotted
from collectbench.sources.outline import NEVER_AT_COLLECTION
from collectbench.sources.statements import Run, run_at_import

_DEEP = 10
"""Longer chains of assignments are circles."""


_latest: list[tuple[ast.Module, Meanings]] = []


def meanings_of(module: Module) -> Meanings:
    """Return what the names in a module mean; rules ask for the same module one after the other."""
    if not _latest or _latest[0][0] is not module.tree:
        _latest[:] = [(module.tree, Meanings(module))]
    return _latest[0][1]


class Meanings:
    """The names that a module binds outside of functions. It answers only where there is one answer."""

    def __init__(self, module: Module) -> None:
        self._bindings = module.outline.bindings
        self._imports = _imports(module)
        self._values: dict[str, ast.expr] = {}
        self._stored = Counter[str]()
        self._used = set[str]()
        self.changed = set[str]()
        """Names of values that a statement may change: `NAMES.sort()`, `shuffle(NAMES)`, `NAMES[0] = 1`."""
        self.runs: tuple[Run, ...] = tuple(run_at_import(module.tree))
        """What runs at import, for all rules: walking takes longer than what they do with it."""
        for run in self.runs:
            self._read(run.node)
        self._functions = frozenset(each.name for each in module.outline.functions)
        self._stored.update(self._functions)
        self._stored.update({each.name for each in module.outline.classes})

    def calls(self) -> Iterator[tuple[ast.stmt, ast.Call]]:
        """Yield each call that surely runs at import, with the innermost statement that holds it."""
        for node, statement, is_certain in self.runs:
            if is_certain and isinstance(node, ast.Call):
                yield statement, node

    def name(self, node: ast.AST | None) -> str:
        """Return the full dotted name of what an expression refers to: `subprocess.run`, `builtins.open`; else ""."""
        return self._full(dotted(node), 0)

    def call(self, node: ast.AST | None) -> str:
        """Return the full dotted name of what a call calls; empty for anything else."""
        return self.name(node.func) if isinstance(node, ast.Call) else ""

    def value(self, node: ast.expr) -> ast.expr:
        """Return the expression that a name was assigned, if it was assigned once; else the expression itself."""
        for _ in range(_DEEP):
            if not (isinstance(node, ast.Name) and self._stored[node.id] == 1 and node.id in self._values):
                break
            if node.id in self._imports:
                break
            node = self._values[node.id]
        return node

    def is_function(self, node: ast.expr) -> bool:
        """Whether it is a lambda, or a function of the module."""
        return isinstance(node, ast.Lambda) or (isinstance(node, ast.Name) and node.id in self._functions)

    def _full(self, name: str, depth: int) -> str:
        head, dot, rest = name.partition(".")
        if not head or depth > _DEEP:
            return ""
        if head in self._imports:
            origins = self._imports[head]
            return f"{next(iter(origins))}{dot}{rest}" if len(origins) == 1 and not self._stored[head] else ""
        if head in self._values and self._stored[head] == 1:
            base = self._full(dotted(self._values[head]), depth + 1)
            return f"{base}{dot}{rest}" if base else ""
        if head in self._bindings or self._stored[head]:
            return ""
        return f"builtins.{name}" if hasattr(builtins, head) else ""

    def _read(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            self._stored[node.id] += 1
        elif isinstance(node, ast.Assign):
            if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self._assign(node.targets[0].id, node.value)
        elif isinstance(node, ast.AnnAssign):
            if isinstance(node.target, ast.Name):
                if node.value is None:
                    self._stored[node.target.id] -= 1  # it only declares the name, which is counted when it comes
                else:
                    self._assign(node.target.id, node.value)
        elif isinstance(node, ast.GeneratorExp):  # it is walked no further than to what it iterates over
            targets = [part for generator in node.generators for part in ast.walk(generator.target)]
            self._stored.update(part.id for part in targets if isinstance(part, ast.Name))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
            self.changed.update(each.id for each in (receiver, *call.args) if isinstance(each, ast.Name))
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
            self.changed.add(dotted(node.value).partition(".")[0])

    def _assign(self, name: str, value: ast.expr) -> None:
        if isinstance(value, ast.Constant) and value.value is None:
            self._stored[name] -= 1  # `except ImportError: name = None`: whoever calls it has the other one
            return
        self._used.update(each.id for each in ast.walk(value) if isinstance(each, ast.Name))
        if name not in self._used:  # else following the values could lead in a circle
            self._values[name] = value


def _imports(module: Module) -> dict[str, set[str]]:
    """The dotted names that each imported name may stand for; those of relative imports begin with a dot."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in module.outline.imports:
        if each.guard in NEVER_AT_COLLECTION:
            continue
        if each.names:
            base = "." * each.level + each.module
            for name, bound in each.names:
                found[bound].add(f"{base}.{name}")
        elif each.bound:
            found[each.bound].add(each.module)
        else:
            top = each.module.partition(".")[0]
            found[top].add(top)
    return found
