"""The time that trace functions written in Python take, by sampled stacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from collectbench.attribution.origins import is_below
from collectbench.attribution.parts import PROBE, Part
from collectbench.attribution.stacks import SampledStack
from collectbench.causes.candidate import Claim
from collectbench.causes.evidence import Evidence
from collectbench.model.probe_files import PROBE as PROBE_FILES
from collectbench.model.samples import Call


def package_of(tool: str) -> str:
    """Returns the owner of a tool such as `coverage (sys.settrace)`."""
    return tool.partition(" (")[0]


def claims_of_package(evidence: Evidence, package: str) -> tuple[Claim, ...]:
    """Returns the time in which code of an installed package ran, or what it called of Python's library.

    Only the innermost calls count: `coverage run` is around everything. Nor does the import of the package itself.
    """
    return _claims(evidence, lambda calls: _is_of_package(evidence, calls, package))


def without_recording(evidence: Evidence, excess_s: float) -> Evidence:
    """Returns the evidence with the time that the probe adds to trace functions as a part of its own.

    A trace function in Python causes audit events at each line, and the probe listens to them. Where it stands, samples
    do not tell: Python handles their signal at the next call. A round without the probe does.

    Args:
        evidence: of a traced round.
        excess_s: the time that this round took longer than a timed one, in which nobody listens.
    """
    packages = {package_of(tool) for tool in evidence.surroundings.tools}
    is_slowed = [any(_is_of_package(evidence, stack.calls, each) for each in packages) for stack in evidence.stacks]
    slowed_s = sum(stack.seconds for stack, is_its in zip(evidence.stacks, is_slowed, strict=True) if is_its)
    if excess_s <= 0 or slowed_s <= 0:
        return evidence
    share, parts, stacks = min(1.0, excess_s / slowed_s), dict(evidence.parts), list[SampledStack]()
    for stack, is_its in zip(evidence.stacks, is_slowed, strict=True):
        recorded_s = stack.seconds * share if is_its else 0.0
        stacks.append(replace(stack, seconds=stack.seconds - recorded_s))
        parts[stack.part] -= recorded_s
        parts[PROBE] = parts.get(PROBE, 0.0) + recorded_s
    return replace(evidence, parts=parts, stacks=tuple(stacks))


def _is_of_package(evidence: Evidence, calls: tuple[Call, ...], package: str) -> bool:
    own = next((call for call in calls if not _serves_all(evidence, call.path)), None)
    if own is None or own.function == "<module>" or evidence.is_project_file(own.path):
        return False
    return f"/{package}/" in own.path or own.path.endswith(f"/{package}.py")


def _serves_all(evidence: Evidence, path: str) -> bool:
    """Whether a file is Python's library, or of the probe: it hears of each event that a trace function causes."""
    is_frozen = path.startswith("<frozen ")
    return is_frozen or evidence.display(path).startswith("<stdlib>") or is_below(path, str(PROBE_FILES))


def claims_of_function(evidence: Evidence, path: str, name: str) -> tuple[Claim, ...]:
    """Returns the time in a function of a file, and in what it calls."""
    return _claims(evidence, lambda calls: any(call.path == path and call.function == name for call in calls))


def _claims(evidence: Evidence, keeps: Callable[[tuple[Call, ...]], bool]) -> tuple[Claim, ...]:
    seconds: defaultdict[Part, float] = defaultdict(float)
    for stack in evidence.stacks:
        if keeps(stack.calls):
            seconds[stack.part] += stack.seconds
    return tuple(Claim(part, spent) for part, spent in seconds.items())
