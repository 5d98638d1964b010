"""What a module of the tree does when it is imported, besides defining names."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from collectbench.codemods.effects.effectful_modules import acts_when_imported
from collectbench.codemods.effects.outside_writes import Function, mutated, outside_write, root_of
from collectbench.sources.codebase import Codebase
from collectbench.sources.meanings import Definition, External
from collectbench.sources.modules import Found
from collectbench.sources.names import applied, dotted
from collectbench.sources.outline import NEVER_AT_COLLECTION, Import
from collectbench.sources.statements import run_at_import

_TELLING = re.compile(
    r"regist|connect|subscrib|install|hook|activat|enable|disable|filterwarnings|basicconfig|set_|setup|configure"
    r"|receiver|listen|route|command|task|handler|(?<!dis)patch|seed|exec$|import_module|__import__|bootstrap|^use$|^on_",
    re.IGNORECASE,
)
"""Parts of names of functions that change something elsewhere."""
_PURE_PACKAGES = frozenset(
    {"numpy", "pydantic", "attr", "attrs", "typing_extensions", "pytest", "hypothesis", "numba", "wrapt", "decorator"}
)
"""Third-party packages whose decorators and base classes register nothing."""
_PLAIN_METACLASSES = frozenset({"type", "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType", "typing.GenericMeta"})
_FACTORIES = frozenset({"namedtuple", "NamedTuple", "TypedDict", "NewType", "make_dataclass"})
_BUILT_IN = frozenset({"property", "staticmethod", "classmethod"})
_REGISTERS_AT_STDLIB = frozenset({"atexit.register", "codecs.register", "copyreg.pickle", "copyreg.constructor"})
_DEEP = 30


class Effect(NamedTuple):
    """Something that a module does when it is imported: where, and a clause that says what."""

    path: str
    line: int
    what: str


@dataclass(kw_only=True)
class ImportEffects:
    """What the modules of a tree do when they are imported, read when it is asked for.

    It is careful: what cannot be resolved counts as an effect.
    """

    codebase: Codebase
    _known: dict[str, Effect | None] = field(default_factory=dict)
    _writes: dict[tuple[str, int], str] = field(default_factory=dict)
    _classes: dict[tuple[str, int], str] = field(default_factory=dict)

    def first(self, path: str) -> Effect | None:
        """Return the first thing that a module itself does, without the modules that it imports; None if nothing."""
        if path not in self._known:
            self._known[path] = next(self._of(path), None)
        return self._known[path]

    def _of(self, path: str) -> Iterator[Effect]:
        outline = self.codebase.outline(path)
        tree = self.codebase.outside(path)
        if outline is None or tree is None:
            yield Effect(path, 0, "it cannot be read")
            return
        for each in outline.imports:
            if each.guard not in NEVER_AT_COLLECTION and (module := self._acting_module(path, each)):
                yield Effect(path, each.line, f"imports {module}, whose import has side effects")
        own = _own_names(tree)
        for run in run_at_import(tree):
            for what in self._of_node(path, run.node, own):
                yield Effect(path, getattr(run.node, "lineno", run.statement.lineno), what)

    def _acting_module(self, path: str, each: Import) -> str:
        if each.level or isinstance(self.codebase.modules.locate(each.module), Found):
            return ""
        names = [each.module, *(f"{each.module}.{name}" for name, _ in each.names)]
        return next((name for name in names if acts_when_imported(name)), "")

    def _of_node(self, path: str, node: ast.AST, own: frozenset[str]) -> Iterator[str]:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for decorator in node.decorator_list:
                if why := self._of_decorator(path, decorator, own):
                    yield f"decorates {node.name} with {applied(decorator)}, which {why}"
            if isinstance(node, ast.ClassDef) and (why := self._of_class(path, node)):
                yield f"defines the class {node.name}, {why}"
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            if not _is_own(mutated(node.value), own):
                yield f"calls {applied(node.value)}"
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            if not _is_own(node.value, own):
                yield f"changes {ast.unparse(node)}"
        elif isinstance(node, ast.Call) and (why := self._of_call(path, node, own)):
            yield f"calls {applied(node)}, which {why}"

    def _of_call(self, path: str, node: ast.Call, own: frozenset[str]) -> str:
        """Why a call within an expression is no plain making of a value; empty if it is one."""
        name = dotted(node.func)
        if not name:
            return ""
        if _TELLING.search(name.rpartition(".")[2]) and not _is_own(node.func, own):
            return "has a name that tells of a change elsewhere"
        found = self.codebase.meaning(path, name)
        if isinstance(found, Definition):
            changed = self._written_by(found)
            return f"changes {changed}" if changed else ""
        return ""

    def _of_decorator(self, path: str, node: ast.expr, own: frozenset[str]) -> str:
        """Why a decorator may register what it decorates; empty if it does not."""
        name = applied(node)
        found = self.codebase.meaning(path, name)
        last = name.rpartition(".")[2]
        if name in _BUILT_IN and name not in own:
            return ""
        if isinstance(found, Definition):
            changed = self._written_by(found)
            return f"changes {changed}" if changed else ""
        if isinstance(found, External):
            top = found.name.partition(".")[0]
            is_plain = "." not in found.name or top in sys.stdlib_module_names or top in _PURE_PACKAGES
            return "" if is_plain and found.name not in _REGISTERS_AT_STDLIB else "may register it"
        if last in ("setter", "getter", "deleter", "register", "overload") and name.partition(".")[0] in own:
            return ""  # of a property, or of a function of this module (singledispatch)
        return "may register it"

    def _of_class(self, path: str, node: ast.ClassDef) -> str:
        """Why the definition of a class tells others of it; empty if it does not."""
        for base in node.bases:
            if isinstance(base, ast.Call) and dotted(base.func).rpartition(".")[2] in _FACTORIES:
                continue
            if why := self._of_base(path, applied(base), 0):
                return why
        return self._of_metaclass(path, node, 0)

    def _of_base(self, path: str, name: str, depth: int) -> str:
        found = self.codebase.meaning(path, name)
        if isinstance(found, External):
            top = found.name.partition(".")[0]
            is_plain = "." not in found.name or top in sys.stdlib_module_names or top in _PURE_PACKAGES
            return "" if is_plain else f"which inherits from {found.name}; that may register it"
        if not isinstance(found, Definition) or found.class_ is None or depth > _DEEP:
            return f"which inherits from {name}; nobody can tell what that does"
        if found.place not in self._classes:
            self._classes[found.place] = ""  # a class that inherits from itself does not run
            self._classes[found.place] = self._of_ancestor(found, depth)
        return self._classes[found.place]

    def _of_ancestor(self, found: Definition, depth: int) -> str:
        """Why heirs of a class of the tree are told of; empty if they are not."""
        node = _at(self.codebase.tree(found.path), found.place[1])
        if not isinstance(node, ast.ClassDef) or found.class_ is None:
            return f"which inherits from {found.name}; nobody can tell what that does"
        for part in node.body:
            is_told = isinstance(part, Function) and part.name == "__init_subclass__"
            if is_told and (changed := outside_write(part)):
                return f"which inherits from {found.name}; its __init_subclass__ changes {changed}"
        bases = (self._of_base(found.path, base, depth + 1) for base in found.class_.bases if base != "?")
        return next(filter(None, bases), "") or self._of_metaclass(found.path, node, depth)

    def _of_metaclass(self, path: str, node: ast.ClassDef, depth: int) -> str:
        value = next((keyword.value for keyword in node.keywords if keyword.arg == "metaclass"), None)
        if value is None:
            return ""
        found = self.codebase.meaning(path, dotted(value))
        if isinstance(found, External):
            return "" if found.name in _PLAIN_METACLASSES else f"whose metaclass {found.name} may register it"
        if not isinstance(found, Definition) or found.class_ is None or depth > _DEEP:
            return f"whose metaclass {ast.unparse(value)} may register it"
        body = _at(self.codebase.tree(found.path), found.place[1])
        for part in body.body if isinstance(body, ast.ClassDef) else ():
            if isinstance(part, Function) and (changed := outside_write(part)):
                return f"whose metaclass {found.name} changes {changed}"
        bases = (base for base in found.class_.bases if base not in ("type", "ABCMeta", "abc.ABCMeta", "EnumMeta"))
        unknown = next(bases, "")
        return f"whose metaclass inherits from {unknown}" if unknown else ""

    def _written_by(self, found: Definition) -> str:
        """What a function of the tree changes outside of itself, or a class when it is made or called."""
        if found.place not in self._writes:
            node = _at(self.codebase.tree(found.path), found.place[1])
            bodies = [node] if isinstance(node, Function) else []
            if isinstance(node, ast.ClassDef):
                makers = ("__init__", "__new__", "__call__", "__post_init__")
                bodies = [part for part in node.body if isinstance(part, Function) and part.name in makers]
            self._writes[found.place] = next(filter(None, map(outside_write, bodies)), "")
        return self._writes[found.place]


def _at(tree: ast.Module | None, line: int) -> ast.AST | None:
    """The function or class whose `def` or `class` stands at a line."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return (
        next((each for each in ast.walk(tree) if isinstance(each, kinds) and each.lineno == line), None)
        if tree
        else None
    )


def _own_names(tree: ast.Module) -> frozenset[str]:
    """The names of what a module itself makes: not those that it imports, nor other names for something else."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and not isinstance(node.value, (ast.Name, ast.Attribute)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names.update(target.id for target in targets if isinstance(target, ast.Name))
    return frozenset(names)


def _is_own(node: ast.expr | None, own: frozenset[str]) -> bool:
    """Whether an expression leads into something that the module itself made."""
    root = root_of(node) if node is not None else None
    return isinstance(root, ast.Name) and root.id in own
