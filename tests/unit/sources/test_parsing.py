"""Sources become trees, or an error that says why not."""

from __future__ import annotations

import ast
import warnings

import pytest

from collectbench.sources.parsing import UnparsableError, parse, try_to_parse


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (b"a = 1\ndef (:\n", "line 2: invalid syntax"),
        (b"  a = 1\nb = 2\n", "line 1: unexpected indent"),
        (b"a = 1\x00\n", "null bytes"),
        (b"a = '\xff'\n", "utf-8"),
        (b"# coding: nonsense\n", "unknown encoding"),
        (b"a = " + b"(" * 5000 + b")" * 5000, ""),
        (b"a = " + b"-" * 200_000 + b"1", ""),
        (b"lazy import (\n", "line 1: "),
        (b"lazy import a\ndef (:\n", "line "),
    ],
)
def test_what_cannot_be_parsed_says_why(source: bytes, why: str) -> None:
    with pytest.raises(UnparsableError) as caught:
        parse(source)
    assert why in str(caught.value)
    assert str(caught.value)
    assert try_to_parse(source) is None


def test_invalid_escapes_warn_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parse(b"a = '\\d'\n")
        assert try_to_parse(b"a = '\\d'\n")


@pytest.mark.parametrize("read", [parse, try_to_parse])
@pytest.mark.parametrize(
    "source",
    [
        b"lazy import shop\n",
        b"lazy from shop import name\n",
        b"if a:\n    lazy import shop\n",
        b"lazy  import  a.b as c\n",
    ],
)
def test_lazy_imports_are_read_as_imports_at_their_place(read, source: bytes) -> None:
    (node,) = [node for node in ast.walk(read(source)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert node.lineno == source.count(b"\n")
    assert node.col_offset == source.rpartition(b"\n")[0].rpartition(b"\n")[2].find(b"lazy")


def test_a_variable_may_be_called_lazy() -> None:
    assert parse(b"lazy = 1\nprint(lazy)\n").body
    assert try_to_parse(b"lazy = 1\n") is not None


@pytest.mark.parametrize(
    "source", [b"", b"\xef\xbb\xbfa = 1\n", b"# coding: latin-1\na = '\xe9'\n", b"a = 1\r\nb = 2\r\n"]
)
def test_declared_encodings_and_any_ends_of_lines_are_read(source: bytes) -> None:
    assert isinstance(parse(source), ast.Module)
