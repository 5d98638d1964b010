from __future__ import annotations

from collectbench.causes.sources import SourceFiles

TEXT = b"""\
import pytest

@pytest.fixture(
    scope="session"
)
def server():
    return 1

class A:
    if True:
        @staticmethod
        def b(): ...
"""


def files(**texts: bytes) -> SourceFiles:
    def read(path: str) -> bytes:
        try:
            return texts[path]
        except KeyError:
            raise FileNotFoundError(path) from None

    return SourceFiles(read=read)


def test_a_line_is_read_without_the_blanks_around_it() -> None:
    sources = files(a=TEXT)
    assert sources.line("a", 12) == "def b(): ..."
    assert [sources.line("a", number) for number in (0, 99)] == ["", ""]
    assert sources.line("gone", 1) == ""


def test_a_function_is_defined_below_its_decorators() -> None:
    sources = files(a=TEXT)
    assert sources.definition_line("a", 3) == 6
    assert sources.definition_line("a", 11) == 12
    assert sources.definition_line("a", 1) == 1
    assert sources.definition_line("gone", 3) == 3


def test_functions_and_classes_around_a_line_are_found_also_below_an_if() -> None:
    names = [[node.name for node in files(a=TEXT).around("a", line)] for line in (1, 4, 12)]  # type: ignore[attr-defined]
    assert names == [[], ["server"], ["A", "b"]]


def test_a_file_that_does_not_parse_has_lines_but_no_tree() -> None:
    sources = files(a=b"def (:\n")
    assert sources.tree("a") is None
    assert sources.line("a", 1) == "def (:"
    assert sources.around("a", 1) == []
