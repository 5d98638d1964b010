"""Which lines of a set can be deferred, and the edits for the sets that can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from collectbench.codemods.codemod import Request
from collectbench.codemods.deferral.chosen_imports import Wanted
from collectbench.codemods.deferral.deferral import Place, Refused, defer, refusal_of
from collectbench.codemods.deferral.deferral_obstacles import Obstacle, Surroundings
from collectbench.codemods.deferral.outside_uses import outside_uses
from collectbench.codemods.deferral.profiled_files import Freshness
from collectbench.codemods.deferral.profiled_imports import ImportCut, Line
from collectbench.lint.heavy_modules import heavy_imports, package_of
from collectbench.lint.lineage import Answer, Lineages
from collectbench.model.fixes import Edit, Effect, Note, Permit
from collectbench.sources.meanings import Definition
from collectbench.sources.names import absolute
from collectbench.sources.outline import Import

_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CutResult:
    """What can be done about a set of lines.

    Attributes:
        cut: the set.
        todo: its lines that still import the module.
        deferred: those of them that can be rewritten, with what is to be moved.
        refused: those that cannot, with the reason.
        outside: those that the user does not want to be rewritten.
    """

    cut: ImportCut
    todo: tuple[Line, ...]
    deferred: tuple[tuple[Line, Wanted], ...]
    refused: tuple[tuple[Line, str], ...]
    outside: tuple[Line, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing imports the module after the rewrite."""
        return bool(self.todo) and len(self.deferred) == len(self.todo) and not self.cut.blocked

    @property
    def is_done(self) -> bool:
        """Whether nothing has been left to rewrite since the profile."""
        return bool(self.cut.lines) and not self.todo and not self.cut.blocked

    @property
    def left(self) -> list[Line]:
        """The lines that still import the module after the rewrite."""
        return sorted({*self.outside, *(line for line, _ in self.refused)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """The edits of all complete sets, and what became of each set."""

    edits: list[Edit]
    results: list[CutResult]
    risks: list[Note]


@dataclass(slots=True)
class Deferrals:
    """Tries sets of lines, and makes the edits. What is known of a file is kept."""

    request: Request
    _freshness: Freshness | None = None
    _refusals: dict[tuple[Line, Wanted], str] = field(default_factory=dict)
    _users: dict[tuple[str, str], str] = field(default_factory=dict)
    """By file and name, who uses it from another file; empty if nobody does."""

    def __post_init__(self) -> None:
        """Prepare to tell whether files are as they were when the profile was made."""
        if self.request.profile is not None:
            self._freshness = Freshness(self.request.profile, self.request.evidence.codebase)

    def tried(self, cut: ImportCut) -> CutResult:
        """Return which lines of a set can be rewritten."""
        focus = self.request.evidence.focus
        found = [(line, wanted) for line in cut.lines for wanted in self._wanted(cut, line)]
        todo = [(Line(line.path, wanted.line), wanted) for line, wanted in found]
        mine = [(line, wanted) for line, wanted in todo if line.path in focus]
        refused = {line: reason for line, wanted in mine if (reason := self._refusal(line, wanted))}
        mine = [(line, wanted) for line, wanted in mine if line not in refused]
        for line, name, who in self._used_outside(mine):
            refused[line] = f"{who}, and there {name} has to stay"
        return CutResult(
            cut=cut,
            todo=tuple(line for line, _ in todo),
            deferred=tuple((line, wanted) for line, wanted in mine if line not in refused),
            refused=tuple(sorted(refused.items())),
            outside=tuple(line for line, _ in todo if line.path not in focus),
        )

    def edits(self, results: Sequence[CutResult], *, partial: bool) -> Edits:
        """Return the edits of the complete sets; with `partial`, of all. A set with a file that fails is incomplete."""
        while True:
            by_path: dict[str, set[Wanted]] = defaultdict(set)
            for each in results:
                for line, wanted in each.deferred if partial or each.is_complete else ():
                    by_path[line.path].add(wanted)
            made: list[Edit] = []
            risks: list[tuple[str, Place]] = []
            failed: dict[str, str] = {}
            for path, wanted_here in sorted(by_path.items()):
                source = self.request.evidence.codebase.read(path)
                deferred = defer(source, sorted(wanted_here, key=lambda each: each.line), self._surroundings(path))
                if isinstance(deferred, Refused):
                    failed[path] = _reason(deferred.obstacles, 0)
                    continue
                permit = Permit(effect=Effect.WARNING_GONE, path="")  # what the import warns about, a test may see now
                made.append(Edit(path=path, before=source, after=deferred.source, permits=(permit,)))
                risks += ((path, place) for place in deferred.places if place.risk)
            if not failed:
                return Edits(edits=made, results=list(results), risks=_risk_notes(risks))
            results = [_without(each, failed) for each in results]

    def _wanted(self, cut: ImportCut, line: Line) -> list[Wanted]:
        """What to move because of a line: nothing if it is gone already, the statement elsewhere if it has moved."""
        evidence = self.request.evidence
        outline = evidence.codebase.outline(line.path)
        if outline is None:
            return [Wanted(line.line)]
        package = package_of(evidence.codebase.modules, line.path)
        here = [each for each in outline.imports if each.line == line.line]
        leading = [each for each in here if _leads(each, package, cut) is not None]
        if leading:
            return [Wanted(line.line, frozenset().union(*(_leads(each, package, cut) or () for each in leading)))]
        everywhere = replace(evidence, heavy={cut.module: None})
        moved = [found.statement for found in heavy_imports(everywhere, line.path)]
        if moved:
            return [Wanted(each.line, _leads(each, package, cut) or frozenset()) for each in moved]
        is_as_profiled = self._freshness is None or self._freshness.is_as_profiled(*line)
        return [Wanted(line.line)] if is_as_profiled else []

    def _refusal(self, line: Line, wanted: Wanted) -> str:
        """Why a file itself needs an import where it is; empty if it does not."""
        if (line, wanted) not in self._refusals:
            source = self.request.evidence.codebase.read(line.path)
            refusal = refusal_of(source, [wanted], self._surroundings(line.path))
            self._refusals[line, wanted] = "" if refusal is None else _reason(refusal.obstacles, line.line)
        return self._refusals[line, wanted]

    def _used_outside(self, found: Sequence[tuple[Line, Wanted]]) -> Iterator[tuple[Line, str, str]]:
        """Yield the lines whose names other files use, each with the name and the use."""
        names = {(line, name): None for line, wanted in found for name in self._names(line.path, wanted)}
        new: dict[str, set[str]] = defaultdict(set)
        for line, name in names:
            if (line.path, name) not in self._users:
                new[line.path].add(name)
        used = outside_uses(self.request.evidence.codebase, new) if new else {}
        self._users.update({(path, name): used.get(path, {}).get(name, "") for path in new for name in new[path]})
        for line, name in names:
            if who := self._users[line.path, name]:
                yield line, name, who

    def _names(self, path: str, wanted: Wanted) -> frozenset[str]:
        outline = self.request.evidence.codebase.outline(path)
        here = (each for each in outline.imports if each.line == wanted.line) if outline and not wanted.names else ()
        return wanted.names.union(*map(_names_of, here))

    def _surroundings(self, path: str) -> Surroundings:
        is_test = path in self.request.evidence.collection.files
        return Surroundings(
            is_collected=lambda name: is_test and self._is_collected(path, name),
            is_fixture=lambda name: self._is_fixture(path, name),
        )

    def _is_collected(self, path: str, name: str) -> bool:
        collection = self.request.evidence.collection
        if collection.is_class_name(name) or collection.is_test_name(name):
            return True
        meaning = self.request.evidence.codebase.meaning(path, name)
        if not isinstance(meaning, Definition) or meaning.class_ is None:
            return False
        lineages = Lineages(evidence=self.request.evidence)
        answer = lineages.is_unittest(meaning)
        return answer is Answer.YES or (answer is Answer.UNKNOWN and bool(lineages.tests(meaning)))

    def _is_fixture(self, path: str, name: str) -> bool:
        meaning = self.request.evidence.codebase.meaning(path, name)
        function = meaning.function if isinstance(meaning, Definition) else None
        return function is not None and any("fixture" in each or each == "?" for each in function.decorators)


def _names_of(each: Import) -> frozenset[str]:
    return frozenset(bound for _, bound in each.names) or frozenset({each.bound or each.module.partition(".")[0]})


def _leads(each: Import, package: str, cut: ImportCut) -> frozenset[str] | None:
    """The names of an import that lead to the module of a set; None if none does."""
    module = absolute(each.module, each.level, package)
    if module is None:
        return None
    if _is_leading(module, cut) or not each.names:
        return _names_of(each) if _is_leading(module, cut) else None
    names = frozenset(bound for name, bound in each.names if _is_leading(f"{module}.{name}", cut))
    return names or None


def _is_leading(module: str, cut: ImportCut) -> bool:
    while module:
        if module in cut.leads:
            return True
        module = module.rpartition(".")[0]
    return False


def _without(result: CutResult, failed: dict[str, str]) -> CutResult:
    lost = [(line, failed[line.path]) for line, _ in result.deferred if line.path in failed]
    return replace(
        result,
        deferred=tuple(pair for pair in result.deferred if pair[0].path not in failed),
        refused=(*result.refused, *lost),
    )


def _reason(obstacles: Sequence[Obstacle], line: int) -> str:
    """The first obstacle as a clause about a line, and how many more there are."""
    first, more = obstacles[0], len(obstacles) - 1
    where = "" if not first.line else "it " if first.line == line else f"line {first.line} "
    also = f", and {more} more place{'s' if more > 1 else ''} keep{'' if more > 1 else 's'} it there" if more else ""
    return f"{where}{first.reason}{also}"


def _risk_notes(risks: Sequence[tuple[str, Place]]) -> list[Note]:
    if not risks:
        return []
    shown = ", ".join(f"{path}:{place.line} {place.function} ({place.risk})" for path, place in risks[:_SHOWN])
    more = f" and {len(risks) - _SHOWN} more" if len(risks) > _SHOWN else ""
    text = f"these functions import while something else is replaced or observed, so run their tests: {shown}{more}"
    return [Note(text=text)]
