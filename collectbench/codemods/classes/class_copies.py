"""Copies of a class: which of them can give way to an import."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from collectbench.codemods.classes.bindings import Bindings, has_annotations
from collectbench.codemods.classes.class_needs import Needs, NeedsReader, NotMovableError
from collectbench.codemods.classes.class_uses import strings_for_types
from collectbench.codemods.classes.file_uses import FileUses
from collectbench.codemods.classes.shared_state import state_of_class
from collectbench.lint.certainty import is_kept
from collectbench.lint.class_text import ClassText, Texts
from collectbench.lint.hidden_heirs import HiddenHeirs
from collectbench.lint.lineage import Lineages
from collectbench.model.lint import Violation
from collectbench.sources.meanings import Definition
from collectbench.sources.names import dotted

_ASKS_FOR_PLACE = ("__module__", "__qualname__", "getsource", "getfile", "getmodule", "__doc__")
"""What tells a copy from the class in another module. In the file, not only in the class."""
_PATCHERS = frozenset({"patch", "setattr", "delattr", "multiple", "object", "dict"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy that can move.

    Attributes:
        definition: the class.
        text: what it says.
        needs: what it needs in another module.
        source: its statement as it stands in the file.
        keeps_marks: whether tests inherit its marks and its `__test__`.
        reads_annotations_late: whether its file has `from __future__ import annotations`; None if nothing is annotated.
    """

    definition: Definition
    text: ClassText
    needs: Needs
    source: str
    keeps_marks: bool
    reads_annotations_late: bool | None

    @property
    def path(self) -> str:
        """The file."""
        return self.definition.path

    @property
    def name(self) -> str:
        """In its file."""
        return self.definition.name


class Copies:
    """Tells copies that can move from those that cannot."""

    def __init__(self, lineages: Lineages) -> None:
        self._lineages = lineages
        self._codebase = lineages.evidence.codebase
        self._texts = Texts(lineages)
        self._uses = FileUses(codebase=self._codebase)

    def of(self, violation: Violation) -> Copy | str:
        """Return the copy that a violation is about, or why it cannot move, a clause."""
        definition = next(
            (
                each
                for each in self._lineages.definitions(violation.path)
                if each.name == violation.subject and each.place[1] == violation.line
            ),
            None,
        )
        tree = self._codebase.tree(violation.path)
        if definition is None or tree is None:
            return "the class is not found in the file any more"
        node = next(
            (each for each in tree.body if isinstance(each, ast.ClassDef) and each.lineno == violation.line), None
        )
        if node is None:
            return "it stands in another statement"
        text = self._texts.of(definition)
        if text is None:
            return "it cannot be read"
        try:
            return self._movable(definition, text, tree, node)
        except NotMovableError as error:
            return str(error)

    def _movable(self, definition: Definition, text: ClassText, tree: ast.Module, node: ast.ClassDef) -> Copy:
        path, name = definition.path, definition.name
        reader = NeedsReader(self._codebase, path, tree)
        source = self._codebase.read(path)
        if self._lineages.tests(definition):
            raise NotMovableError("it holds tests that never run, which __test__ = False would silence")
        if len(reader.bindings.of(name)) > 1 or not is_kept(self._codebase, path, name, node.lineno):
            raise NotMovableError("the file changes the class, or binds its name again")
        if (reason := state_of_class(node, tree)) is not None:
            raise NotMovableError(reason)
        keeps_marks = self._texts.keeps_marks(definition)
        needs = reader.of(node, with_marks=keeps_marks)
        names = needs.names | {name}
        if (reason := self._uses.objection(path, names, name)) is not None:
            raise NotMovableError(reason)
        _refuse_self_patches(tree, source, names)
        _refuse_place(source, node)
        if not keeps_marks and HiddenHeirs(codebase=self._codebase).has(definition):
            raise NotMovableError("a function may derive a class from it, whose tests would inherit what it says")
        return Copy(
            definition=definition,
            text=text,
            needs=needs,
            source=_segment(source, node),
            keeps_marks=keeps_marks,
            reads_annotations_late=_reads_late(reader.bindings, node, needs),
        )


def _segment(source: bytes, node: ast.ClassDef) -> str:
    first = min((node.lineno, *(each.lineno for each in node.decorator_list)))
    lines = source.splitlines(keepends=True)[first - 1 : node.end_lineno]
    return b"".join(lines).decode("utf-8", "replace").replace("\r\n", "\n").strip()


def _reads_late(bindings: Bindings, node: ast.ClassDef, needs: Needs) -> bool | None:
    if not any(map(has_annotations, (node, *needs.locals.values()))):
        return None
    return "annotations" in bindings.future


def _refuse_place(source: bytes, node: ast.ClassDef) -> None:
    for word in _ASKS_FOR_PLACE:
        if word.encode() in source:
            raise NotMovableError(f"the file uses {word}, which tells a copy from the class in another module")
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and ">>> " in each.value:
            raise NotMovableError("its docstring has examples, which pytest may run as tests of this file")


def _refuse_self_patches(tree: ast.Module, source: bytes, names: frozenset[str]) -> None:
    """Refuse files that patch names of their own module, which the moved class would not see."""
    if b"sys.modules[__" in source or b"globals()[" in source:
        raise NotMovableError("the file changes names of its own module in a way that nobody can read")
    if b"__name__" not in source:
        return
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and dotted(call.func).rpartition(".")[2] in _PATCHERS:
            inner = [each for argument in call.args for each in ast.walk(argument)]
            if any(isinstance(each, ast.Name) and each.id == "__name__" for each in inner):
                raise NotMovableError(f"line {call.lineno} may patch one of its names: {', '.join(sorted(names))}")


def rename_objection(copy: Copy, source: bytes) -> str | None:
    """Return why a class cannot have another name elsewhere, a clause; None if it can. `source` is its file."""
    if re.search(rb"\b_%s__" % copy.name.encode(), source):
        return "names with two underscores in the file hold the name of the class"
    tree = ast.parse(source)
    known = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)} | set(strings_for_types(tree))
    for each in ast.walk(tree):
        if not isinstance(each, ast.Constant) or id(each) in known:
            continue
        if isinstance(each.value, str) and re.search(rf"\b{copy.name}\b", each.value):
            return f"line {each.lineno} has its name in a string"
    for each in ast.walk(ast.parse(copy.source)):
        is_stored = isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load)
        bound = getattr(each, "id" if is_stored else "arg", None)
        if copy.name in (bound, each.name if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) else None):
            return f"something in it is named {copy.name} too, so it cannot get another name"
    return None
