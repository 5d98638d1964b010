"""Whether a build makes a module that no Python file of the tree holds: compiled ones, and packages from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from collectbench.sources.codebase import Codebase

_WITH_FULL_NAMES = ("setup.py", "setup.cfg", "pyproject.toml", "build.py")
_WITH_LAST_NAMES = ("Cargo.toml", "meson.build", "CMakeLists.txt")


def may_build(codebase: Codebase, module: str, place: str) -> bool:
    """Whether a file that describes a build names a module, whose file would be `place`.

    Those of setuptools and maturin write `shop.speedups`, those of other languages `speedups`.
    """
    full = re.escape(module).encode()
    last = re.escape(module.rpartition(".")[2]).encode()
    for directory in _upwards(place):
        for names, word in ((_WITH_FULL_NAMES, full), (_WITH_LAST_NAMES, last)):
            for name in names:
                if _has(codebase, f"{directory}/{name}" if directory else name, rb"(?<![\w.])%s\b" % word):
                    return True
    return False


def _upwards(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path


_latest: list[tuple[Codebase, dict[str, bytes]]] = []


def _has(codebase: Codebase, path: str, pattern: bytes) -> bool:
    if not _latest or _latest[0][0] is not codebase:
        _latest[:] = [(codebase, {})]
    known = _latest[0][1]
    if path not in known:
        try:
            known[path] = codebase.read(path)
        except (OSError, KeyError):
            known[path] = b""
    return re.search(pattern, known[path]) is not None
