"""Whether a build makes a module that no Python file of the tree holds: compiled ones, and packages from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.lint.file_texts import holds
from collectbench.sources.codebase import Codebase

_WITH_FULL_NAMES = ("setup.py", "setup.cfg", "pyproject.toml", "build.py")
_WITH_LAST_NAMES = ("Cargo.toml", "meson.build", "CMakeLists.txt")


def may_build(codebase: Codebase, module: str, place: str) -> bool:
    """Whether a file that describes a build names a module, whose file would be `place`.

    Those of setuptools and maturin write `shop.speedups`, those of other languages `speedups`.
    """
    last = module.rpartition(".")[2]
    return any(
        holds(codebase, f"{directory}/{name}" if directory else name, word, rb"(?<![\w.])%s\b")
        for directory in _upwards(place)
        for names, word in ((_WITH_FULL_NAMES, module), (_WITH_LAST_NAMES, last))
        for name in names
    )


def _upwards(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path
