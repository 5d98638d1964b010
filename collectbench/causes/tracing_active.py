"""A debugger, a profiler or a trace function watches the process while pytest collects.

What it detects:
    A function of `sys.settrace`, `sys.setprofile` or `sys.monitoring` that is at work when collection begins, and lines
    that set one during collection. coverage.py is `coverage-tracing`.

Why it is slow:
    The function is called for each call, and mostly for each line, of all imports and module bodies.

Evidence:
    The tools that watch the process in the timed round, and the lines that call `sys.settrace` or `sys.setprofile`.
    Samples show a part of the time of a function that is written in Python: the saving is at least that much. A
    function in C leaves no samples, so its saving is unknown, and shown as 0.

Fix:
    Start it after collection, in a fixture or in `pytest_collection_finish`.

Source:
    A conftest with a trace function that does nothing: 1.0 s instead of 0.5 s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.tracers import claims_of_function, claims_of_package, package_of
from collectbench.model.registrations import ToolCall

FIX = "start it after collection, in a fixture or in pytest_collection_finish"
_ARGUMENT = re.compile(r"\bset(?:profile|trace)\(\s*(?:\w+\.)*(\w+)\s*\)")


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields a candidate for each line of the project that sets a function, and for each other tool."""
    tools = [tool for tool in evidence.surroundings.tools if package_of(tool) != "coverage"]
    calls = [call for call in evidence.trace.tool_calls if evidence.is_project_file(call.path)]
    setting = [call for call in calls if _function(evidence, call) != "None"]
    for call in setting:
        yield _by_line(evidence, call)
    ways = {f"sys.{call.kind.removeprefix('sys.')}" for call in setting}
    for tool in tools:
        if not any(f"({way})" in tool for way in ways):
            package = package_of(tool)
            yield Candidate(
                subject=tool,
                title=f"{package} watches the process while pytest collects",
                evidence=(f"at work when collection began: {tool}",),
                fix=FIX,
                claims=claims_of_package(evidence, package),
                is_note=True,
            )


def _by_line(evidence: Evidence, call: ToolCall) -> Candidate:
    name, way = _function(evidence, call), f"sys.{call.kind.removeprefix('sys.')}"
    claims: tuple[Claim, ...] = claims_of_function(evidence, call.path, name) if name else ()
    return Candidate(
        subject=name or way,
        title=f"a function of {way} watches the process while pytest collects",
        evidence=(f"set {call.count:,} time{'' if call.count == 1 else 's'} by this line",),
        locations=(evidence.location(call.path, call.line),),
        fix=FIX,
        claims=claims,
        is_note=True,
    )


def _function(evidence: Evidence, call: ToolCall) -> str:
    """The name of the function that a line sets; `None` if it sets none, empty if unknown."""
    match = _ARGUMENT.search(evidence.sources.line(call.path, call.line))
    return match.group(1) if match else ""


CAUSE = Cause(id="tracing-active", doc=__doc__, find=find)
