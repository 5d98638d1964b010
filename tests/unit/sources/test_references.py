"""References to modules: reading bytes finds at least what reading the tree finds."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.sources.outline import Guard
from collectbench.sources.parsing import UnparsableError, parse
from collectbench.sources.references import (
    Form,
    Reference,
    as_skimmed,
    read_mentioned,
    read_references,
)
from collectbench.sources.segments import statement_at
from collectbench.sources.skimming import skim

TEXTS = [
    "import a",
    "import a.b.c as d, e",
    "from a import b",
    "from a.b import c as d, e",
    "from a import *",
    "from . import a",
    "from .. import a, b",
    "from ...a.b import c",
    "from a import (b, c)",
    "from a import (\n    b,  # a comment with a ) and, a comma\n    c as d,\n)",
    "from a import (  # why: because\n    b\n)",
    "def f():\n    from a import b\n    import c",
    "async def f():\n    if x:\n        from a import (\nb,\nc)",
    "if x: from a import b",
    "if x: import a",
    "import os; import a; from b import c",
    "from a import b; x = 1",
    "from a import \\\n    b, c",
    "import a, \\\n    b",
    "from a \\\n    import b",
    "from \\\n a import b",
    "try: import a\nexcept ImportError: a = None",
    "lazy import a\nlazy from b import c",
    "import a  # noqa",
    "from a import b  # noqa",
    "from.a import b",
    "from a import(b)",
    "from\ta\timport\tb",
    "import importlib\nimportlib.import_module('a.b')\nimportlib.import_module(\"c\", None)",
    "import importlib\n__import__('a.b')",
    "@patch('a.b.c')\ndef f(m): ...",
    "@mock.patch(\n    'a.b.c',\n    new=1,\n)\ndef f(): ...",
    "def f():\n    with patch('a.b'), patch('c.d', create=True):\n        pass",
    "patch(target='a.b.c')",
    "patch.object(x, 'a.b')\npatch.multiple('a.b', c=1)\npatch.dict('a.b.c', {})",
    "def f(monkeypatch):\n    monkeypatch.setattr('a.b.c', 1)\n    monkeypatch.delattr('a.b')",
    "monkeypatch.setattr('a.b.c', 1, raising=False)",
    "class A:\n    x = patch('a.b')\n    from a import b\n    def f(self):\n        import c",
    "match x:\n    case 1:\n        import a",
    "x = [patch('a.b') for y in z]",
    "import été\nfrom a.é import ö",
    "\ufeffimport a\nimport b",
    "import a\r\nfrom b import c\r\n",
    "for x in y:\n    import a\nelse:\n    import b",
    "while x:\n    import a",
    "with x:\n    import a",
    "def f(x=patch('a.b')): ...",
    "class A(patch('a.b'), metaclass=patch('c.d')): ...",
    "x = 'import a'\n'''\nfrom b import c\n'''",
    "import a" + "\n" * 3 + "import b",
    "\fimport a",
    "if x:\n\timport a",
    "x = 1;\nimport a",
    "x: int; import a",
]


def references(text: str) -> tuple[Reference, ...]:
    source = dedent(text).encode()
    return read_references(source, parse(source))


@pytest.mark.parametrize("text", TEXTS)
def test_bytes_show_at_least_what_the_tree_has(text: str) -> None:
    source = text.encode()
    found = as_skimmed(references(text))
    skimmed = skim(source)
    assert skimmed is None or found <= skimmed


@pytest.mark.parametrize("text", TEXTS)
def test_some_mentions_are_read_as_in_the_whole_tree(text: str) -> None:
    source = text.encode()
    everything = references(text)
    for mention in as_skimmed(everything):
        expected = tuple(each for each in everything if as_skimmed([each]) == {mention})
        assert read_mentioned(source, {mention}) == expected
    assert read_mentioned(source, as_skimmed(everything)) == everything
    assert read_mentioned(source, {"other"}) == ()


@given(st.lists(st.sampled_from(TEXTS), max_size=4), st.integers(0, 2))
def test_any_module_shows_its_references_in_bytes(texts: list[str], depth: int) -> None:
    lines = "\n".join(texts).replace("\ufeff", "").replace("\f", "").splitlines()
    head = [f"{'    ' * level}def f{level}():" for level in range(depth)]
    body = [f"{'    ' * depth}{line}" for line in ("pass", *lines)]
    source = "\n".join((*head, *body, "")).encode()
    try:
        everything = read_references(source, parse(source))
    except UnparsableError:
        return  # texts whose lines may not be indented
    skimmed = skim(source)
    assert skimmed is None or as_skimmed(everything) <= skimmed
    assert read_mentioned(source, as_skimmed(everything)) == everything


@pytest.mark.parametrize(
    "text", ["import os; import a", "if x: import a", "from a import \\\n b", "else: from a import b"]
)
def test_forms_that_bytes_do_not_show_are_left_to_the_parser(text: str) -> None:
    assert skim(text.encode()) is None


@pytest.mark.parametrize("text", ["x = {'a': 1}; y = 2", "def f(): pass", "x = 1 + \\\n  2\nimport a", "a[1:imported]"])
def test_other_semicolons_colons_and_backslashes_do_no_harm(text: str) -> None:
    assert skim(text.encode()) is not None


def test_each_form_is_told_with_its_place() -> None:
    text = """
        import importlib
        from ..a import b as c
        def f():
            import d.e
            importlib.import_module("g.h")
        @patch("i.j")
        def g(): ...
        """
    assert references(text) == (
        Reference(2, 0, "importlib", "", Form.IMPORT, "", False),
        Reference(3, 2, "a", "b", Form.FROM, "", False),
        Reference(5, 0, "d.e", "", Form.IMPORT, "", True),
        Reference(6, 0, "g.h", "", Form.IMPORT_MODULE, "", True),
        Reference(7, 0, "i.j", "", Form.PATCH, "", False),
    )


@pytest.mark.parametrize(
    "text",
    [
        "import_module('a.b')",  # a function of the project, since importlib is not mentioned
        "patch('a')",
        "patch('a b.c')",
        "patch(f'a.{b}')",
        "patch(name)",
        "patch()",
        "dict('a.b')",
        "other('a.b.c')",
        "setattr(x, 'a.b', 1)",
        "patch('.a.b')",
    ],
)
def test_other_strings_are_not_references(text: str) -> None:
    assert references(text) == ()


@pytest.mark.parametrize(
    ("text", "optional"),
    [
        ("patch('a.b')", False),
        ("patch('a.b', create=True)", True),
        ("patch('a.b', create=False)", False),
        ("monkeypatch.setattr('a.b', 1)", False),
        ("monkeypatch.setattr('a.b', 1, raising=False)", True),
        ("monkeypatch.setattr('a.b', 'c', 1)", True),
        ("monkeypatch.delattr('a.b')", False),
        ("monkeypatch.delattr('a.b', raising=False)", True),
        ("monkeypatch.delattr('a.b', 'c')", True),
        ("patch.multiple('a.b', c=1)", False),
        ("patch.multiple('a.b', c=1, create=True)", True),
        ("patch.dict('a.b', c=1)", False),
    ],
)
def test_the_last_part_of_a_string_may_be_optional(text: str, optional: bool) -> None:
    (found,) = references(text)
    assert (found.module, found.form, found.is_optional) == ("a.b", Form.PATCH, optional)


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ("def f():\n    pytest.importorskip('a')\n    import a.b", Guard.EXPECTED),
        ("pytest.importorskip('a.b')\nimport a.b", Guard.EXPECTED),
        ("pytest.importorskip('a.b')\nimport a.bc", Guard.NONE),
        ("pytest.importorskip('a.b')\nfrom a.b import c", Guard.EXPECTED),
        ("def f():\n    try:\n        import a\n    except ImportError:\n        return", Guard.SKIP),
        ("def f():\n    try:\n        import a\n    except ImportError:\n        return None", Guard.FALLBACK),
        ("def f():\n    with raises(ImportError):\n        import a", Guard.EXPECTED),
        ("if TYPE_CHECKING:\n    import a", Guard.TYPE_CHECKING),
        ("if TYPE_CHECKING:\n    def f():\n        import a", Guard.TYPE_CHECKING),
        ("if sys.platform == 'x':\n    def f():\n        import a", Guard.CONDITION),
        ("try:\n    def f():\n        import a\nexcept ImportError:\n    x = 1", Guard.NONE),
        ("if __name__ == '__main__':\n    import a", Guard.MAIN),
        ("try:\n    pass\nfinally:\n    import a", Guard.NONE),
    ],
)
def test_guards_are_those_around_the_reference(text: str, guard: str) -> None:
    (found,) = references(text)
    assert found.guard == guard


def test_the_condition_of_an_if_is_looked_at_too() -> None:
    assert [each.module for each in references("if patch('a.b'): ...\nelif patch('c.d'): ...")] == ["a.b", "c.d"]


@pytest.mark.parametrize(("line", "kind"), [(1, "Import"), (3, "FunctionDef"), (4, "FunctionDef"), (6, "Assign")])
def test_the_statement_at_a_line_is_whole(line: int, kind: str) -> None:
    found = statement_at(b"import a\n@b\ndef f():\n    c = 1\n\nd = 2\n", line)
    assert type(found).__name__ == kind
    assert kind != "FunctionDef" or len(found.body) == 1  # type: ignore[union-attr]


def test_a_file_that_cannot_be_parsed_has_no_statements() -> None:
    assert statement_at(b"def (:\n", 1) is None
    assert statement_at(b"", 1) is None
    with pytest.raises(UnparsableError):
        read_mentioned(b"import a\ndef (:\n", {"a"})


def test_text_in_a_declared_encoding_hides_no_reference() -> None:
    source = b"# coding: latin-1\ndef f():\n    x = '\xe9'\n    import a\n"
    assert [each.module for each in read_mentioned(source, {"a"})] == ["a"]
