"""What a module holds outside of functions: imports, classes, functions, and the names that it binds.

All values are tuples of plain values, so that a cache can hold thousands of outlines cheaply (`marshal`).
"""

from __future__ import annotations

from typing import NamedTuple


class Import(NamedTuple):
    """One import statement outside of functions.

    Attributes:
        line: from 1.
        level: how many dots lead it.
        module: the name after `from`, without dots; for `import a.b`, that name.
        names: pairs of the imported and the bound name; `("*", "*")` for a star import; empty for `import a.b`.
        bound: the name that `import a.b` or `import a.b as c` binds; empty for `from`.
        guard: why it may not run or may fail, see `Guard`.
    """

    line: int
    level: int
    module: str
    names: tuple[tuple[str, str], ...]
    bound: str
    guard: str


class Method(NamedTuple):
    """A function in the body of a class. `block` numbers the list of statements that it stands in."""

    name: str
    line: int
    decorators: tuple[str, ...]
    block: int


class Class(NamedTuple):
    """A class outside of functions.

    Attributes:
        name: `Outer.Inner` for a nested one.
        line: of the word `class`, from 1; decorators stand above.
        first: of its first decorator, else `line`.
        bases: dotted names, without subscripts; `?` for other expressions.
        decorators: dotted names of what is applied, `?` for other expressions.
        methods: its functions, in order.
        attributes: other names that its body binds.
        test_flag: the value of `__test__` in its body: "", "False", "True", or "?" if unknown.
        has_keywords: whether it has a metaclass or other keywords.
        guard: as for an import.
        block: numbers the list of statements that it stands in.
        end: the last line.
    """

    name: str
    line: int
    first: int
    bases: tuple[str, ...]
    decorators: tuple[str, ...]
    methods: tuple[Method, ...]
    attributes: tuple[str, ...]
    test_flag: str
    has_keywords: bool
    guard: str
    block: int
    end: int


class Outline(NamedTuple):
    """A module without the bodies of its functions.

    Attributes:
        imports: outside of functions and classes, in order.
        classes: in order, nested ones after their outer class.
        functions: module-level ones, in order.
        bindings: all names that the module binds, also by `global` in functions; not those of star imports.
        aliases: pairs of a name and the dotted name that is assigned to it.
        exports: the names in a literal `__all__`; None without one.
        is_dynamic: whether names may come in ways that nobody can read: `__getattr__`, `globals()`, `exec`.
        not_tests: names with `name.__test__ = False`; `""` stands for the module.
        made: module-level `name = call(…)`: the line, the name, and the dotted name of what is called.
    """

    imports: tuple[Import, ...]
    classes: tuple[Class, ...]
    functions: tuple[Method, ...]
    bindings: frozenset[str]
    aliases: tuple[tuple[str, str], ...]
    exports: tuple[str, ...] | None
    is_dynamic: bool
    not_tests: frozenset[str]
    made: tuple[tuple[int, str, str], ...] = ()


class Guard:
    """Why an import may not run, or may fail without harm. Plain strings, since outlines are kept in a cache."""

    NONE = ""
    TYPE_CHECKING = "type-checking"
    """Only type checkers read it."""
    FALLBACK = "fallback"
    """An `except ImportError` does something else instead."""
    SKIP = "skip"
    """An `except ImportError` only passes, raises or skips tests: the import is in vain."""
    CONDITION = "condition"
    """It depends on the version, the system, or on what is installed."""
    EXPECTED = "expected"
    """`pytest.raises(ImportError)` around it."""
    MAIN = "main"
    """Only when the file is executed as a script."""


SILENT_GUARDS = frozenset({Guard.FALLBACK, Guard.CONDITION, Guard.EXPECTED})
"""Guards under which a missing module is intended."""
NEVER_AT_COLLECTION = frozenset({Guard.TYPE_CHECKING, Guard.MAIN})
"""Guards under which pytest never runs a statement."""
