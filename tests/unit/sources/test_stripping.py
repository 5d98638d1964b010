"""Without the bodies of functions, a module has the same outline, at the same lines."""

from __future__ import annotations

import ast
from textwrap import dedent, indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.sources.facts import read_file
from collectbench.sources.parsing import parse, try_to_parse
from collectbench.sources.reading import read_outline
from collectbench.sources.stripping import strip_functions
from lint_texts import cases

STRIPPED = cases(
    plain="""
        def first():
            hidden = 1
            return hidden
        after = 2
        """,
    strings_in_the_header="""
        def first(a="):", b='#', *, c="(", d=tuple("x:)")) -> dict[str, int]:
            hidden = 1
        after = 2
        """,
    calls_in_the_header="""
        def first(a=dict(b=1), c=f("x", ")")):
            hidden = 1
        after = 2
        """,
    header_over_several_lines="""
        def first(
            a: int = 1,
            *args: str,
        ) -> None:
            hidden = 1
        after = 2
        """,
    return_type_in_a_string="""
        def first() -> "Order":
            hidden = 1
        after = 2
        """,
    comment_behind_the_header="""
        def first():  # why: so
            hidden = 1
        after = 2
        """,
    nested="""
        def first():
            def second():
                hidden = 1
            class Hidden:
                def third(self): ...
            return second
        after = 2
        """,
    asynchronous="""
        async def first():
            async with a as hidden:
                await hidden
        after = 2
        """,
    decorated="""
        @fixture(params=[1, 2])
        @other
        def first(request):
            hidden = 1
        after = 2
        """,
    methods="""
        class A(Base):
            a = 1
            @property
            def first(self):
                hidden = 1
            def second(self): return 1
            class B:
                def third(self):
                    hidden = 1
                b = 1
            def __init__(self):
                hidden = 1
        after = 2
        """,
    dedented_comments="""
        def first():
            hidden = 1
        # a comment at the left
            return hidden
        after = 2
        """,
    docstring="""
        def first():
            '''One.

            Two
            '''
            hidden = 1
        after = 2
        """,
    continuation_lines="""
        def first():
            hidden = 1 + \\
                2
            return hidden
        after = 2
        """,
    blank_lines="""
        def first():

            hidden = 1


            return hidden


        after = 2
        """,
    functions_in_conditions="""
        if a:
            def first():
                hidden = 1
            inside = 1
        else:
            def first():
                hidden = 2
        after = 2
        """,
    one_after_the_other="""
        def first():
            hidden = 1
        def second():
            hidden = 1
        async def third():
            hidden = 1
        after = 2
        """,
)
WHOLE = cases(
    in_one_line="""
        def first(): hidden = 1
        def second(a=":"): return a
        after = 2
        """,
    lambda_in_the_header="""
        def first(a=lambda: {}):
            hidden = 1
        after = 2
        """,
    three_deep="""
        def first(a=f(g(h(1)))):
            hidden = 1
        after = 2
        """,
    triple_quoted_string_in_the_header='''
        def first(a="""
        ):
        """):
            hidden = 1
        after = 2
        ''',
    function_in_a_string="""
        text = '''
        def first():
            hidden = 1
            more = 2
        '''
        after = 2
        """,
)
"""Such functions are left as they are, wholly or in part."""


def same(source: bytes) -> bytes:
    """Compare the outlines with and without bodies; returns the source without them."""
    outside = strip_functions(source)
    assert outside.count(b"\n") == source.count(b"\n")
    tree = try_to_parse(outside)
    assert tree is not None
    # Where a class ends is that of its last line, which may belong to a body.
    stripped, whole = read_outline(source, tree), read_outline(source, parse(source))
    assert [each._replace(end=0) for each in stripped.classes] == [each._replace(end=0) for each in whole.classes]
    assert stripped._replace(classes=()) == whole._replace(classes=())
    return outside


@pytest.mark.parametrize("text", STRIPPED)
def test_bodies_are_gone_and_the_outline_is_the_same(text: str) -> None:
    outside = same(text.encode())
    assert b"hidden" not in outside
    assert b"after = 2" in outside


@pytest.mark.parametrize("text", [*STRIPPED, *WHOLE])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("tab", [False, True])
def test_the_outline_is_the_same_for_any_ends_of_lines_and_indents(text: str, end: str, tab: bool) -> None:
    if tab:
        text = text.replace("    ", "\t")
    source = text.replace("\n", end).encode()
    assert [node for node in ast.walk(parse(source)) if isinstance(node, ast.Name) and node.id == "after"]
    same(source)


def test_a_string_that_begins_in_a_body_and_ends_left_of_it_keeps_the_body() -> None:
    source = b'def first():\n    hidden = """\nafter = 1\n"""\n    return hidden\nafter = 2\n'
    assert b"hidden" in same(source)


def test_lines_in_parentheses_left_of_their_function_do_not_parse() -> None:
    source = b"def first():\n    return [\n1,\n]\nafter = 2\n"
    assert try_to_parse(strip_functions(source)) is None
    assert parse(source)


def test_type_parameters_belong_to_the_header() -> None:
    source = b"def first[T: (int, str)](a: T) -> T:\n    hidden = 1\nafter = 2\n"
    assert strip_functions(source) == b"def first[T: (int, str)](a: T) -> T: pass\n\nafter = 2\n"


@pytest.mark.parametrize("body", ["return 1", "a = 1\n    return 1"])
def test_a_file_may_end_without_the_end_of_a_line(body: str) -> None:
    source = f"after = 2\ndef first():\n    {body}".encode()
    assert read_file(source).facts.outline == read_outline(source, parse(source))


HEADERS = ("def {}():", "async def {}(a, b=1):", 'def {}(a=":", b=(1, 2)) -> int:  # c', "def {}(\n{}    a,\n{}):")
BODIES = (
    "return 1",
    "hidden = '''\nx\n'''",
    "def inner():\n    pass",
    "# only\npass",
    "x = [\n1]",
    "class C:\n    y = 1",
    "'''a\n\nb'''",
)
BETWEEN = ("a = 1", "class Outer:\n    b = 1", "# a comment", "import shop", "if a:\n    c = 1\nelse:\n    d = 1", "")


@st.composite
def functions(draw: st.DrawFn, depth: int = 0) -> str:
    """A function, or a class with functions."""
    name = draw(st.sampled_from(["test_a", "TestB", "helper"]))
    if depth < 2 and draw(st.booleans()):
        body = draw(st.lists(functions(depth + 1), min_size=1, max_size=3))
        return f"class {name}(Base):\n" + indent("\n".join(body), "    ")
    header = draw(st.sampled_from(HEADERS)).replace("{}", name, 1).replace("{}", "")
    body = draw(st.lists(st.sampled_from(BODIES), min_size=1, max_size=3))
    return f"{header}\n" + indent("\n".join(body), "    ")


@given(st.lists(st.one_of(functions(), st.sampled_from(BETWEEN)), max_size=6), st.booleans())
def test_any_module_has_the_same_outline_without_bodies(parts: list[str], crlf: bool) -> None:
    source = dedent("\n".join(parts) + "\n").encode()
    if crlf:
        source = source.replace(b"\n", b"\r\n")
    same(source)
