"""A diagnosis: an annotation for each place of a finding, then a line for each finding."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, zip_longest

from collectbench.model.diagnosis import Diagnosis, Finding, Location, TargetDiagnosis
from collectbench.render.diagnosis.experiments import proof_lines, proofs, target_proofs
from collectbench.render.diagnosis.findings import Shown, alone, heading, place, shown_of, why
from collectbench.render.diagnosis.totals import failure, headline, note_statements, surplus_line, total
from collectbench.render.diagnosis.workers import workers_rows, workers_sentences, workers_title
from collectbench.render.formats.github.annotations import Annotation, join_lines, statement_lines
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.places import is_outside
from collectbench.render.parts.prose import state
from collectbench.render.parts.violations import repository_path


def render(diagnosis: Diagnosis, options: RenderOptions) -> str:
    """Return annotations and lines, ending in a newline."""
    top = None if options.verbose else options.top
    targets = [(target, shown_of(target.findings, top)) for target in diagnosis.targets]
    annotations = [annotation for target, shown in targets for annotation in _annotations(target, shown, options)]
    lines = [line for target, shown in targets for line in _lines(target, shown)]
    return join_lines(annotations, (*lines, *statement_lines(state("note", note) for note in diagnosis.notes)))


def _annotations(target: TargetDiagnosis, shown: Shown, options: RenderOptions) -> list[Annotation]:
    """Return the first place of each finding, then the second of each, as GitHub shows few; none of refuted ones."""
    whole_s = target.unqueued_s
    worth_it = [finding for finding in shown.findings if not finding.is_refuted]
    turns = zip_longest(*(_of_finding(finding, whole_s, options) for finding in worth_it))
    return [annotation for annotation in chain.from_iterable(turns) if annotation is not None]


def _of_finding(finding: Finding, whole_s: float, options: RenderOptions) -> Iterator[Annotation]:
    """Yield an annotation for each place in the repository; one without a place if there is none."""
    places = [location for location in finding.locations if not is_outside(location.path)]
    lines = [why(finding), alone(finding), f"fix: {finding.fix}" if finding.fix else ""]
    lines += [*proof_lines(proofs(finding.experiment)), finding.diff.rstrip("\n")]
    message = "\n".join((heading(finding, whole_s), *filter(None, lines)))
    for location in places or (None,):
        yield Annotation(
            level="warning", title=f"collectbench: {finding.cause}", message=message, place=_place(location, options)
        )


def _place(location: Location | None, options: RenderOptions) -> tuple[str, int] | None:
    if location is None:
        return None
    return repository_path(location.path, options), max(1, location.line)  # a whole file has line 0


def _lines(target: TargetDiagnosis, shown: Shown) -> Iterator[str]:
    yield headline(target)
    yield from statement_lines(failure(target))
    for number, finding in enumerate(shown.findings, 1):
        places = ", ".join(map(place, finding.locations))
        yield f"{number}. {heading(finding, target.unqueued_s)}{f'  {places}' if places else ''}: {why(finding)}"
        if finding.fix:
            yield f"   fix: {finding.fix}"
        yield from (f"   {line}" for line in proof_lines(proofs(finding.experiment)))
    for experiment in target.experiments:
        yield from proof_lines(proofs(experiment))
    yield from proof_lines(target_proofs(target))
    if shown.surplus:
        yield surplus_line(shown)
    yield from filter(None, [total(target, shown)])
    if target.workers is not None:
        yield workers_title(target.workers)
        yield from workers_rows(target.workers)
        yield from workers_sentences(target.workers)
    yield from statement_lines(note_statements(target, shown))
