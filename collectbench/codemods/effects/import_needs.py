"""Why an import is needed although its file does not use the name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from collectbench.codemods.effects.effectful_modules import acts_when_imported
from collectbench.codemods.effects.import_effects import ImportEffects
from collectbench.codemods.effects.import_graph import ImportGraph
from collectbench.lint.heavy_modules import package_of
from collectbench.lint.rule import Evidence
from collectbench.sources.modules import INIT, Found
from collectbench.sources.names import absolute, dotted
from collectbench.sources.outline import Import

_TELLS = re.compile(
    r"noqa|pylint:|side[- ]?effect|regist|need|require|must|keep|do not remove|don't remove|used (?:by|in)|fixture"
    r"|order|before|first|monkey|patch|trigger",
    re.IGNORECASE,
)
"""Words of a comment that say why an import is there."""
_FOUND_BY_PYTEST = frozenset(
    """
    pytestmark pytest_plugins collect_ignore collect_ignore_glob setup_module teardown_module setup_function
    teardown_function setUpModule tearDownModule load_tests
    """.split()  # noqa: SIM905 - a list would take ten lines
)
_BY_NAME = frozenset({"globals", "locals", "vars", "eval", "exec", "dir"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One name of an import statement, as its file has it.

    Attributes:
        path: of the file.
        node: the statement.
        alias: the name in it.
    """

    path: str
    node: ast.Import | ast.ImportFrom
    alias: ast.alias

    @property
    def bound(self) -> str:
        """The name that it binds."""
        is_plain = isinstance(self.node, ast.Import)
        return self.alias.asname or (self.alias.name.partition(".")[0] if is_plain else self.alias.name)

    @property
    def as_import(self) -> Import:
        """The statement, with this name alone, as outlines have it."""
        if isinstance(self.node, ast.Import):
            return Import(self.node.lineno, 0, self.alias.name, (), self.alias.asname or "", "")
        names = ((self.alias.name, self.bound),)
        return Import(self.node.lineno, self.node.level, self.node.module or "", names, "", "")


@dataclass(kw_only=True)
class ImportNeeds:
    """Why imports are needed, in one tree."""

    evidence: Evidence
    _searched: dict[str, bytes] = field(default_factory=dict)

    def reason(self, imported: Imported) -> str:
        """Return why an import that its file does not use is needed, a clause; empty if nothing is seen."""
        asked = (self._by_its_file, self._by_pytest, self._by_others, self._for_a_module, self._for_its_effects)
        return next(filter(None, (ask(imported) for ask in asked)), "")

    def _by_its_file(self, imported: Imported) -> str:
        path, bound = imported.path, imported.bound
        codebase = self.evidence.codebase
        outline, tree = codebase.outline(path), codebase.tree(path)
        if outline is None or tree is None:
            return "its file cannot be read"
        if path.rpartition("/")[2] == INIT:
            return "the package may pass it on"
        if imported.alias.asname == imported.alias.name:
            return "`as` with the same name says that it is passed on"
        if bound in (outline.exports or ()) or ("__all__" in outline.bindings and outline.exports is None):
            return "__all__ passes it on"
        if comment := _telling_comment(codebase.read(path), imported.node):
            return f"its comment says why it is there: {comment}"
        return _use_by_name(tree, codebase.read(path), bound)

    def _by_pytest(self, imported: Imported) -> str:
        bound = imported.bound
        if bound in _FOUND_BY_PYTEST or bound.startswith("pytest_"):
            return f"pytest looks for {bound} in this file"
        is_plain = isinstance(imported.node, ast.Import)
        if not is_plain and ("test" in bound.lower() or self.evidence.collection.is_test_name(bound)):
            return "pytest may collect it here as a test"
        return ""

    def _by_others(self, imported: Imported) -> str:
        codebase, path, bound = self.evidence.codebase, imported.path, imported.bound
        stem = codebase.modules.stem_of(path)
        for other in sorted(codebase.files_with({stem}) if stem else ()):
            for mention in codebase.facts[other].mentions:
                if mention.startswith("="):
                    if f".{stem}.{bound}." in f".{mention[1:]}.":
                        return f"{other} patches it here"
                elif other != path and self._takes(other, mention, path, bound):
                    return f"{other} imports it from here"
        return ""

    def _takes(self, other: str, mention: str, path: str, bound: str) -> bool:
        """Whether a mention in another file takes a name of a file, or the file, of which it then uses the name."""
        module, _, name = mention.partition(":")
        plain = module.lstrip(".")
        level = len(module) - len(plain)
        locate = self.evidence.codebase.modules.locate
        home = locate(plain, level, other)
        if name and isinstance(home, Found) and home.path == path:
            return name in (bound, "*")
        inner = locate(f"{plain}.{name}".strip("."), level, other) if name else home
        if isinstance(inner, Found) and inner.path == path:
            return re.search(rb"\." + bound.encode() + rb"\b", self._source(other)) is not None
        return False

    def _for_a_module(self, imported: Imported) -> str:
        """Whether others use a module as an attribute of its package without importing it."""
        names = list(self._modules(imported))
        for module in (name for name in names if "." in name):
            parent, _, last = module.rpartition(".")
            top = module.partition(".")[0]
            used = re.compile(rb"\." + last.encode() + rb"\b")
            for other in sorted({*self.evidence.codebase.files_with({top}), imported.path}):
                mentions = self.evidence.codebase.facts[other].mentions
                imports_top = any(f"{each.partition(':')[0]}.".startswith(f"{top}.") for each in mentions)
                imports_it = other != imported.path and any(
                    f"{each.replace(':', '.')}.".startswith(f"{module}.") for each in mentions
                )
                if imports_top and not imports_it and used.search(_without_imports(self._source(other))):
                    return f"{other} may use {module} as an attribute of {parent} without importing it"
        return ""

    def _for_its_effects(self, imported: Imported) -> str:
        files = frozenset(self._graph.files_of(imported.path, imported.as_import))
        if not files:
            names = list(self._modules(imported))
            acting = next(filter(acts_when_imported, names), "")
            if not names:
                return "nobody can tell which module it means"
            return f"the import of {acting} does something, or its name says so" if acting else ""
        for path in sorted(self._graph.imported(files)):
            if (effect := self._effects.first(path)) is not None:
                return f"{effect.path}:{effect.line}, which it loads, {effect.what}"
            if cycle := self._graph.cycle_of(path):
                other = min(cycle - {path})
                return f"it loads {path} and {other}, which import each other: which of them comes first matters"
        return ""

    @cached_property
    def _graph(self) -> ImportGraph:
        return ImportGraph(codebase=self.evidence.codebase)

    @cached_property
    def _effects(self) -> ImportEffects:
        return ImportEffects(codebase=self.evidence.codebase)

    def _modules(self, imported: Imported) -> Iterator[str]:
        """The absolute names of the modules that an import loads, the deepest one last."""
        each = imported.as_import
        name = absolute(each.module, each.level, package_of(self.evidence.codebase.modules, imported.path))
        if name is None:
            return
        yield name
        for inner, _ in each.names:
            if self._is_module(name, inner):
                yield f"{name}.{inner}"

    def _is_module(self, package: str, name: str) -> bool:
        """Whether a package has a module of this name; a name in small letters may be one if nothing is known."""
        modules = self.evidence.codebase.modules
        if isinstance(modules.locate(f"{package}.{name}"), Found):
            return True
        directories = [f"{site}/{package.replace('.', '/')}" for site in modules.site]
        return any(modules.holds(each, name) for each in directories) if directories else name.islower()

    def _source(self, path: str) -> bytes:
        if path not in self._searched:
            try:
                self._searched[path] = self.evidence.codebase.read(path)
            except OSError:
                self._searched[path] = b""
        return self._searched[path]


_IMPORT_LINE = re.compile(rb"^[ \t]*(?:from|import)[ \t][^\n]*", re.MULTILINE)


def _without_imports(source: bytes) -> bytes:
    return _IMPORT_LINE.sub(b"", source)


def _telling_comment(source: bytes, node: ast.stmt) -> str:
    """A comment in the lines of a statement, or in the line above it, that says why it is there."""
    lines = source.decode("utf-8", "replace").splitlines()
    above = lines[node.lineno - 2] if node.lineno > 1 else ""
    texts = [above] if above.lstrip().startswith("#") else []
    texts += [f"#{each.partition('#')[2]}" for each in lines[node.lineno - 1 : node.end_lineno] if "#" in each]
    return next((text.strip() for text in texts if _TELLS.search(text)), "")


def _use_by_name(tree: ast.Module, source: bytes, bound: str) -> str:
    """How a file may use a name that does not stand there as one; empty if it does not."""
    word = re.compile(rf"\b{re.escape(bound)}\b")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func) in _BY_NAME:
            return f"line {node.lineno} calls {dotted(node.func)}(), which may use it by its name"
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value == bound or node.value.endswith(f".{bound}") or f".{bound}." in node.value:
                return f"line {node.lineno} names it in a string"
            if ">>>" in node.value and word.search(node.value):
                return f"the doctest in line {node.lineno} uses it"
    if re.search(rb"#[ \t]*type:[^\n]*\b" + re.escape(bound.encode()) + rb"\b", source):
        return "a type comment uses it"
    return ""
