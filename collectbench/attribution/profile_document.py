"""From an attribution to the profile of a target, the document that is stored and rendered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial

from collectbench.attribution import tables
from collectbench.attribution.attribute import Attribution, garbage_collector_paused
from collectbench.attribution.modules import Module
from collectbench.attribution.origins import display_path, project_directories, project_name
from collectbench.attribution.tables import Display
from collectbench.attribution.waits import operations_of, wait_sites
from collectbench.attribution.who import most_expensive
from collectbench.model.costs import ImportCost, Importer, LineCost, ModuleCut, Profile
from collectbench.model.diagnosis import Finding
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Counts, Status
from collectbench.model.who import ImportedModule

MOST_CUTS, SMALLEST_CUT_S = 20, 0.02
"""So many modules have a cut in the profile, if they cost so much: a cut takes about 10 ms in networkx."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The target of a profile and its rounds, as far as the attribution does not know them.

    The fields are those of `Profile`.
    """

    tool: Tool
    created: str
    environment: Environment
    target: str
    status: Status
    message: str
    wall_s: float | None
    counts: Counts | None
    memory_timeline: tuple[tuple[float, int], ...] = ()
    calls: str | None = None
    lines: tuple[LineCost, ...] = ()
    """With absolute paths."""
    timed_rounds: int = 0
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    queued_s: float = 0.0
    probe: str = ""
    """The directory of the probe, whose lines do not count."""


def profile(attribution: Attribution, subject: Subject) -> Profile:
    """Assemble the profile of `subject`; its paths are written as documents write them."""
    with garbage_collector_paused():
        return _assemble(attribution, subject)


def _assemble(attribution: Attribution, subject: Subject) -> Profile:
    trace, sample, places = attribution.trace, attribution.sample, attribution.places
    display: Display = cache(partial(display_path, places=places))
    starts, of_starts = attribution.graph.starts, attribution.savings.of_starts
    imports = [_import_cost(module, attribution, display) for module in attribution.modules.all]
    return Profile(
        tool=subject.tool,
        created=subject.created,
        environment=subject.environment,
        target=subject.target,
        status=subject.status,
        message=subject.message,
        complete=trace.complete,
        wall_s=subject.wall_s,
        traced_wall_s=sample.wall_s,
        counts=subject.counts,
        phases=dict(sample.phases),
        shares=attribution.shares,
        imports=tuple(sorted(imports, key=lambda cost: -cost.inclusive_s)),
        collectors=tables.collectors(trace),
        plugins=tables.plugins(trace, {index: of_starts[start] for index, start in starts.items()}, display),
        hooks=tables.hooks(trace, display),
        events=tables.events(trace, places, display),
        parametrized=tables.parametrized(trace),
        lines=tables.sampled_lines(subject.lines, attribution.waits, places, display),
        waited_s=None if trace.waited_before_s is None else sum(share.waited_s for share in attribution.shares),
        waits=wait_sites((*operations_of(trace), *attribution.waits), places, subject.probe),
        gc_s=sum(gc_pass.duration_s for gc_pass in trace.gc),
        gc_passes=len(trace.gc),
        warnings=tuple((category, message, display(path), line) for category, message, path, line in trace.warnings),
        memory_timeline=subject.memory_timeline,
        importing=trace.importing,
        calls=subject.calls,
        timed_rounds=subject.timed_rounds,
        notes=(*subject.notes, *trace.lost),
        findings=subject.findings,
        queued_s=subject.queued_s,
        cuts=tuple(_cut(module) for module in most_expensive(attribution, MOST_CUTS, SMALLEST_CUT_S)),
        project=project_name(places),
        project_directories=project_directories(places),
    )


def _cut(module: ImportedModule) -> ModuleCut:
    return ModuleCut(
        module=module.module,
        path=module.path,
        lines=module.cut,
        saving_s=module.cut_saving_s,
        why_none=module.why_no_cut,
    )


def _import_cost(module: Module, attribution: Attribution, display: Display) -> ImportCost:
    """The cost of one module; if it has several frames (import failed or module removed), their sum."""
    frames, saving = module.frames, attribution.savings.of_modules[module]
    return ImportCost(
        module=module.name,
        path=display(module.path),
        origin=attribution.origins[module],
        self_s=sum(frame.self_s for frame in frames),
        inclusive_s=sum(frame.end_s - frame.begin_s for frame in frames),
        find_s=sum(frame.find_s for frame in frames),
        compile_s=sum(frame.compile_s for frame in frames),
        bytecode=next((frame.bytecode for frame in frames if frame.bytecode), ""),
        importers=tuple(
            Importer(path=display(line.path), line=line.line, saving_alone_s=line.saving_s) for line in saving.lines
        ),
        saving_alone_s=max((line.saving_s for line in saving.lines), default=0.0),
        saving_joint_s=saving.joint_s,
        floor=module in attribution.graph.floor,
        begin_s=frames[0].begin_s,
        error=next((frame.error for frame in frames if frame.error), ""),
        waited_s=sum(frame.waited_s for frame in frames),
    )
