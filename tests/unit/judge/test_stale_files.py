from __future__ import annotations

import pytest

from collectbench.judge.stale_files import Stale, stale_files

EXTENSION = "pkg/_speed.cpython-311-x86_64-linux-gnu.so"


@pytest.mark.parametrize(
    "source",
    ["pkg/_speed.pyx", "src/lib.rs", "include/a.h", "far/away.F90", "setup.py", "pyproject.toml", "native/Cargo.lock"],
)
def test_an_extension_is_stale_when_one_of_its_possible_sources_changed(source) -> None:
    assert stale_files([EXTENSION], ["pkg/module.py", source]) == (Stale(path=EXTENSION, sources=(source,)),)


def test_an_extension_is_shared_when_only_python_changed() -> None:
    assert stale_files([EXTENSION], ["pkg/_speed.py", "pkg/__init__.py", "README.md", "tests/data.json"]) == ()


def test_a_library_with_a_version_in_its_name_is_an_extension() -> None:
    assert stale_files(["pkg/libx.so.3"], ["x.c"]) == (Stale(path="pkg/libx.so.3", sources=("x.c",)),)


@pytest.mark.parametrize(
    ("generated", "source"),
    [
        ("api/user_pb2.py", "api/other.proto"),  # the same folder: one may include the other
        ("api/user_pb2.py", "protocols/user.proto"),
        ("lang/QueryLexer.py", "grammar/Query.g4"),
        ("lang/tables.py", "lang/query.lark"),
        ("pkg/config.py", "pkg/config.py.in"),
        ("pkg/config.py", "pkg/config.toml"),
        ("pkg/table.json", "pkg/table.csv"),
    ],
)
def test_a_generated_file_is_stale_when_its_source_changed(generated, source) -> None:
    assert stale_files([generated], [source, "unrelated.py"]) == (Stale(path=generated, sources=(source,)),)


@pytest.mark.parametrize(
    ("generated", "changed"),
    [
        ("api/user_pb2.py", "protocols/usage.proto"),
        ("api/users_pb2.py", "protocols/user.proto"),
        ("pkg/_version.py", "pkg/_version.py.in"),  # made from the tag
        ("local_settings.py", "MANIFEST.in"),
        ("local_settings.py", "requirements.in"),
        (".env", ".env.example"),
        ("data/table.json", "data/query.lark"),
        ("pkg/config.py", "other/config.py"),
        ("library/table.py", "library"),  # a submodule: its changed files are listed separately
    ],
)
def test_a_file_is_shared_when_none_of_its_sources_changed(generated, changed) -> None:
    assert stale_files([generated], [changed]) == ()


def test_files_and_sources_are_sorted_and_named_once() -> None:
    stale = stale_files(["b.so", "a.so", "b.so"], ["z.c", "a.c", "z.c"])
    assert stale == tuple(Stale(path=path, sources=("a.c", "z.c")) for path in ("a.so", "b.so"))
