"""The time that trace functions written in Python take, by sampled stacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from collectbench.attribution.parts import Part
from collectbench.causes.candidate import Claim
from collectbench.causes.evidence import Evidence
from collectbench.model.samples import Call


def package_of(tool: str) -> str:
    """Returns the owner of a tool such as `coverage (sys.settrace)`."""
    return tool.partition(" (")[0]


def claims_of_package(evidence: Evidence, package: str) -> tuple[Claim, ...]:
    """Returns the time in which code of an installed package was at the top of the stack, but did not import itself."""

    def is_traced(calls: tuple[Call, ...]) -> bool:
        path = calls[0].path if calls else ""
        is_its = f"/{package}/" in path or path.endswith(f"/{package}.py")
        return is_its and not evidence.is_project_file(path) and calls[0].function != "<module>"

    return _claims(evidence, is_traced)


def claims_of_function(evidence: Evidence, path: str, name: str) -> tuple[Claim, ...]:
    """Returns the time in a function of a file, and in what it calls."""
    return _claims(evidence, lambda calls: any(call.path == path and call.function == name for call in calls))


def _claims(evidence: Evidence, keeps: Callable[[tuple[Call, ...]], bool]) -> tuple[Claim, ...]:
    seconds: defaultdict[Part, float] = defaultdict(float)
    for stack in evidence.stacks:
        if keeps(stack.calls):
            seconds[stack.part] += stack.seconds
    return tuple(Claim(part, spent) for part, spent in seconds.items())
