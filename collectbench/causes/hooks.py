"""Implementations of hooks by whose code they are, with the lines in which they spend their time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import Enum
from posixpath import basename

from collectbench.attribution.parts import Part
from collectbench.attribution.shares import OF_PYTEST
from collectbench.causes.candidate import Candidate, claims_on
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import locations
from collectbench.causes.running import Running, is_pytest_path
from collectbench.model.samples import Call
from collectbench.model.trace import HookTotal
from collectbench.model.units import format_duration

MOST_LINES, ENOUGH = 3, 0.1
"""How many lines of a hook are shown, and from which part of its time on."""


class Owner(Enum):
    """Whose code a hook is."""

    PYTEST = "pytest"
    PROJECT = "the project"
    INSTALLED = "an installed plugin"


def owner_of(evidence: Evidence, hook: HookTotal) -> Owner:
    """Returns whose code a hook implementation is."""
    if is_pytest_path(hook.path) or (not hook.path and (hook.plugin in OF_PYTEST or hook.plugin.isdecimal())):
        return Owner.PYTEST
    if evidence.is_project(hook.path) or basename(hook.plugin) == "conftest.py":
        return Owner.PROJECT
    return Owner.PYTEST if hook.plugin in OF_PYTEST else Owner.INSTALLED


def project_hooks(evidence: Evidence, *names: str) -> Iterator[tuple[Part, HookTotal]]:
    """Yields the implementations of these hooks that are the project's."""
    for part, hook in evidence.hooks():
        if hook.hook in names and owner_of(evidence, hook) is Owner.PROJECT:
            yield part, hook


def hook_candidate(evidence: Evidence, part: Part, hook: HookTotal, title: str, fix: str) -> Candidate:
    """Returns one implementation as a candidate, at its `def`, with the lines that take long."""
    path = hook.path or hook.plugin
    line = evidence.sources.definition_line(path, hook.line) if hook.path else 0
    owner = evidence.display(path)
    return Candidate(
        subject=f"{hook.hook} in {owner}",
        title=title,
        locations=locations(evidence, [(path, line), *slow_lines(runs_in(evidence, part))]),
        evidence=(calls_of(evidence, part, hook),),
        fix=fix,
        claims=claims_on([part]),
    )


def calls_of(evidence: Evidence, part: Part, hook: HookTotal) -> str:
    """Returns how often a hook was called, and how long a call took."""
    seconds = evidence.seconds(part)
    if hook.calls < 2:
        return f"one call, {format_duration(seconds)}"
    return f"{hook.calls:,} calls, {format_duration(seconds / hook.calls)} each"


def slow_lines(runs: Sequence[Running]) -> Iterator[tuple[str, int]]:
    """Yields the outermost and then the innermost lines of the project in these stacks, those that take long."""
    for choose in (_entry, _deepest):
        seconds = defaultdict[tuple[str, int], float](float)
        for run in runs:
            call = choose(run)
            seconds[call.path, call.line] += run.seconds
        total_s = sum(seconds.values())
        for place in sorted(seconds, key=lambda place: -seconds[place])[:MOST_LINES]:
            if seconds[place] > ENOUGH * total_s:
                yield place


def runs_in(evidence: Evidence, *parts: Part) -> list[Running]:
    """Returns the stacks of some parts in which code of the project ran."""
    return [run for run in evidence.runs if run.part in parts]


def _entry(run: Running) -> Call:
    return run.entry


def _deepest(run: Running) -> Call:
    return run.deepest
