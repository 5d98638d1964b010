from __future__ import annotations

import pytest

from collectbench.measure.process.output import MOST_BYTES, collection_error, fatal_stack, gist, last_lines, read_output


def test_a_short_output_is_read_whole(tmp_path) -> None:
    path = tmp_path / "output"
    path.write_bytes(b"caf\xc3\xa9 \xff\n")
    assert read_output(path) == "café \\xff\n"


def test_a_long_output_is_read_in_whole_lines_from_its_end(tmp_path) -> None:
    path = tmp_path / "output"
    path.write_text("".join(f"line {number}\n" for number in range(20_000)))
    text = read_output(path)
    first, second, *_ = text.splitlines()
    assert first == "[…]"
    assert second.startswith("line ")
    assert text.endswith("line 19999\n")
    assert len(text) <= MOST_BYTES + len("[…]\n")


def test_colours_are_omitted(tmp_path) -> None:
    path = tmp_path / "output"
    path.write_text("\x1b[31m\x1b[1m__ ERROR collecting a.py __\x1b[0m\n\x1b[1m\x1b[31mE   ImportError: x\x1b[0m\n")
    assert read_output(path) == "__ ERROR collecting a.py __\nE   ImportError: x\n"
    assert collection_error(read_output(path)) == "a.py: ImportError: x"


def test_a_missing_file_is_an_empty_output(tmp_path) -> None:
    assert read_output(tmp_path / "none") == ""


def test_blank_lines_are_not_among_the_last_lines(tmp_path) -> None:
    path = tmp_path / "output"
    path.write_text("a\nb  \n\n   \nc\n\n")
    assert last_lines(path, count=2) == "b\nc"
    assert last_lines(path) == "a\nb\nc"


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("", ""),
        ("\n \n", ""),
        (
            "ERROR: usage: x\nx: error: pytest: error: unknown --foo\n  inifile: /p/pytest.ini\n",
            "unknown --foo (inifile: /p/pytest.ini)",
        ),
        ("usage\nx.py: pytest: error: unknown --foo\n", "unknown --foo"),
        (  # pytest 7 to 8.4
            "ERROR: usage: __main__.py [options]\n__main__.py: error: unrecognized arguments: --foo\n  inifile: /p/x\n",
            "unrecognized arguments: --foo (inifile: /p/x)",
        ),
        (
            "ERROR: usage: python -m pytest [options]\npython -m pytest: error: unrecognized --foo\n",
            "unrecognized --foo",
        ),
        ("noise\nERROR: file not found: x\nlater\n", "ERROR: file not found: x"),
        (
            "INTERNALERROR> Traceback (most recent call last):\nINTERNALERROR> ValueError: x\n",
            "INTERNALERROR> ValueError: x",
        ),
        ("E   first\nE   ValueError: x\nother\n", "ValueError: x"),
        ("Traceback\n  File x\nImportError: no\n", "ImportError: no"),
    ],
)
def test_the_gist_is_the_line_that_names_the_error(output, expected) -> None:
    assert gist(output) == expected


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("all is well\n", ""),
        ("____ ERROR collecting a/test_a.py ____\nlater\nE   ImportError: a\nE     deep: b\n", "a/test_a.py: deep: b"),
        (
            "____ ERROR collecting a.py ____\nfirst words\nmore\n____ ERROR collecting b.py ____\nE  x\n",
            "a.py: first words",
        ),
        ("____ ERROR collecting a.py ____\n\n", "a.py"),
    ],
)
def test_the_first_collection_error_is_named(output, expected) -> None:
    assert collection_error(output) == expected


def test_the_stack_of_a_crash_is_that_of_the_thread_that_crashed() -> None:
    frames = '(most recent call first):\n  File "x", line 1 in f'
    threads = f"Thread 0x1 {frames}2\n\nCurrent thread 0x2 {frames}"
    output = f"Fatal Python error: Segmentation fault\n\n{threads}\n\nExtension modules\n"
    assert fatal_stack(output) == f"0x2 {frames}"
    assert fatal_stack("Current thread 0x2") == ""
