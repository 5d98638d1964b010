"""A function that keeps its result is slow, and the line that calls it first pays for all.

What it detects:
    A function of the project with `functools.cache` or `lru_cache` that several lines outside of functions call. It
    takes most of the time of the first one.

    If a single line calls it, the line has another cause, such as `module-level-compute`.

Why it is slow:
    The result is computed while a module is imported. Without the first line, the next one would pay: changing only one
    of them saves nothing.

Evidence:
    Samples of the function that runs, its decorator, and the lines of imported modules that call it by its name.

Fix:
    Make the function faster, or call it in fixtures in all of these lines.

Source:
    pytest-bdd#233.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from collectbench.causes.amounts import counted
from collectbench.causes.body_lines import BodyLine, claims_of
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import evidence_of, locations
from collectbench.causes.nature import CACHED, Cached


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each such function, with the lines that call it."""
    by_function = defaultdict[Cached, list[BodyLine]](list)
    for line in evidence.lines_by_nature.get(CACHED, ()):
        cached = evidence.natures.cached_function(line)
        if cached is not None:
            by_function[cached].append(line)
    for cached, lines in by_function.items():
        callers = evidence.natures.callers(cached)
        first = [(line.statement.path, line.statement.line) for line in lines]
        yield Candidate(
            subject=f"{cached.name}()",
            title="a cached function is slow, and its first caller pays for all",
            locations=locations(evidence, [(cached.path, cached.line), *first, *callers]),
            evidence=(*evidence_of(evidence, lines), f"{counted(len(callers), 'line')} outside of functions call it"),
            fix=f"make {cached.name}() faster, or call it in fixtures in all of these lines",
            claims=claims_of(run for line in lines for run in line.runs),
            alone_s=0.0,
        )


CAUSE = Cause(id="first-caller", doc=__doc__, find=find)
