"""Reads the outline of a module from its syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from collectbench.sources import guards
from collectbench.sources.names import applied, dotted
from collectbench.sources.outline import NEVER_AT_COLLECTION, Class, Guard, Import, Method, Outline

_NAME = rb"[\w\x80-\xff]+"
_BREAK = rb"[ \t\\\r\n]*"
_GLOBAL = re.compile(
    rb"(?:^[ \t]+|[;:][ \t]*)global[ \t]+(" + _NAME + rb"(?:" + _BREAK + rb"," + _BREAK + _NAME + rb")*)", re.MULTILINE
)
_DYNAMIC = (
    b"globals()",
    b"locals()[",
    b"locals().update",
    b"vars()",
    b"import_module(__name__",
    b"__import__(__name__",
    b"initpkg(",
    b"exec(",
    b"sys.modules[__",
    b"__dict__.update",
    b"setattr(sys.modules",
    b"lazy_load",
)
"""Ways in which names get into a module that nobody can read. Plain `in`: a pattern would take as long as parsing."""


def read_outline(source: bytes, tree: ast.Module) -> Outline:
    """Return the outline of a module; `tree` may lack the bodies of functions."""
    reader = _Reader()
    reader.statements(tree.body, Guard.NONE)
    if b":=" in source:
        reader.bindings.update(part.target.id for part in ast.walk(tree) if isinstance(part, ast.NamedExpr))
    for names in _GLOBAL.findall(source) if b"global" in source else ():
        reader.bindings.update(name.strip(b" \t\\\r\n").decode("utf-8", "replace") for name in names.split(b","))
    return Outline(
        imports=tuple(reader.imports),
        classes=tuple(reader.classes),
        functions=tuple(reader.functions),
        bindings=frozenset(reader.bindings),
        aliases=tuple(reader.aliases),
        exports=reader.exports if reader.exports_are_literal else None,
        is_dynamic="__getattr__" in reader.bindings
        or not reader.exports_are_literal
        or any(way in source for way in _DYNAMIC),
        not_tests=frozenset(reader.not_tests),
        made=tuple(reader.made),
    )


class _Reader:
    def __init__(self) -> None:
        self.imports: list[Import] = []
        self.classes: list[Class] = []
        self.functions: list[Method] = []
        self.bindings: set[str] = set()
        self.aliases: list[tuple[str, str]] = []
        self.exports: tuple[str, ...] | None = None
        self.exports_are_literal = True
        self.not_tests: set[str] = set()
        self.made: list[tuple[int, str, str]] = []
        self._blocks = 0

    def statements(self, body: Iterable[ast.stmt], guard: str) -> None:
        """Read a list of statements of the module."""
        self._blocks += 1
        block = self._blocks
        for statement in body:
            self._statement(statement, guard, block)

    def _statement(self, node: ast.stmt, guard: str, block: int) -> None:  # noqa: C901, PLR0912 - one branch a kind
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node, guard)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.bindings.add(node.name)
            self.functions.append(_method(node, block))
        elif isinstance(node, ast.ClassDef):
            self.bindings.add(node.name)
            self._class(node, node.name, guard, block)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            self._assignment(node)
            if isinstance(node.value, ast.Call) and guard not in NEVER_AT_COLLECTION:
                self._made(node, node.value)
        elif isinstance(node, ast.If):
            first, second = guards.of_condition(node.test, guard)
            self.statements(node.body, first)
            self.statements(node.orelse, second)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.bindings.update(_targets(node.target))
            self.statements((*node.body, *node.orelse), guard)
        elif isinstance(node, ast.While):
            self.statements((*node.body, *node.orelse), guard)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None:
                    self.bindings.update(_targets(item.optional_vars))
            self.statements(node.body, guards.of_with(node, guard))
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            self._try(node, guard)  # type: ignore[arg-type]
        elif isinstance(node, ast.Match):
            for case in node.cases:
                for part in ast.walk(case.pattern):
                    if name := getattr(part, "name", None) or getattr(part, "rest", None):
                        self.bindings.add(name)
                self.statements(case.body, guard)
        elif isinstance(node, ast.Expr):
            self._changed_exports(node.value)
        elif type(node).__name__ == "TypeAlias":  # `type X = int`, from Python 3.12 on
            self.bindings.update(_targets(node.name))  # type: ignore[attr-defined]

    def _try(self, node: ast.Try, guard: str) -> None:
        inner, in_handlers = guards.of_try(node, guard)
        self.statements(node.body, inner)
        for handler in node.handlers:
            if handler.name:
                self.bindings.add(handler.name)
            self.statements(handler.body, in_handlers)
        self.statements(node.orelse, guard)
        self.statements(node.finalbody, guard)

    def _import(self, node: ast.Import | ast.ImportFrom, guard: str) -> None:
        if isinstance(node, ast.ImportFrom):
            names = tuple((alias.name, alias.asname or alias.name) for alias in node.names)
            self.bindings.update(bound for _, bound in names if bound != "*")
            self.imports.append(Import(node.lineno, node.level, node.module or "", names, "", guard))
            return
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            self.bindings.add(bound)
            self.imports.append(Import(node.lineno, 0, alias.name, (), alias.asname or "", guard))

    def _assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        value = node.value
        names = [name for target in targets for name in _targets(target)]
        if not (isinstance(node, ast.AnnAssign) and value is None):
            self.bindings.update(names)
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "__test__" and _constant(value) is False:
                self.not_tests.add(dotted(target.value))
        if "__test__" in names and _constant(value) is False:
            self.not_tests.add("")
        if "__all__" in names:
            self._exports(node, value)
        if value is None:
            return
        if isinstance(value, (ast.Name, ast.Attribute)) and (source := dotted(value)):
            self.aliases.extend((name, source) for name in names)

    def _made(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, call: ast.Call) -> None:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name) and (called := dotted(call.func)):
            self.made.append((node.lineno, target.id, called))

    def _exports(self, node: ast.stmt, value: ast.expr | None) -> None:
        """`__all__`: literal lists, added up; anything else is unknown."""
        elements = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [None]
        names = [_constant(element) for element in elements]
        if not all(isinstance(name, str) for name in names):
            self.exports_are_literal = False
            return
        before = (self.exports or ()) if isinstance(node, ast.AugAssign) else ()
        self.exports = (*before, *(str(name) for name in names))

    def _changed_exports(self, node: ast.expr) -> None:
        """`__all__.append("a")` and `__all__.extend(["a"])`; other methods leave it unknown."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            return
        if dotted(node.func.value) == "__all__":
            values = node.args[0].elts if len(node.args) == 1 and isinstance(node.args[0], ast.List) else node.args
            names = [name for value in values if isinstance(name := _constant(value), str)]
            self.exports = (*(self.exports or ()), *names)
            if node.func.attr not in ("append", "extend") or len(names) < len(values):
                self.exports_are_literal = False

    def _class(self, node: ast.ClassDef, name: str, guard: str, block: int) -> None:
        methods: list[Method] = []
        attributes: set[str] = set()
        flag = ""
        inner: list[tuple[ast.ClassDef, int]] = []
        for statement, number in self._flat(node.body):
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                methods.append(_method(statement, number))
            elif isinstance(statement, ast.ClassDef):
                attributes.add(statement.name)
                inner.append((statement, number))
            elif isinstance(statement, (ast.Import, ast.ImportFrom)):
                attributes.update(alias.asname or alias.name.partition(".")[0] for alias in statement.names)
            elif isinstance(statement, ast.Delete):  # nobody can tell whether it is there: as with other values
                attributes.update(each for target in statement.targets for each in _targets(target))
            elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                names = {each for target in targets for each in _targets(target)}
                if "__test__" in names:
                    value = _constant(statement.value)
                    flag = str(value) if value in (True, False) else "?"
                if isinstance(statement, ast.Assign) or statement.value is not None:
                    attributes |= names
        lines = [node.lineno, *(decorator.lineno for decorator in node.decorator_list)]
        self.classes.append(
            Class(
                name=name,
                line=node.lineno,
                first=min(lines),
                bases=tuple(map(applied, node.bases)),
                decorators=tuple(map(applied, node.decorator_list)),
                methods=tuple(methods),
                attributes=tuple(sorted(attributes)),
                test_flag=flag,
                has_keywords=bool(node.keywords),
                guard=guard,
                block=block,
                end=node.end_lineno or node.lineno,
            )
        )
        for child, number in inner:
            self._class(child, f"{name}.{child.name}", guard, number)

    def _flat(self, body: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, int]]:
        """The statements of a class, those in conditions too, each with the number of its block."""
        self._blocks += 1
        block = self._blocks
        for statement in body:
            yield statement, block
            for field in ("body", "orelse", "finalbody"):
                if isinstance(statement, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
                    yield from self._flat(getattr(statement, field, ()))
            if isinstance(statement, ast.Try):
                for handler in statement.handlers:
                    yield from self._flat(handler.body)


def _method(node: ast.FunctionDef | ast.AsyncFunctionDef, block: int) -> Method:
    return Method(node.name, node.lineno, tuple(map(applied, node.decorator_list)), block)


def _targets(node: ast.expr) -> Iterator[str]:
    """The names that an assignment to this target binds."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, (ast.Tuple, ast.List)):
        for element in node.elts:
            yield from _targets(element)
    elif isinstance(node, ast.Starred):
        yield from _targets(node.value)


def _constant(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None
