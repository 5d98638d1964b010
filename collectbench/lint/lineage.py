"""Classes as pytest sees them: with what they inherit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from collectbench.lint.rule import Evidence
from collectbench.sources.meanings import Definition, External
from collectbench.sources.outline import Class, Method

_PLAIN = frozenset({"object", "abc.ABC", "typing.Generic", "ast.NodeVisitor", "contextlib.ContextDecorator"})
"""Classes without `__init__` and `__new__` of their own."""
_WITH_CONSTRUCTOR = frozenset(
    """
    dict list set frozenset tuple str bytes bytearray int float complex type BaseException Exception ValueError
    TypeError KeyError RuntimeError AttributeError LookupError OSError IOError ImportError NotImplementedError
    AssertionError StopIteration Warning UserWarning DeprecationWarning
    enum.Enum enum.IntEnum enum.StrEnum enum.Flag enum.IntFlag typing.NamedTuple
    collections.OrderedDict collections.UserDict collections.UserList collections.UserString collections.defaultdict
    threading.Thread multiprocessing.Process json.JSONEncoder json.JSONDecoder logging.Handler logging.Formatter
    argparse.ArgumentParser argparse.Action html.parser.HTMLParser io.StringIO io.BytesIO socketserver.BaseServer
    pydantic.BaseModel pydantic.main.BaseModel
    """.split()  # noqa: SIM905 - a list would take thirty lines
)
"""Well-known classes with `__init__` or `__new__` of their own, which subclasses inherit."""
_UNITTEST = frozenset({"unittest.TestCase", "unittest.IsolatedAsyncioTestCase", "unittest.case.TestCase"})
_DATACLASSES = frozenset(
    {"dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attrs.define", "attrs.frozen"}
)
_HARMLESS = (
    "pytest.mark.",
    "unittest.skip",
    "unittest.mock.patch",
    "mock.patch",
    "functools.total_ordering",
    "typing.final",
)
_CONSTRUCTORS = ("__init__", "__new__")
_NOT_FUNCTIONS = frozenset({"property", "cached_property", "overload", "setter", "getter", "deleter", "fixture"})
"""The last part of decorators that make something else of a method than a test."""
_LONGEST = 60


class Answer(Enum):
    """An answer that reading may not find."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """A class and the classes that it inherits from, nearest first.

    Attributes:
        classes: those of the tree, with itself in front.
        externals: dotted names of those outside of it.
        is_complete: whether all bases are known, and no decorator or metaclass may have changed the class.
    """

    classes: tuple[Definition, ...]
    externals: tuple[str, ...]
    is_complete: bool
    makes_constructor: Definition | None = None
    """The class whose decorator makes an `__init__`: a dataclass."""


@dataclass(kw_only=True)
class Lineages:
    """The lineages of all classes in a tree, read when they are needed."""

    evidence: Evidence
    _known: dict[tuple[str, str, int], Lineage] = field(default_factory=dict)

    def of(self, definition: Definition) -> Lineage:
        """Return the lineage of a class."""
        class_ = _class(definition)
        key = (definition.path, definition.name, class_.line)
        if key not in self._known:
            self._known[key] = self._read(definition)
        return self._known[key]

    def definitions(self, path: str) -> Iterator[Definition]:
        """Yield the classes of a file, nested ones too."""
        outline = self.evidence.codebase.outline(path)
        for class_ in outline.classes if outline else ():
            yield Definition(path=path, name=class_.name, class_=class_)

    def tests(self, definition: Definition) -> dict[str, tuple[str, Method]]:
        """Return the test methods of a class by name, inherited ones too, each with its file."""
        found: dict[str, tuple[str, Method]] = {}
        hidden = set[str]()
        for each in self.of(definition).classes:
            class_ = _class(each)
            for method in class_.methods:
                if method.name in hidden:
                    continue
                if self.is_test(method) and method.name not in class_.attributes:
                    found[method.name] = (each.path, method)  # a later one of the same class replaces it
                else:
                    found.pop(method.name, None)
            hidden.update(method.name for method in class_.methods)
            hidden.update(class_.attributes)
        return found

    def is_test(self, method: Method) -> bool:
        """Whether pytest would run a function of this name and these decorators."""
        names = {decorator.rpartition(".")[2] for decorator in method.decorators}
        return self.evidence.collection.is_test_name(method.name) and not names & _NOT_FUNCTIONS

    def is_unittest(self, definition: Definition) -> Answer:
        """Whether a class is a `unittest.TestCase`, which pytest collects under any name."""
        lineage = self.of(definition)
        if any(name in _UNITTEST for name in lineage.externals):
            return Answer.YES
        return Answer.NO if lineage.is_complete else Answer.UNKNOWN

    def test_flag(self, definition: Definition) -> str:
        """Return `__test__` of a class: "", "True", "False", or "?" if unknown."""
        for each in self.of(definition).classes:
            outline = self.evidence.codebase.outline(each.path)
            if outline and each.name in outline.not_tests:
                return "False"
            if _class(each).test_flag:
                return _class(each).test_flag
        return ""

    def constructor(self, definition: Definition) -> tuple[str, Definition | None] | None:
        """Return `__init__` or `__new__`, and the class of the tree that has it; None if no class has one.

        The class is None if it comes from outside.
        """
        lineage = self.of(definition)
        for each in lineage.classes:
            if lineage.makes_constructor is each:
                return "__init__", each
            names = {method.name for method in _class(each).methods}
            for name in _CONSTRUCTORS:
                if name in names:
                    return name, each
        outside = next((name for name in lineage.externals if name in _WITH_CONSTRUCTOR), None)
        return None if outside is None else ("__init__", None)

    def assigns_constructor(self, definition: Definition) -> bool:
        """Whether a class of the lineage sets `__init__` in another way than by `def`."""
        return any(name in _class(each).attributes for each in self.of(definition).classes for name in _CONSTRUCTORS)

    def subclasses(self, definition: Definition) -> Iterator[Definition]:
        """Yield all classes that inherit from a class, directly or not."""
        todo, seen = [definition], {definition.place}
        while todo:
            base = todo.pop()
            for child in self._heirs(base):
                if child.place not in seen and any(each.place == base.place for each in self.of(child).classes[1:]):
                    seen.add(child.place)
                    todo.append(child)
                    yield child

    def _heirs(self, base: Definition) -> Iterator[Definition]:
        """Yield the classes with bases in files that mention a class, and in its own."""
        for path in {base.path, *self.evidence.codebase.files_with({base.name.rpartition(".")[2]})}:
            for definition in self.definitions(path):
                if _class(definition).bases:
                    yield definition

    def _read(self, definition: Definition) -> Lineage:
        classes: list[Definition] = []
        externals: list[str] = []
        is_complete = True
        maker: Definition | None = None
        todo = [definition]
        seen = set[tuple[str, int]]()
        while todo:
            each = todo.pop(0)
            if each.place in seen:
                continue
            if len(classes) > _LONGEST:
                is_complete = False
                break
            seen.add(each.place)
            classes.append(each)
            class_ = _class(each)
            is_complete = is_complete and not class_.has_keywords and (each is definition or not _changes_heirs(class_))
            for decorator in class_.decorators:
                name = self._name_of(each.path, decorator)
                if name in _DATACLASSES:
                    maker = maker or each
                elif not name.startswith(_HARMLESS):
                    is_complete = False
            for base in class_.bases:
                meaning = self._base(each, base)
                if isinstance(meaning, Definition) and meaning.class_ is not None:
                    todo.append(meaning)
                elif isinstance(meaning, External):
                    externals.append(meaning.name)
                    is_complete = is_complete and meaning.name in (_PLAIN | _WITH_CONSTRUCTOR | _UNITTEST)
                else:
                    is_complete = False
        return Lineage(
            classes=tuple(classes), externals=tuple(externals), is_complete=is_complete, makes_constructor=maker
        )

    def _base(self, definition: Definition, base: str) -> Definition | External | None:
        """What the name of a base means: an earlier class of the same name, or a neighbour within an outer class."""
        outline = self.evidence.codebase.outline(definition.path)
        line = _class(definition).line
        outer = definition.name.rpartition(".")[0]
        for class_ in reversed(outline.classes if outline else ()):
            if class_.line < line and class_.name in (base, f"{outer}.{base}"):
                return Definition(path=definition.path, name=class_.name, class_=class_)
        meaning = self.evidence.codebase.meaning(definition.path, base)
        if isinstance(meaning, Definition) and meaning.place == definition.place:
            return self._shadowed_import(definition.path, base)
        return meaning

    def _shadowed_import(self, path: str, base: str) -> Definition | External | None:
        """`class Test(Test)`: the base is what was imported under that name, which nobody asks for by name."""
        return None if "." not in base else self.evidence.codebase.meaning(path, base)

    def _name_of(self, path: str, dotted: str) -> str:
        meaning = self.evidence.codebase.meaning(path, dotted)
        return meaning.name if isinstance(meaning, External) else "?"


def _changes_heirs(class_: Class) -> bool:
    """Whether a class may do anything with those that inherit from it."""
    return any(method.name == "__init_subclass__" for method in class_.methods)


def _class(definition: Definition) -> Class:
    assert definition.class_ is not None  # noqa: S101 - lineages are those of classes
    return definition.class_
