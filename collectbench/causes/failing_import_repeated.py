"""A module that fails is imported again by each file that needs it.

What it detects:
    A module of the project whose import failed at least twice. It is reported even if it costs no time.

Why it is slow:
    Python forgets a module whose import fails. The next importer executes it again from its first line.

Evidence:
    The imports of the traced round that ended in an error, by module. The innermost module of the project that fails is
    the origin; the others fail because of it.

Fix:
    Fix the module, once. If it needs a package that is not always installed, import that in the functions that use it.

Source:
    pytest imports each test module on its own, so nothing remembers the failure.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.attribution.modules import Module
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_claims import claims_on_frames
from collectbench.model.diagnosis import Location
from collectbench.model.trace import ImportFrame


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the modules that fail several times and are the origin of it."""
    repeated = {module: failed for module in evidence.attribution.modules.all if (failed := _failed(evidence, module))}
    around = {module: _others_around(evidence, module, repeated) for module in repeated}
    for module, failed in repeated.items():
        if any(module in others for others in around.values()):
            continue  # it fails because of another one
        frames = [frame for each in (module, *around[module]) for frame in repeated[each]]
        yield Candidate(
            subject=module.name,
            title=f"{module.name} fails {len(failed)} times: {failed[0].error}",
            locations=(_origin(evidence, module, failed),),
            evidence=(f"each of {len(failed)} importers executes it again until it fails",),
            fix=f"fix {module.name}, or import what it needs in the functions that use it",
            claims=claims_on_frames(evidence, [frame.index for frame in frames]),
            is_note=True,
        )


def _failed(evidence: Evidence, module: Module) -> tuple[ImportFrame, ...]:
    """The imports of a module of the project that failed; none if there is only one."""
    failed = tuple(frame for frame in module.frames if frame.error)
    return failed if len(failed) > 1 and module.path and evidence.is_project_file(module.path) else ()


def _others_around(
    evidence: Evidence, module: Module, repeated: dict[Module, tuple[ImportFrame, ...]]
) -> dict[Module, None]:
    """The other modules that fail several times, and within whose imports this one fails."""
    modules = evidence.attribution.modules
    found: dict[Module, None] = {}
    for frame in repeated[module]:
        parent = frame.parent
        while parent in modules.frames:
            other = modules.of_frame[parent]
            if other is not module and other in repeated:
                found[other] = None
            parent = modules.frames[parent].parent
    return found


def _origin(evidence: Evidence, module: Module, failed: tuple[ImportFrame, ...]) -> Location:
    """The line that fails: the last import that the module executed if that failed, else unknown."""
    indices = {frame.index for frame in failed}
    within = {frame.parent for frame in evidence.trace.imports if frame.error}
    lines = [edge.line for edge in evidence.trace.edges if edge.during in indices and edge.path == module.path]
    return evidence.location(module.path, lines[-1] if lines and indices & within else 0)


CAUSE = Cause(id="failing-import-repeated", doc=__doc__, find=find)
