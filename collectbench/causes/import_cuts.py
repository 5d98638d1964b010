"""What the causes about imports share: which cut is whose, and the candidate that a cut becomes."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from posixpath import basename

from collectbench.attribution.cuts import Cut
from collectbench.attribution.imports import Attempt, Start
from collectbench.attribution.line_graph import ImportLine
from collectbench.attribution.modules import Module, is_within
from collectbench.causes.candidate import Candidate
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_claims import claims_on_modules
from collectbench.causes.import_payers import Payers, payers_of
from collectbench.causes.import_remedy import remedy
from collectbench.causes.moved_import import moved_import
from collectbench.causes.same_imports import other_lines
from collectbench.causes.skipped_files import is_skipped
from collectbench.model.diagnosis import Location
from collectbench.model.units import format_duration

REGISTRIES = ("django.apps.config", "django.apps.registry")
"""Modules that import the applications of a project by their names."""
SHOWN_REMEDIES = 3


class Nature(Enum):
    """Who pays for a cut, which decides what is to be done. The first that fits."""

    FRAMEWORK = auto()
    SKIPPED = auto()
    PLUGIN = auto()
    CONFTEST = auto()
    ONE_TEST = auto()
    SHARED = auto()


def cuts_of(evidence: Evidence, nature: Nature) -> Iterator[tuple[Cut, Payers]]:
    """Yields the cuts of one nature with those who pay for them."""
    for cut in evidence.cuts:
        payers = payers_of(evidence, cut.changes)
        if nature_of(evidence, cut, payers) is nature:
            yield cut, payers


def nature_of(evidence: Evidence, cut: Cut, payers: Payers) -> Nature:
    """Returns who pays for a cut."""
    files = {line.path for line in lines_of(cut)}
    if _goes_through_registry(evidence, cut):
        return Nature.FRAMEWORK
    if files and all(is_skipped(evidence, path) for path in files):
        return Nature.SKIPPED
    if any(isinstance(change, Start) for change in cut.changes) or (payers.plugins and not payers.tests):
        return Nature.PLUGIN
    if payers.conftests and (not payers.tests or all(basename(path) == "conftest.py" for path in files)):
        return Nature.CONFTEST
    return Nature.ONE_TEST if len(payers.names) == 1 else Nature.SHARED


def candidate(evidence: Evidence, cut: Cut, title: str) -> Candidate:
    """Returns what a cause says about a cut of import lines."""
    lines = lines_of(cut)
    return Candidate(
        subject=cut.module.name,
        title=title,
        locations=tuple(_locations(evidence, lines)),
        evidence=tuple(loaded_facts(cut, evidence)),
        fix=_fix(evidence, cut, lines),
        diff=_diff(evidence, lines),
        claims=claims_on_modules(evidence, cut.saved),
        alone_s=max(cut.alone_s) if len(cut.changes) > 1 else None,
    )


def _locations(evidence: Evidence, lines: tuple[ImportLine, ...]) -> Iterator[Location]:
    places: dict[tuple[str, int], None] = {}
    for line in lines:
        places[line.path, line.line] = None
        places |= dict.fromkeys((line.path, number) for number in other_lines(evidence, line))
    for path, number in places:
        yield evidence.location(path, number)


def lines_of(cut: Cut) -> tuple[ImportLine, ...]:
    """Returns the import lines of a cut."""
    return tuple(change for change in cut.changes if isinstance(change, ImportLine))


def loaded_facts(cut: Cut, evidence: Evidence) -> Iterator[str]:
    """Yields how many modules a cut saves, and which of them cost most."""
    cost_s = evidence.attribution.graph.cost_s
    costly = sorted(cut.saved, key=lambda node: -cost_s.get(node, 0.0))[:3]
    named = ", ".join(
        f"{name_of(node)} {format_duration(cost_s[node])}" for node in costly if cost_s.get(node, 0.0) >= 0.001
    )
    count = len({name_of(node) for node in cut.saved})
    if count > 1 and named:
        yield f"{count} modules are loaded for nothing else; the most expensive: {named}"
    requested = [name_of(need) for line in lines_of(cut) for need in line.needs]
    if requested and not any(is_within(name, cut.module.name) for name in requested):
        yield f"{cut.module.name} is loaded by {', '.join(dict.fromkeys(requested[:3]))}"


def name_of(node: Module | Attempt | Start | object) -> str:
    """Returns the name of a module or plugin."""
    module = node.module if isinstance(node, Attempt) else node
    return module.name if isinstance(module, Module | Start) else ""


def _diff(evidence: Evidence, lines: tuple[ImportLine, ...]) -> str:
    if len(lines) != 1 or any(other_lines(evidence, lines[0])):
        return ""
    return moved_import(evidence.sources, lines[0].path, lines[0].line, evidence.display(lines[0].path))


def _fix(evidence: Evidence, cut: Cut, lines: tuple[ImportLine, ...]) -> str:
    remedies: dict[str, ImportLine] = {}
    for line in lines:
        remedies.setdefault(remedy(evidence, line, cut.module.name), line)
    if len(remedies) == 1:
        return next(iter(remedies))
    shown = [f"{evidence.display(line.path)}:{line.line}: {text}" for text, line in remedies.items()]
    return "; ".join(shown[:SHOWN_REMEDIES])


def _goes_through_registry(evidence: Evidence, cut: Cut) -> bool:
    modules = evidence.attribution.modules.by_name
    registries = [modules[name] for name in REGISTRIES if name in modules]
    lines = lines_of(cut)
    return bool(registries and lines) and evidence.import_lines.reached(avoiding=registries).isdisjoint(lines)
