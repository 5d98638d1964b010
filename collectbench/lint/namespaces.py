"""Which classes and functions a test file has in its namespace, from wherever: pytest collects them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collectbench.lint.rule import Evidence
from collectbench.sources.meanings import Definition
from collectbench.sources.modules import Found
from collectbench.sources.outline import NEVER_AT_COLLECTION, Import
from collectbench.sources.references import STAR

_FEW = 20
"""If less than this part of the files is checked, it is worth looking for the others that matter."""


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


def imported_entries(evidence: Evidence, path: str, *, with_unittest: bool) -> Iterator[Entry]:
    """Yield what imports bring into the namespace of a file: classes and functions that pytest would look at.

    Those are the ones whose names it collects and, with `with_unittest`, all of files that were read anyway: files that
    may define classes of unittest, which have any name, are read.
    """
    outline = evidence.codebase.outline(path)
    if outline is None:
        return
    own = {class_.name for class_ in outline.classes} | {function.name for function in outline.functions}
    for each in outline.imports:
        if each.guard in NEVER_AT_COLLECTION or not each.names:
            continue
        if each.names[0][0] == STAR:
            yield from _star_entries(evidence, path, each, own | outline.bindings)
            continue
        any_name = with_unittest and _is_read(evidence, path, each)
        for _, bound in each.names:
            if bound in own or not (any_name or _is_collected(evidence, bound)):
                continue
            if definition := _definition(evidence, path, bound):
                yield Entry(name=bound, definition=definition, line=each.line)


def is_part(evidence: Evidence) -> bool:
    """Whether only a small part of the files is checked."""
    return len(evidence.focus) <= len(evidence.collection.files) // _FEW


def possible_importers(evidence: Evidence, definitions: Iterable[Definition]) -> list[str]:
    """Return the collected files that may have one of these in their namespace, sorted.

    If many files are checked, those are all. Else they mention its name or its module, maybe by way of star imports.
    """
    collected = evidence.collection.files
    if not is_part(evidence):
        return sorted(collected)
    codebase = evidence.codebase
    words = {
        word for each in definitions for word in (each.name.rpartition(".")[2], codebase.modules.stem_of(each.path))
    }
    found = set[str]()
    while words:
        files = set(codebase.files_with(words)) - found
        found |= files
        outlines = ((file, codebase.outline(file)) for file in files)
        words = {
            codebase.modules.stem_of(file)
            for file, outline in outlines
            if outline and any(each.names and each.names[0][0] == STAR for each in outline.imports)
        }
    return sorted(found & collected)


def _is_collected(evidence: Evidence, name: str) -> bool:
    return evidence.collection.is_class_name(name) or evidence.collection.is_test_name(name)


def _is_read(evidence: Evidence, path: str, each: Import) -> bool:
    location = evidence.codebase.modules.locate(each.module, each.level, path)
    return isinstance(location, Found) and location.path is not None and evidence.codebase.is_read(location.path)


def _star_entries(evidence: Evidence, path: str, each: Import, bound: frozenset[str] | set[str]) -> Iterator[Entry]:
    location = evidence.codebase.modules.locate(each.module, each.level, path)
    if isinstance(location, Found) and location.path is not None:
        for name in sorted(evidence.codebase.star_names(location.path) - bound):
            if definition := _definition(evidence, location.path, name):
                yield Entry(name=name, definition=definition, line=each.line, is_star=True)


def _definition(evidence: Evidence, path: str, name: str) -> Definition | None:
    meaning = evidence.codebase.meaning(path, name)
    return meaning if isinstance(meaning, Definition) else None
