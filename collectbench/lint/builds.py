"""Whether a build makes a module that no Python file of the tree holds: compiled ones, and packages from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from collectbench.lint.file_texts import source_of
from collectbench.sources.codebase import Codebase

_WITH_FULL_NAMES = ("setup.py", "setup.cfg", "pyproject.toml", "build.py")
_WITH_LAST_NAMES = ("Cargo.toml", "meson.build", "CMakeLists.txt")
_OWN_TABLES = re.compile(
    rb"^[ \t]*\[+[ \t]*tool\.collectbench\b.*?(?=^[ \t]*\[+[ \t]*(?!tool\.collectbench\b)[A-Za-z\"']|\Z)",
    re.MULTILINE | re.DOTALL,
)
"""Of pyproject.toml: they name modules that are forbidden, which no build makes."""


def may_build(codebase: Codebase, module: str, place: str) -> bool:
    """Whether a file that describes a build names a module, whose file would be `place`.

    Those of setuptools and maturin write `shop.speedups`, those of other languages `speedups`.
    """
    last = module.rpartition(".")[2]
    return any(
        _names(codebase, f"{directory}/{name}" if directory else name, word)
        for directory in _upwards(place)
        for names, word in ((_WITH_FULL_NAMES, module), (_WITH_LAST_NAMES, last))
        for name in names
    )


def _names(codebase: Codebase, path: str, module: str) -> bool:
    source, word = source_of(codebase, path), module.encode("utf-8", "surrogateescape")
    if word not in source:  # most files lack it, and that is quickly seen
        return False
    return re.search(rb"(?<![\w.])%s\b" % re.escape(word), _OWN_TABLES.sub(b"", source)) is not None


def _upwards(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path
