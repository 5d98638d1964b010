"""Whether a module may get a name in a way that its outline does not show. Asked of names that seem to be missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from collectbench.sources.codebase import Codebase

_MAKES_NAMES = rb"\b_convert_\(|\bglobal_enum\b|\bsetattr\(\s*%s\s*,"
"""Enums that put their members into the module, and functions that set attributes of the module that they are in."""


_SET = re.compile(rb"""\.(\w+)\s*=(?!=)|setattr\([\w., ]+["'](\w+)["']""")


def may_get(codebase: Codebase, module: str, name: str, user: str) -> bool:
    """Whether the module in the file `module` may have a name when the file `user` asks for it.

    The module makes it, a stub beside it declares it, it is compiled, or its package, a conftest, a file that imports
    it and holds no tests, or the user itself sets it.
    """
    if codebase.modules.is_compiled(module):
        return True
    package = f"{module.rpartition('/')[0]}/__init__.py".lstrip("/")
    stem = re.escape(module.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]).encode()
    word = re.escape(name).encode()
    return (
        _has(codebase, module, _MAKES_NAMES % stem)
        or _has(codebase, f"{module}i", rb"\b%s\b" % word)
        or any(_has(codebase, path, rb"\.%s\s*=(?!=)" % word) for path in (user, package))
        or name.encode() in _names_set_in(codebase, module)
        or any(_has(codebase, path, rb"""\.%s\s*=|["']%s["']""" % (word, word)) for path in _conftests(codebase, user))
    )


def namesake_may_have(codebase: Codebase, module: str, name: str) -> bool:
    """Whether another file, which the same absolute name may mean as well, has a name."""
    return any(
        codebase.has_name(each, name) is not False or may_get(codebase, each, name, each)
        for each in codebase.modules.namesakes(module)
    )


_latest: list[tuple[Codebase, dict[str, frozenset[bytes]]]] = []


def _names_set_in(codebase: Codebase, module: str) -> frozenset[bytes]:
    """The attributes that files set, of whatever, that import a module itself and hold no tests.

    What tests set is theirs alone.
    """
    if not _latest or _latest[0][0] is not codebase:
        _latest[:] = [(codebase, {})]
    known = _latest[0][1]
    if module not in known:
        sources = (codebase.read(path) for path in _importers(codebase, module))
        known[module] = frozenset(b"".join(names) for source in sources for names in _SET.findall(source))
    return known[module]


def _importers(codebase: Codebase, module: str) -> Iterator[str]:
    """Yield the files that have a module under a name, and that others may have imported before."""
    dotted = codebase.modules.name_of(module)
    package, _, last = dotted.rpartition(".")
    absolute = {dotted, f"{package}:{last}"}
    for path in codebase.files_with({dotted, f":{last}"}):
        if not codebase.is_shared(path) or path.rpartition("/")[2] == "conftest.py":
            continue
        mentions = codebase.facts[path].mentions
        if mentions & absolute or any(each[0] == "." and each.endswith(f":{last}") for each in mentions):
            yield path


def _conftests(codebase: Codebase, path: str) -> Iterator[str]:
    """Yield the conftests whose fixtures a file sees."""
    directory = path
    while directory:
        directory = directory.rpartition("/")[0]
        conftest = f"{directory}/conftest.py" if directory else "conftest.py"
        if conftest in codebase.facts:
            yield conftest


def _has(codebase: Codebase, path: str, pattern: bytes) -> bool:
    try:
        return re.search(pattern, codebase.read(path)) is not None
    except (OSError, KeyError):
        return False
