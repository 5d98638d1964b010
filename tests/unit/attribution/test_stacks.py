from __future__ import annotations

import pytest

from collectbench.attribution.parts import ROOT, TEARDOWN, Part
from collectbench.attribution.stacks import SampledStack, stacks_of
from collectbench.model import samples
from collectbench.model.samples import Call, Sampled

BODY = (Call("/p/a.py", 3, "f"), Call("/p/a.py", 9, "<module>"))
PARTS = {
    Part("frame", 4): 1.0,
    Part("compile", 4): 1.0,
    Part("find", 4): 1.0,
    Part("hook", 2): 1.0,
    ROOT: 1.0,
    TEARDOWN: 1.0,
}


def sampled(frame: int, calls: tuple[Call, ...], seconds: float = 0.5, hook: int = -1) -> Sampled:
    return Sampled(frame=frame, hook=hook, seconds=seconds, calls=calls)


@pytest.mark.parametrize(
    ("taken", "part"),
    [
        (sampled(4, BODY), Part("frame", 4)),
        (sampled(4, BODY, hook=2), Part("hook", 2)),
        (sampled(-1, BODY), ROOT),
        (sampled(samples.TEARDOWN, BODY), TEARDOWN),
        (
            sampled(4, (Call("/s/rewrite.py", 1, "visit"), Call("/s/rewrite.py", 2, "_rewrite_test"), *BODY)),
            Part("compile", 4),
        ),
        (sampled(4, (Call("<frozen x>", 1, "_path_stat"), Call("<frozen x>", 2, "find_spec"), *BODY)), Part("find", 4)),
        (sampled(4, (Call("/p/a.py", 9, "<module>"), Call("/s/rewrite.py", 2, "_rewrite_test"))), Part("frame", 4)),
        (sampled(4, (Call("/s/rewrite.py", 5, "_read_pyc"), *BODY)), Part("frame", 4)),
    ],
    ids=[
        "a module",
        "a hook",
        "pytest",
        "the end",
        "compiling",
        "finding",
        "a module that another one compiles for",
        "reading bytecode",
    ],
)
def test_a_sample_belongs_to_the_part_that_ran(taken, part) -> None:
    assert [stack.part for stack in stacks_of([taken], PARTS)] == [part]


def test_equal_stacks_are_one() -> None:
    stacks = stacks_of([sampled(4, BODY, 0.25), sampled(4, BODY, 0.5)], PARTS)
    assert stacks == (SampledStack(part=Part("frame", 4), calls=BODY, seconds=0.75, frame=4),)


def test_samples_never_make_a_part_longer_than_the_trace_says() -> None:
    other = BODY[1:]
    stacks = stacks_of([sampled(4, BODY, 3.0), sampled(4, other, 1.0)], PARTS)
    assert [stack.seconds for stack in stacks] == [pytest.approx(0.75), pytest.approx(0.25)]


def test_samples_of_a_part_that_the_trace_does_not_know_count_nothing() -> None:
    assert [stack.seconds for stack in stacks_of([sampled(99, BODY), sampled(4, BODY, 0.0)], PARTS)] == [0.0]
