"""Whether a module may get a name in a way that its outline does not show. Asked of names that seem to be missing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from collectbench.lint.file_texts import holds, source_of
from collectbench.sources.codebase import Codebase

_ENUMS = (b"_convert_(", b"global_enum")
"""Enums that put their members into the module."""
_SET = re.compile(rb"""\.(\w+)\s*=(?!=)|setattr\([\w., ]+["'](\w+)["']""")
_FEW = 20
"""So many modules are looked for in all files; for more, an index is made."""


def may_get(codebase: Codebase, module: str, name: str, user: str) -> bool:
    """Whether the module in the file `module` may have a name when the file `user` asks for it.

    The module makes it, a stub beside it declares it, it is compiled, or its package, a conftest, a file that imports
    it and holds no tests, or the user itself sets it.
    """
    if codebase.modules.is_compiled(module):
        return True
    package = f"{module.rpartition('/')[0]}/__init__.py".lstrip("/")
    stem = module.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
    source = source_of(codebase, module)
    return (
        any(word in source for word in _ENUMS)
        or holds(codebase, module, stem, rb"\bsetattr\(\s*%s\s*,")  # of the module that it is in
        or holds(codebase, f"{module}i", name, rb"\b%s\b")
        or any(holds(codebase, path, name, rb"\.%s\s*=(?!=)") for path in (user, package))
        or any(holds(codebase, path, name, rb"""\.%s\s*=|["']%s["']""") for path in _conftests(codebase, user))
        or name.encode() in _names_set_in(codebase, module)
    )


def namesake_may_have(codebase: Codebase, module: str, name: str) -> bool:
    """Whether another file, which the same absolute name may mean as well, has a name."""
    return any(
        codebase.has_name(each, name) is not False or may_get(codebase, each, name, each)
        for each in codebase.modules.namesakes(module)
    )


class _Setters:
    """The files that may set attributes of modules: those without tests, since what tests set is theirs alone."""

    def __init__(self, codebase: Codebase) -> None:
        self._codebase = codebase
        self._names: dict[str, frozenset[bytes]] = {}

    def names(self, module: str) -> frozenset[bytes]:
        """Return the attributes that files set, of whatever, that have a module under a name."""
        if module not in self._names:
            sources = (source_of(self._codebase, path) for path in self._importers(module))
            self._names[module] = frozenset(b"".join(found) for source in sources for found in _SET.findall(source))
        return self._names[module]

    def _importers(self, module: str) -> set[str]:
        dotted = self._codebase.modules.name_of(module)
        package, _, last = dotted.rpartition(".")
        mentions = (dotted, f"{package}:{last}", f".:{last}")
        if len(self._names) >= _FEW:
            return {path for mention in mentions for path in self._by_mention.get(mention, ())}
        paths = filter(self._may_set, self._codebase.files_with({dotted, f":{last}"}))
        return {path for path in paths if not self._mentions(path).isdisjoint(mentions)}

    @cached_property
    def _by_mention(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path in filter(self._may_set, self._codebase.facts):
            for mention in self._mentions(path):
                found[mention].append(path)
        return found

    def _may_set(self, path: str) -> bool:
        return self._codebase.is_shared(path) and path.rpartition("/")[2] != "conftest.py"

    def _mentions(self, path: str) -> set[str]:
        """What a file mentions; of relative modules only the name that is imported from them."""
        mentions = self._codebase.facts[path].mentions
        return {f".:{each.rpartition(':')[2]}" if each[0] == "." else each for each in mentions}


_latest: list[tuple[Codebase, _Setters]] = []


def _names_set_in(codebase: Codebase, module: str) -> frozenset[bytes]:
    if not _latest or _latest[0][0] is not codebase:
        _latest[:] = [(codebase, _Setters(codebase))]
    return _latest[0][1].names(module)


def _conftests(codebase: Codebase, path: str) -> Iterator[str]:
    """Yield the conftests whose fixtures a file sees."""
    directory = path
    while directory:
        directory = directory.rpartition("/")[0]
        conftest = f"{directory}/conftest.py" if directory else "conftest.py"
        if conftest in codebase.facts:
            yield conftest
