"""The steps of collection whose growth can be told, with the parts of a traced round that each of them takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from collectbench.attribution.parts import ROOT, TEARDOWN, Part, hook_part
from collectbench.attribution.stacks import SampledStack
from collectbench.causes.called_by_pytest import innermost_of
from collectbench.causes.duplicate_ids import MAKING_UNIQUE
from collectbench.causes.running import is_pytest_path, running
from collectbench.causes.slow_ids import MAKING_IDS
from collectbench.model.subsets import Step
from collectbench.model.trace import CollectorFrame, HookTotal, Trace

PYTEST, END = Step("pytest"), Step("end")
StepParts = Mapping[Step, Mapping[Part, float]]
"""The seconds of each part that belong to a step."""


def step_of(hook: HookTotal) -> Step:
    """Returns the step of a hook implementation: the same in each round, as the names of some plugins are not."""
    if hook.path:
        return Step("hook", hook.hook, "", hook.path, hook.line)
    return Step("hook", hook.hook, hook.plugin)


def steps_of(
    trace: Trace, parts: Mapping[Part, float], stacks: Sequence[SampledStack], is_project: Callable[[str], bool]
) -> StepParts:
    """Returns the steps of a traced round.

    A hook of pytest also runs `collect()` of other collectors, which are steps of their own, and code of the project
    such as functions for ids, which other causes own; samples tell how long.
    """
    collectors = {frame.index: _step_of_collector(frame) for frame in trace.collectors}
    hooks = {hook_part(number, hook): hook for number, hook in enumerate(trace.hooks)}
    found = defaultdict[Step, defaultdict[Part, float]](lambda: defaultdict(float))
    for step, part in _owned_parts(hooks, collectors):
        found[step][part] += parts.get(part, 0.0)
    for stack in stacks:
        hook = hooks.get(stack.part)
        if hook is None or not is_pytest_path(hook.path):
            continue
        collector = collectors.get(stack.frame)
        if collector is not None and collector.path and not is_pytest_path(collector.path):
            found[collector][stack.part] += stack.seconds
        elif running(stack, is_project) is None and not _makes_ids(stack):
            continue
        found[step_of(hook)][stack.part] -= stack.seconds
    return {step: {part: max(0.0, seconds) for part, seconds in own.items()} for step, own in found.items()}


def _owned_parts(hooks: Mapping[Part, HookTotal], collectors: Mapping[int, Step]) -> Iterator[tuple[Step, Part]]:
    yield PYTEST, ROOT
    yield END, TEARDOWN
    for part, hook in hooks.items():
        yield step_of(hook), part
    for frame, step in collectors.items():
        yield step, Part("frame", frame)


def _step_of_collector(frame: CollectorFrame) -> Step:
    return Step("collector", frame.type, "", frame.class_path)


def _makes_ids(stack: SampledStack) -> bool:
    return innermost_of(stack.calls, MAKING_UNIQUE | MAKING_IDS) is not None
