"""Which classes and functions a test file has in its namespace, from wherever: pytest collects them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collectbench.lint.rule import Evidence
from collectbench.sources.codebase import Definition
from collectbench.sources.modules import Found
from collectbench.sources.outline import NEVER_AT_COLLECTION, Import
from collectbench.sources.references import STAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A class or function under a name of a file.

    Attributes:
        name: in the namespace of the file.
        definition: what it is.
        line: of the import that brings it; of its definition if it stands in the file itself.
        is_star: whether a star import brings it.
    """

    name: str
    definition: Definition
    line: int
    is_star: bool = False


def imported_entries(evidence: Evidence, path: str) -> Iterator[Entry]:
    """Yield the classes and functions of other files that imports bring into the namespace of a file."""
    outline = evidence.codebase.outline(path)
    if outline is None:
        return
    own = {class_.name for class_ in outline.classes} | {function.name for function in outline.functions}
    for each in outline.imports:
        if each.guard in NEVER_AT_COLLECTION:
            continue
        for name, bound in each.names:
            if name == STAR:
                yield from _star_entries(evidence, path, each, own)
            elif bound not in own and (definition := _definition(evidence, path, bound)):
                yield Entry(name=bound, definition=definition, line=each.line)


def _star_entries(evidence: Evidence, path: str, each: Import, own: set[str]) -> Iterator[Entry]:
    location = evidence.codebase.modules.locate(each.module, each.level, path)
    if not isinstance(location, Found) or location.path is None:
        return
    outline = evidence.codebase.outline(path)
    bound = own | (outline.bindings if outline else frozenset())
    for name in sorted(evidence.codebase.star_names(location.path) - bound):
        if definition := _definition(evidence, location.path, name):
            yield Entry(name=name, definition=definition, line=each.line, is_star=True)


def _definition(evidence: Evidence, path: str, name: str) -> Definition | None:
    meaning = evidence.codebase.meaning(path, name)
    return meaning if isinstance(meaning, Definition) else None
