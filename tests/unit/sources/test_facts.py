"""What is known of one file alone, and how it is kept."""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from textwrap import dedent

import pytest

from collectbench.sources.facts import MAKES_MODULES, NO_FACTS, Facts, Ignore, from_plain, read_file, to_plain

WHOLE = """
    import a.b as c
    from ..d import e as f, g
    try:
        from h import *
    except ImportError:
        pass
    __all__ = ["A", "k"]
    k = c.make()
    m = c.n

    class A(c.Base, Generic[int], metaclass=Meta):
        __test__ = False
        x: int = 1
        @property
        def y(self): ...
        class B: ...

    @fixture
    def test_a(): ...  # collectbench: ignore[host-path, missing-name]
    test_a.__test__ = False

    def function():
        from o import p
        sys.modules["q.r"] = 1
    """


def facts(text: str) -> Facts:
    return read_file(dedent(text).encode()).facts


def types_in(value: object) -> Iterator[type]:
    yield type(value)
    for part in value if isinstance(value, tuple) else ():
        yield from types_in(part)


@pytest.mark.parametrize("text", [WHOLE, "", "import a\n", "def (:\n", "# collectbench: ignore[a]\n", "__all__ = []\n"])
def test_facts_are_the_same_after_marshal(text: str) -> None:
    found = facts(text)
    again = from_plain(marshal.loads(marshal.dumps(to_plain(found))))
    assert again == found
    assert list(types_in(again)) == list(types_in(found)), "named tuples equal plain ones"
    assert from_plain(to_plain(NO_FACTS)) == NO_FACTS


def test_facts_name_what_functions_mention() -> None:
    found = facts(WHOLE)
    assert found.mentions == {"a.b", "..d:e", "..d:g", "h:*", "o:p"}
    assert (found.made_modules, found.changes_path) == ({"q.r", MAKES_MODULES}, True)


def test_without_mentions_those_outside_of_functions_are_left() -> None:
    found = read_file(dedent(WHOLE).encode(), with_mentions=False).facts
    assert found.mentions == {"a.b", "..d:e", "..d:g", "h:*"}
    assert found.outline == facts(WHOLE).outline


@pytest.mark.parametrize(
    ("text", "made", "changes"),
    [
        ("import sys\nsys.modules['a.b'] = x", {"a.b"}, True),
        ("import types\nx = types.ModuleType('a.b')", {"a.b"}, True),
        ("x = 'a.b'", set(), False),
        ("__path__ = extend_path(__path__, __name__)", set(), True),
    ],
)
def test_modules_that_are_made_at_run_time_are_known(text: str, made: set[str], changes: bool) -> None:
    found = facts(text)
    assert (found.made_modules - {MAKES_MODULES}, found.changes_path) == (made, changes)


@pytest.mark.parametrize(
    ("text", "ignores"),
    [
        ("a = 1  # collectbench: ignore[host-path]", [Ignore(1, ("host-path",), False)]),
        ("# collectbench: ignore[host-path]\na = 1", [Ignore(1, ("host-path",), True)]),
        ("    # collectbench: ignore[a]".replace("    ", "if x:\n    a = 1\n    "), [Ignore(3, ("a",), True)]),
        ("a = 1  # collectbench: ignore[a, b,c ,]", [Ignore(1, ("a", "b", "c"), False)]),
        ("a = 1  #collectbench:ignore[a]", [Ignore(1, ("a",), False)]),
        ("a = 1  # noqa  # collectbench: ignore[a]", [Ignore(1, ("a",), False)]),
        ("a = 1  # collectbench: ignore[a]; why", [Ignore(1, ("a",), False)]),
        (
            "a = 1  # collectbench: ignore[a]  # collectbench: ignore[b]",
            [Ignore(1, ("a",), False), Ignore(1, ("b",), False)],
        ),
        ("a = 1  # collectbench: ignore", [Ignore(1, (), False)]),
        ("a = 1  # collectbench: ignore[]", [Ignore(1, (), False)]),
        ("def f():\n    a = 1  # collectbench: ignore[a]", [Ignore(2, ("a",), False)]),
        ("a = 'é'  # collectbench: ignore[a]", [Ignore(1, ("a",), False)]),
        ("a = '# collectbench: ignore[a]'", []),
        ("'''\n# collectbench: ignore[a]\n'''", []),
        ("a = 1  # collectbench: ignored", []),
        ("a = 1  # collectbench: see ignore[a]", []),
        ("a = 1", []),
    ],
)
def test_comments_for_lint_are_read_and_strings_are_not(text: str, ignores: list[Ignore]) -> None:
    assert facts(text).ignores == tuple(ignores)


@pytest.mark.parametrize("source", [b"def (:\n", b"a = 1\x00", b"a = '\xff'"])
def test_a_file_that_cannot_be_parsed_has_a_problem_instead(source: bytes) -> None:
    read = read_file(source)
    assert read.tree is None
    assert read.outside == source
    assert (read.facts.outline, read.facts.mentions, bool(read.facts.problem)) == (None, frozenset(), True)


def test_a_file_that_does_not_parse_without_bodies_is_parsed_whole() -> None:
    source = b"def f():\n    import a\n    return [\n1]\nfrom b import c\n"
    read = read_file(source)
    assert read.outside == source
    assert read.facts.mentions == {"a", "b:c"}


def test_imports_that_only_a_parser_can_read_are_mentioned() -> None:
    read = read_file(b"import a; import b\ndef f():\n    import c; from d import e\n")
    assert read.facts.mentions == {"a", "b", "c", "d:e"}
