"""Which modules, and which names of modules, a file refers to at any depth: imports, and strings that `patch` imports.

`skim` reads bytes with patterns, quickly, and finds more than there is: strings and comments that look like imports.
`read_references` reads a syntax tree, and is exact. So files are parsed whole only for what `skim` makes look missing.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from collectbench.sources import guards
from collectbench.sources.names import dotted
from collectbench.sources.outline import Guard

STAR = "*"


class Form:
    """How a reference is written. Plain strings, since references are kept in a cache."""

    FROM = "from"
    IMPORT = "import"
    IMPORT_MODULE = "import_module"
    PATCH = "patch"


class Reference(NamedTuple):
    """One name of a module that a file refers to.

    Attributes:
        line: of the statement or the string, from 1.
        level: how many dots lead the module.
        module: the module; for a string the whole dotted path of the object.
        name: the imported name; empty for a module alone and for strings.
        form: one of `Form`.
        guard: one of `Guard`.
        in_function: whether it runs only when a function does.
        is_optional: for strings: whether the last part need not exist (`create=True`, `raising=False`).
    """

    line: int
    level: int
    module: str
    name: str
    form: str
    guard: str
    in_function: bool
    is_optional: bool = False


_NAME = rb"[\w.\x80-\xff]+"
_STATEMENT = re.compile(
    rb"\n[ \t]*(?:lazy[ \t]+)?(?:"
    rb"from[ \t]*(" + _NAME + rb")[ \t]*import\b[ \t]*(\([^)]*\)|[^\n;#]*)"
    rb"|import[ \t]+(" + _NAME + rb"[^\n;#]*))"
)
_AFTER = tuple(
    re.compile(mark + rb"[ \t]*(?:from[ \t]*" + _NAME + rb"[ \t]*import\b|import[ \t]+\w)") for mark in (rb";", rb":")
)
_CONTINUED = re.compile(rb"(?:from|import)[^\n]*\\\r?\n")
"""Imports that `_STATEMENT` does not see whole: after a semicolon or colon, or over several lines by a backslash."""
_STRING = re.compile(
    rb"(?:patch|attr|import_module|__import__|multiple|dict)\(\s*(?:target[ \t]*=[ \t]*)?"
    rb"""["']([A-Za-z_]\w*(?:\.\w+)*)["']"""
)
_FUNCTIONS = re.compile(rb"(?:patch|attr|import_module|__import__|multiple|dict|importorskip)\(")
_PATCHES = frozenset({"patch", "multiple", "dict", "setattr", "delattr"})
_IMPORTERS = frozenset({"import_module", "__import__"})


def skim(source: bytes) -> frozenset[str] | None:
    """Return what the source may refer to: `module`, `module:name`, or `=path` for strings; dots lead relative ones.

    None if the source has imports in a form that only a parser can read.
    """
    if any(pattern.search(source) for pattern in _AFTER) or (b"\\\n" in source and _CONTINUED.search(source)):
        return None
    found = set[bytes]()
    for module, names, modules in _STATEMENT.findall(b"\n" + source):
        if modules:
            found.update(part.split()[0] for part in modules.split(b",") if part.strip())
            continue
        if names[:1] == b"(":
            names = b" ".join(line.partition(b"#")[0] for line in names[1:-1].split(b"\n"))  # noqa: PLW2901
        found.update(module + b":" + part.split()[0] for part in names.split(b",") if part.strip())
    found.update(b"=" + path for path in _STRING.findall(source))
    return frozenset(text.decode("utf-8", "replace") for text in found)


def read_references(source: bytes, tree: ast.Module) -> tuple[Reference, ...]:
    """Return all references of a whole syntax tree, in the order of their lines."""
    reader = _Reader(tuple(_lines_of_calls(source)))
    reader.body(tree.body, Guard.NONE, in_function=False)
    skipped = reader.skipped_without
    found = [
        each._replace(guard=Guard.EXPECTED) if f"{each.module}.".startswith(skipped) else each for each in reader.found
    ]
    return tuple(sorted(each for each in found if reader.has_import_module or each.form != Form.IMPORT_MODULE))


def _lines_of_calls(source: bytes) -> Iterator[int]:
    """Yield the lines with the name of a function whose string may name a module."""
    line, position = 1, 0
    for match in _FUNCTIONS.finditer(source):
        line += source.count(b"\n", position, match.start())
        position = match.start()
        yield line


def as_skimmed(references: Iterable[Reference]) -> frozenset[str]:
    """Return references in the form of `skim`."""
    return frozenset(map(_skimmed, references))


def _skimmed(reference: Reference) -> str:
    if reference.form in (Form.PATCH, Form.IMPORT_MODULE):
        return f"={reference.module}"
    module = "." * reference.level + reference.module
    return f"{module}:{reference.name}" if reference.name else module


class _Reader:
    """Collects references.

    Attributes:
        found: in the order of reading.
        has_import_module: whether `import_module` is that of importlib: projects have functions of that name.
        skipped_without: modules that `importorskip` asks for, each with a dot behind it.
    """

    def __init__(self, lines: tuple[int, ...]) -> None:
        self._lines = lines
        self.found: list[Reference] = []
        self.has_import_module = False
        self.skipped_without: tuple[str, ...] = ()

    def body(self, statements: Iterable[ast.stmt], guard: str, *, in_function: bool) -> None:
        for statement in statements:
            self._statement(statement, guard, in_function=in_function)

    def _statement(self, node: ast.stmt, guard: str, *, in_function: bool) -> None:  # noqa: C901 - one branch a kind
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.found.append(Reference(node.lineno, 0, alias.name, "", Form.IMPORT, guard, in_function))
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                self.has_import_module |= (node.module, alias.name) == ("importlib", "import_module")
                self.found.append(
                    Reference(node.lineno, node.level, node.module or "", alias.name, Form.FROM, guard, in_function)
                )
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for part in (*node.decorator_list, node.args):
                self._calls(part, guard, in_function=in_function)
            self.body(node.body, guard if guard in (Guard.TYPE_CHECKING, Guard.CONDITION) else "", in_function=True)
        elif isinstance(node, ast.If):
            first, second = guards.of_condition(node.test, guard)
            self._calls(node.test, guard, in_function=in_function)
            self.body(node.body, first, in_function=in_function)
            self.body(node.orelse, second, in_function=in_function)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            self._try(node, guard, in_function=in_function)  # type: ignore[arg-type]
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self._calls(item.context_expr, guard, in_function=in_function)
            self.body(node.body, guards.of_with(node, guard), in_function=in_function)
        else:
            self._other(node, guard, in_function=in_function)

    def _try(self, node: ast.Try, guard: str, *, in_function: bool) -> None:
        inner, in_handlers = guards.of_try(node, guard)
        self.body(node.body, inner, in_function=in_function)
        for handler in node.handlers:
            self.body(handler.body, in_handlers, in_function=in_function)
        self.body((*node.orelse, *node.finalbody), guard, in_function=in_function)

    def _other(self, node: ast.AST, guard: str, *, in_function: bool) -> None:
        """Any other statement: its expressions, and the statements in it."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self._statement(child, guard, in_function=in_function)
            elif isinstance(child, ast.expr):
                self._calls(child, guard, in_function=in_function)
            else:  # a case of `match`, the keyword of a class
                self._other(child, guard, in_function=in_function)

    def _calls(self, node: ast.AST, guard: str, *, in_function: bool) -> None:
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        if first and bisect_left(self._lines, first) == bisect_left(self._lines, last + 1):
            return  # no call in these lines concerns us: most expressions need no walk
        for part in ast.walk(node):
            if isinstance(part, ast.Call):
                self._call(part, guard, in_function=in_function)

    def _call(self, call: ast.Call, guard: str, *, in_function: bool) -> None:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in _IMPORTERS:
            self.has_import_module |= dotted(call.func) in ("importlib.import_module", "__import__")
        elif name == "importorskip" and call.args and isinstance(module := getattr(call.args[0], "value", None), str):
            self.skipped_without = (*self.skipped_without, f"{module}.")
        if name in _IMPORTERS or name in _PATCHES:
            self.found.extend(_of_call(name, call, guard, in_function=in_function))


def _of_call(name: str, call: ast.Call, guard: str, *, in_function: bool) -> Iterator[Reference]:
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    target = call.args[0] if call.args else keywords.get("target")
    path = target.value if isinstance(target, ast.Constant) else None
    if not isinstance(path, str) or not all(part.isidentifier() for part in path.split(".")):
        return
    line = target.lineno if target is not None else call.lineno
    if name in _IMPORTERS:
        yield Reference(line, 0, path, "", Form.IMPORT_MODULE, guard, in_function)
        return
    if "." not in path or (name == "dict" and "patch" not in dotted(call.func)):
        return
    is_optional = _is(keywords.get("create"), value=True) or _is(keywords.get("raising"), value=False)
    if name in ("setattr", "delattr"):
        # monkeypatch.setattr("a.b", value, raising=False); with three values the first one is an object's name.
        is_optional = is_optional or len(call.args) > (2 if name == "setattr" else 1)
    if name in ("multiple", "dict"):
        # The string names a module or an object, and its attributes are given elsewhere.
        is_optional = is_optional and name == "multiple"
    yield Reference(line, 0, path, "", Form.PATCH, guard, in_function, is_optional)


def _is(node: ast.expr | None, *, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
