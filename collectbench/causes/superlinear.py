"""A step of collection grows faster than the number of tests.

What it detects:
    A hook implementation, a class of collectors, pytest itself or the end of the process whose time clearly grows
    faster than the number of items. It is looked for with `collectbench diagnose --scaling` only.

    Passes of the garbage collector are always `gc-passes` and `final-gc`, and equal ids `duplicate-ids`.

Why it is slow:
    Twice as many tests take four times as long if a loop over all items holds another one, or an `in` or `index()` on a
    list of all items. A small suite does not show it, and each new test costs more than the one before.

Evidence:
    Traced rounds on a quarter, a half and all of the test files, four or eight of each, in turns. The exponent is
    fitted to the seconds, without queueing, above the fixed cost: 1 is linear, 2 quadratic. It is reported from 1.3 on
    if its 95 % interval lies above 1.15, and if the growth beyond linear costs over 2 % of the wall time and 20 ms. The
    saving is at most that: the cost of all files, less what it would be if all of that of a quarter grew linearly.

Fix:
    Look up in a set or a dictionary that is built once, and go through the items once:

    ```python
    def pytest_collection_modifyitems(items):
        names = Counter(item.name for item in items)  # not: sum(other.name == item.name for other in items) for each
        for item in items:
            if names[item.name] > 1:
                item.add_marker("repeated")
    ```

Source:
    pytest#14942: 30 s became 303 s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from collectbench.attribution.parts import Part
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.custom_collector import class_line
from collectbench.causes.evidence import Evidence
from collectbench.causes.hooks import Owner, owner_of, runs_in, slow_lines
from collectbench.causes.line_candidates import locations
from collectbench.causes.running import is_pytest_path
from collectbench.causes.steps import END, PYTEST, step_of, steps_of
from collectbench.judge.growth import Cost, Growth, growth
from collectbench.model.subsets import Step
from collectbench.model.units import format_duration

SMALLEST_EXPONENT, SMALLEST_LOW = 1.3, 1.15
SMALLEST_SHARE, SMALLEST_S = 0.02, 0.02
"""What growth beyond linear must cost, of the wall time and in seconds: no experiment would prove less."""
FIXES = {
    Owner.PROJECT: "go through the items once, and look up in a set or dictionary instead of a list of all items",
    Owner.INSTALLED: "upgrade the plugin, or block it where the tests do not need it",
    Owner.PYTEST: "upgrade pytest; until then, collect parts of the suite in processes of their own",
}
FIX_AT_THE_END = "let fewer objects live until the end: close and delete what collection made and no test needs"


class _Described(NamedTuple):
    subject: str
    places: list[tuple[str, int]]
    fix: str


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each step that grows faster than the items; nothing without rounds on subsets of the files."""
    subsets = evidence.surroundings.subsets
    if not subsets:
        return
    for step, parts in steps_of(evidence.trace, evidence.parts, evidence.stacks, evidence.is_project).items():
        costs = [Cost(each.lap, each.size, each.items, each.seconds.get(step, 0.0)) for each in subsets]
        grown = growth(costs)
        if grown is not None and grown.exponent >= SMALLEST_EXPONENT and grown.low > SMALLEST_LOW:
            yield from _candidate(evidence, step, parts, grown)


def _candidate(evidence: Evidence, step: Step, parts: Mapping[Part, float], grown: Growth) -> Iterator[Candidate]:
    share = grown.excess_s / grown.largest[1]
    saved_s = share * sum(parts.values())
    wall_s = evidence.attribution.sample.unqueued_wall_s
    if saved_s <= max(SMALLEST_S, SMALLEST_SHARE * wall_s):
        return
    described = _described(evidence, step, parts)
    yield Candidate(
        subject=described.subject,
        title="the time grows faster than the number of tests",
        locations=locations(evidence, described.places),
        evidence=(_measured(grown), *_innermost(evidence, parts)),
        fix=described.fix,
        claims=tuple(Claim(part, share * seconds) for part, seconds in parts.items()),
        bound=True,
    )


def _measured(grown: Growth) -> str:
    (few, few_s), (many, many_s) = grown.smallest, grown.largest
    return (
        f"{format_duration(few_s)} for {few:,.0f} items, {format_duration(many_s)} for {many:,.0f}: "
        f"grows with the power {grown.exponent:.2f} of their number (95 %: {grown.low:.2f} to {grown.high:.2f})"
    )


def _described(evidence: Evidence, step: Step, parts: Mapping[Part, float]) -> _Described:
    """The name, the places and the fix of a step."""
    slow = list(slow_lines(runs_in(evidence, *parts)))
    if step == PYTEST:
        return _Described("pytest itself", [], FIXES[Owner.PYTEST])
    if step == END:
        return _Described("the end of the process", [], FIX_AT_THE_END)
    if step.kind == "collector":
        owner = _owner_of_class(evidence, step.path)
        place = [(step.path, class_line(evidence, step.path, step.name))] if step.path else []
        return _Described(f"collector {step.name}", [*place, *slow], FIXES[owner])
    hook = next(each for _, each in evidence.hooks() if step_of(each) == step)
    owner, path = owner_of(evidence, hook), hook.path or hook.plugin
    line = evidence.sources.definition_line(path, hook.line) if hook.path else 0
    return _Described(f"{hook.hook} in {evidence.display(path)}", [(path, line), *slow], FIXES[owner])


def _owner_of_class(evidence: Evidence, path: str) -> Owner:
    if not path or is_pytest_path(path):
        return Owner.PYTEST
    return Owner.PROJECT if evidence.is_project(path) else Owner.INSTALLED


def _innermost(evidence: Evidence, parts: Mapping[Part, float]) -> Iterator[str]:
    """In which function most of the samples are, for a reader who goes on from there."""
    seconds = defaultdict[str, float](float)
    for part in parts:
        for stack in evidence.stacks_of.get(part, ()):
            if stack.calls:
                seconds[stack.calls[0].function] += stack.seconds
    most = max(seconds, key=seconds.__getitem__, default=None)
    if most is not None and seconds[most] > sum(seconds.values()) / 2:
        yield f"most samples are in {most}()"


CAUSE = Cause(id="superlinear", doc=__doc__, find=find)
