"""The seconds that no finding saves, as rows with the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from collectbench.attribution.parts import GC, GC_AT_THE_END, PROBE, QUEUED, ROOT, START, TEARDOWN, UNACCOUNTED, Part
from collectbench.attribution.shares import OF_PYTEST
from collectbench.causes.evidence import Evidence
from collectbench.causes.heaviest_packages import heaviest_packages
from collectbench.causes.running import project_files
from collectbench.model.costs import Origin
from collectbench.model.diagnosis import Rest
from collectbench.model.trace import CollectorFrame, ImportFrame

FLOOR, SMALL = "pytest needs it", "each of them is too small to be listed"
EARLY = "too small, or before pytest collects, while modules are imported"
MANY = "each of them is too small, or imported by too many lines"
CUT_SHORT = "the trace ends early, so that lines are missing"
NOT_SELECTED = "no selected cause saves it"
DEEP = "calls so deep that the line which begins them is unknown"
INSTALLED = "imports of installed packages"
REASONS = {
    "start of Python": "no change of the project saves it",
    "recording": "collectbench itself; a plain run does not have it",
    "pytest and its imports": FLOOR,
    "collecting": FLOOR,
    "own code of test modules": SMALL,
    "own code of conftests": SMALL,
    "imports of the project": MANY,
    INSTALLED: MANY,
    "imports of the standard library": MANY,
    "plugins": SMALL,
    "hooks": SMALL,
    "garbage collection": EARLY,
    "end of the process": "pytest and Python end, modules are cleared, memory is returned",
    "waiting for a processor": "other processes of the machine, no change of the project saves it",
    "unaccounted": "between the parts that are measured",
}
"""The rows in their order, and why no finding saves them."""
_OF_ORIGIN = {
    Origin.TEST: "own code of test modules",
    Origin.CONFTEST: "own code of conftests",
    Origin.FIRST_PARTY: "imports of the project",
    Origin.THIRD_PARTY: INSTALLED,
    Origin.STDLIB: "imports of the standard library",
    Origin.PLUGIN: "plugins",
}
_OF_KIND = {
    START: "start of Python",
    PROBE: "recording",
    ROOT: "pytest and its imports",
    GC: "garbage collection",
    GC_AT_THE_END: "end of the process",
    TEARDOWN: "end of the process",
    QUEUED: "waiting for a processor",
    UNACCOUNTED: "unaccounted",
}
_ROUNDING_S = 1e-9


def rest_of(evidence: Evidence, left: Mapping[Part, float], *, is_selection: bool = False) -> Iterator[Rest]:
    """Yields the rows that hold what is `left` of the parts; they add up to it.

    With `is_selection`, some causes were not looked for.
    """
    seconds: defaultdict[str, float] = defaultdict(float)
    hooks = dict(evidence.hooks())
    deep_s = _deep_seconds(evidence)
    deep = set[str]()
    for part, rest_s in left.items():
        if part in _OF_KIND:
            name = _OF_KIND[part]
        elif part.kind == "hook":
            name = "collecting" if part not in hooks or hooks[part].plugin in OF_PYTEST else "hooks"
        else:
            name = _name_of_frame(evidence, part)
        seconds[name] += rest_s
        if min(rest_s, deep_s.get(part, 0.0)) > max(evidence.smallest_s, rest_s / 2):
            deep.add(name)
    for name, reason in REASONS.items():
        if abs(seconds[name]) > _ROUNDING_S:
            why = _reason(reason, evidence, is_selection=is_selection)
            why = DEEP if why in (SMALL, MANY) and name in deep else why
            if why is MANY and name == INSTALLED:
                why = "; ".join((*heaviest_packages(evidence, left), MANY))
            yield Rest(name=name, seconds=seconds[name], reason=why)


def _deep_seconds(evidence: Evidence) -> Mapping[Part, float]:
    """Returns the seconds of stacks that were cut off in code of the project: else pytest is the outermost call."""
    is_project = project_files(evidence.places)
    seconds = defaultdict[Part, float](float)
    for stack in evidence.stacks:
        if stack.calls and is_project(stack.calls[-1].path):
            seconds[stack.part] += stack.seconds
    return seconds


def _reason(reason: str, evidence: Evidence, *, is_selection: bool) -> str:
    if reason not in (SMALL, MANY, EARLY):
        return reason
    if not evidence.trace.complete:
        return CUT_SHORT
    return NOT_SELECTED if is_selection else reason


def _name_of_frame(evidence: Evidence, part: Part) -> str:
    frame = evidence.frames[part.number]
    if isinstance(frame, CollectorFrame):
        return "collecting"
    if not isinstance(frame, ImportFrame):
        return "plugins"
    module = evidence.attribution.modules.of_frame[frame.index]
    if module in evidence.attribution.graph.floor:
        return "pytest and its imports"
    return _OF_ORIGIN[evidence.attribution.origins[module]]
