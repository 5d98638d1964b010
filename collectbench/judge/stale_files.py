"""Decides which files that git ignores base and head can share: those whose sources are the same in both."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

COMPILED = frozenset((".so", ".pyd", ".dylib", ".dll"))

BUILD_SUFFIXES = frozenset(
    """
    .asm .c .cc .cmake .cpp .cu .cuh .cxx .f .f03 .f08 .f77 .f90 .f95 .for .h .hh .hpp .hxx .inc .ipp .m .mm .pxd
    .pxi .pyf .pyx .rs .s .sx .tcc .tpp
    """.split()  # noqa: SIM905 - a list would take thirty lines
)
"""Sources and headers in C, C++, CUDA, Objective-C, Fortran, Rust, Cython and assembler, in lower case."""

BUILD_FILES = frozenset(
    """
    BUILD BUILD.bazel CMakeLists.txt Cargo.lock Cargo.toml Makefile build.py build.rs meson.build meson.options
    meson_options.txt pyproject.toml setup.cfg setup.py
    """.split()  # noqa: SIM905 - as above
)
"""Files that say how extensions are built. A pyproject.toml counts if its build tables differ."""

GENERATORS = frozenset(
    """
    .avdl .avsc .capnp .fbs .g .g4 .grammar .j2 .jinja .jinja2 .lark .mako .proto .pyx .qrc .smithy .template .thrift
    .tmpl .ui .xsd
    """.split()  # noqa: SIM905 - as above
)
"""Sources of generated Python modules: interface definitions, grammars, templates. `x.py.in` is one too."""

VERSION_FILES = frozenset(("_version.py", "version.py", "__version__.py", "_version_info.py", "__about__.py"))
"""Files that setuptools-scm, hatch-vcs and similar tools write; no file of the tree is their source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A file that fits at most one side, and its changed sources. Paths are relative to the top of the repository."""

    path: str
    sources: tuple[str, ...]


def stale_files(ignored: Iterable[str], changed: Collection[str]) -> tuple[Stale, ...]:
    """The ignored files whose sources differ between base and head.

    Args:
        ignored: the files to share, relative to the top of the repository, with `/`.
        changed: the files that differ between the sides, likewise.
    """
    paths = [PurePosixPath(path) for path in sorted(set(changed))]
    stale = []
    for name in sorted(set(ignored)):
        path = PurePosixPath(name)
        if sources := tuple(str(other) for other in paths if _is_source(other, path)):
            stale.append(Stale(path=name, sources=sources))
    return tuple(stale)


def _is_source(other: PurePosixPath, path: PurePosixPath) -> bool:
    if is_compiled(path):
        return other.suffix.lower() in BUILD_SUFFIXES or other.name in BUILD_FILES
    if path.name in VERSION_FILES:
        return False
    if other.parent == path.parent and (_stem(other) == _stem(path) or (path.suffix == ".py" and _generates(other))):
        return True
    return _generates(other) and _is_named_after(_stem(path), _stem(other))


def is_compiled(path: PurePosixPath) -> bool:
    """Whether a file is machine code, as `x.cpython-311-darwin.so` and `libx.so.3` are."""
    return any(suffix.lower() in COMPILED for suffix in path.suffixes)


def _generates(path: PurePosixPath) -> bool:
    return path.suffix.lower() in GENERATORS or (path.suffix == ".in" and len(path.suffixes) > 1)


def _is_named_after(name: str, source: str) -> bool:
    """Whether a name is its source's name with an ending: `user_pb2` of `user`, or `QueryLexer` of `Query`."""
    ending = name.removeprefix(source)
    return name.startswith(source) and not (ending and (ending[0].islower() or ending[0].isdigit()))


def _stem(path: PurePosixPath) -> str:
    """The name up to its first dot (`a.tab.py` comes from `a.g`), or the whole name if it begins with a dot."""
    return path.name if path.name.startswith(".") else path.name.partition(".")[0]
