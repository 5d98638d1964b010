"""References to modules and names that are not there. Candidates come from bytes, and each is confirmed in the tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collectbench.lint.builds import may_build
from collectbench.lint.file_texts import source_of
from collectbench.lint.late_names import may_get, namesake_may_have
from collectbench.lint.rule import Evidence
from collectbench.sources.codebase import Codebase
from collectbench.sources.meanings import BUILTINS, Definition
from collectbench.sources.modules import Found, Missing
from collectbench.sources.outline import SILENT_GUARDS
from collectbench.sources.references import STAR, Form, Reference

_GENERATED = re.compile(r"_pb2(?:_grpc)?$|^_?_?version(?:__)?$|^_version_info$|_generated$|^_build|_parser_tab$")
"""Names of modules that tools write: protobuf, setuptools-scm, parser generators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A reference that leads nowhere.

    Attributes:
        path: the file with the reference.
        line: of the reference.
        module: for a missing module the whole name that is written; for a name the module that lacks it.
        missing: the first part of the module that is missing, or the name.
        places: for a missing module, the paths at which it could be generated.
    """

    path: str
    line: int
    module: str
    missing: str
    places: tuple[str, ...] = ()


def of_modules(evidence: Evidence) -> Iterator[Absence]:
    """Yield each reference to a module that is missing, in the order of the files."""
    yield from missing_modules(evidence.codebase, _suspects(evidence))


def missing_modules(codebase: Codebase, references: Iterable[tuple[str, Reference]]) -> Iterator[Absence]:
    """Yield those of some references, each with its file, whose module is missing."""
    found = dict.fromkeys(  # a statement that imports several names from a module refers to it once
        absence for path, reference in references for absence in _missing_module(codebase, path, reference)
    )
    generated = codebase.generated(sorted({place for absence in found for place in absence.places}))
    for absence in found:
        last = absence.missing.rpartition(".")[2]
        if generated.intersection(absence.places) or _GENERATED.search(last):
            continue
        if not may_build(codebase, absence.missing, absence.places[0]) and not _is_put(codebase, absence):
            yield absence


def of_names(evidence: Evidence) -> Iterator[Absence]:
    """Yield each reference to a name that an existing module lacks, in the order of the files."""
    codebase = evidence.codebase
    for path, reference in _suspects(evidence):
        for absence in _missing_name(codebase, path, reference):
            location = codebase.modules.locate(absence.module)
            file = location.path if isinstance(location, Found) else None
            if file is not None and may_get(codebase, file, absence.missing, path):
                continue
            if file is not None and not reference.level and namesake_may_have(codebase, file, absence.missing):
                continue
            place = (file or "").removesuffix("__init__.py") + "x.py"
            if not may_build(codebase, f"{absence.module}.{absence.missing}", place):
                yield absence


def _is_put(codebase: Codebase, absence: Absence) -> bool:
    """Whether the file gives the name of the module to a function from a file that makes modules."""
    word = re.escape(absence.missing).encode()
    source = source_of(codebase, absence.path)
    if not any(quote + absence.missing.encode() + quote in source for quote in (b'"', b"'")):
        return False
    for match in re.finditer(rb"""([\w.]+)\(\s*(?:["'][\w.]+["']\s*,\s*)*["']%s["']""" % word, source):
        meaning = codebase.meaning(absence.path, match.group(1).decode())
        if isinstance(meaning, Definition) and codebase.facts[meaning.path].changes_path:
            return True
    return False


_latest: list[tuple[Evidence, tuple[tuple[str, Reference], ...]]] = []


def _suspects(evidence: Evidence) -> tuple[tuple[str, Reference], ...]:
    """The references that may lead nowhere, by file; both rules ask for them, one after the other."""
    if not _latest or _latest[0][0] is not evidence:
        _latest[:] = [(evidence, tuple(_read_suspects(evidence)))]
    return _latest[0][1]


def _read_suspects(evidence: Evidence) -> Iterator[tuple[str, Reference]]:
    codebase = evidence.codebase
    innocent = set[str]()  # absolute mentions mean the same in all files
    for path in sorted(evidence.focus):
        suspect = set[str]()
        for mention in codebase.facts[path].mentions - innocent:
            if _is_suspect(codebase, path, mention):
                suspect.add(mention)
            elif mention[0] != "." and not codebase.facts[path].made_modules:
                innocent.add(mention)
        if suspect:
            for reference in codebase.references(path, suspect):
                if reference.guard not in SILENT_GUARDS:
                    yield path, reference


def _is_suspect(codebase: Codebase, path: str, mention: str) -> bool:
    if mention[0] == "=":
        return _of_string(codebase, path, mention[1:], 0) is not None
    module, _, name = mention.partition(":")
    plain = module.lstrip(".")
    level = len(module) - len(plain)
    if codebase.missing(path, plain, level) is not None:
        return True
    return bool(name) and name != STAR and _lacks(codebase, path, plain, level, name)


def _lacks(codebase: Codebase, path: str, module: str, level: int, name: str) -> bool:
    location = codebase.modules.locate(module, level, path)
    if not isinstance(location, Found):
        return False
    submodule = codebase.modules.locate(f"{module}.{name}".strip("."), level, path)
    if not isinstance(submodule, Missing):
        return False  # it is a module, or may be one
    if location.path is not None and codebase.has_name(location.path, name) is not False:
        return False
    return codebase.missing(path, f"{module}.{name}".strip("."), level) is not None  # else something makes it


def _missing_module(codebase: Codebase, path: str, reference: Reference) -> Iterator[Absence]:
    if reference.form == Form.PATCH:
        absent = _of_string(codebase, path, reference.module, reference.line)
        if absent and absent.places:
            yield absent
        return
    missing = codebase.missing(path, reference.module, reference.level)
    name = reference.module
    if missing is None and reference.form == Form.FROM and reference.name not in ("", STAR):
        return
    if missing is not None:
        if reference.level:
            above = missing.name.rsplit(".", name.count(".") + 1)[0] if name else missing.name
            name = missing.name if "." not in name else f"{above}.{name}"
        yield _absence(path, reference.line, name, missing)


def _missing_name(codebase: Codebase, path: str, reference: Reference) -> Iterator[Absence]:
    if reference.form == Form.PATCH:
        absent = _of_string(codebase, path, reference.module, reference.line)
        if absent and not absent.places and not reference.is_optional:
            yield absent
        return
    if reference.form != Form.FROM or reference.name == STAR:
        return
    if _lacks(codebase, path, reference.module, reference.level, reference.name):
        location = codebase.modules.locate(reference.module, reference.level, path)
        file = location.path if isinstance(location, Found) else None
        module = codebase.modules.name_of(file) if file and reference.level else reference.module
        yield Absence(path=path, line=reference.line, module=module, missing=reference.name)


def _of_string(codebase: Codebase, path: str, dotted: str, line: int) -> Absence | None:
    """What is missing of the object that a string names: a module (with places), a name of a module, or nothing."""
    parts = dotted.split(".")
    for length in range(1, len(parts)):
        module = ".".join(parts[:length])
        location = codebase.modules.locate(module, 0, path)
        if not isinstance(location, Found):
            return None
        attribute = parts[length]
        inner = codebase.modules.locate(f"{module}.{attribute}", 0, path)
        if isinstance(inner, Found):
            if location.path is not None and _is_hidden(codebase, location.path, attribute):
                return None
            continue
        if location.path is not None and codebase.has_name(location.path, attribute) is not False:
            return None
        missing = codebase.missing(path, f"{module}.{attribute}", 0)
        if missing is None:
            return None
        if attribute in BUILTINS and length == len(parts) - 1:
            return None  # patch makes builtins in a module
        if length == len(parts) - 1 or attribute[:1].isupper():
            return Absence(path=path, line=line, module=module, missing=attribute)
        return _absence(path, line, _module_part(parts, length + 1), missing)
    return None


def _is_hidden(codebase: Codebase, package: str, name: str) -> bool:
    """Whether a package binds the name of one of its modules to something else: `from shop.client import client`."""
    outline = codebase.outline(package)
    if outline is None or name not in outline.bindings:
        return False
    for each in outline.imports:
        if each.bound == name:
            return False
        if any(bound == name for _, bound in each.names):
            location = codebase.modules.locate(each.module, each.level, package)
            return not isinstance(location, Found) or location.path != package
    return True


def _module_part(parts: list[str], shortest: int) -> str:
    """The part of a dotted path that names a module: up to the first class, without the last name."""
    end = shortest
    while end < len(parts) - 1 and not parts[end][:1].isupper():
        end += 1
    return ".".join(parts[:end])


def _absence(path: str, line: int, name: str, missing: Missing) -> Absence:
    last = missing.name.rpartition(".")[2]
    base = f"{missing.directory}/{last}" if missing.directory else last
    return Absence(
        path=path, line=line, module=name, missing=missing.name, places=(f"{base}.py", f"{base}/__init__.py")
    )
