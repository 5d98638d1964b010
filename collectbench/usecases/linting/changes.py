"""Which files a change can have harmed: the changed ones, and those that refer to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collectbench.checkouts.changes import ChangedFiles
from collectbench.sources.codebase import Codebase
from collectbench.sources.modules import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFocus:
    """The files to check after a change.

    Attributes:
        changed: for all rules.
        importers: for rules that look at several files: what they say of these files may have changed too.
    """

    changed: frozenset[str]
    importers: frozenset[str] = frozenset()


def changed_focus(codebase: Codebase, changes: ChangedFiles) -> ChangedFocus:
    """Return what to check after a change."""
    changed = frozenset(path for path in changes.changed if path in codebase.facts)
    gone = {codebase.modules.name_of(path) for path in changes.deleted if path.endswith(".py")}
    names = {codebase.modules.name_of(path) for path in changed} | gone
    last = {name.rpartition(".")[2] for name in names}
    importers = frozenset(
        path
        for path in codebase.files_with(last)
        if path not in changed
        and any(_refers(codebase, path, each, last, changed, gone) for each in codebase.facts[path].mentions)
    )
    return ChangedFocus(changed=changed, importers=importers)


def _refers(  # noqa: PLR0917 - a mention, and what has changed
    codebase: Codebase, path: str, mention: str, last: set[str], changed: frozenset[str], gone: set[str]
) -> bool:
    if mention[0] == "=":
        parts = mention[1:].split(".")
        if last.isdisjoint(parts):
            return False
        modules = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    else:
        module, _, name = mention.partition(":")
        if name not in last and module.rpartition(".")[2] not in last:
            return False
        modules = [f"{module}.{name}" if module.strip(".") else f"{module}{name}", module] if name else [module]
    return any(each in changed for each in _files(codebase, path, modules)) or any(
        f".{each.lstrip('.')}".endswith(f".{name}") or f".{name}".endswith(f".{each.lstrip('.')}")
        for each in modules
        for name in gone
        if each.rpartition(".")[2] == name.rpartition(".")[2]
    )


def _files(codebase: Codebase, path: str, modules: list[str]) -> Iterator[str]:
    for module in modules:
        plain = module.lstrip(".")
        location = codebase.modules.locate(plain, len(module) - len(plain), path)
        if isinstance(location, Found) and location.path:
            yield location.path
