from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.attribution.parts import (
    GC,
    GC_AT_THE_END,
    PROBE,
    QUEUED,
    ROOT,
    START,
    TEARDOWN,
    UNACCOUNTED,
    Part,
    parts_of,
)
from collectbench.model.registrations import LastMoments
from collectbench.model.sample import RoundKind, Sample
from collectbench.model.trace import CollectorFrame, GcPass, HookTotal, ImportFrame, Trace

IMPORT = ImportFrame(
    index=0,
    parent=-1,
    module="a",
    path="/p/a.py",
    begin_s=0.5,
    end_s=2.5,
    self_s=2.0,
    find_s=0.5,
    read_s=0,
    compile_s=0.5,
)
COLLECTOR = CollectorFrame(index=1, parent=-1, nodeid="a", type="Module", begin_s=2.5, end_s=3, self_s=0.5, items=1)
HOOK = HookTotal(hook="pytest_generate_tests", plugin="p", calls=1, self_s=0.25, number=7)
TRACE = Trace(
    complete=True,
    imports=(IMPORT,),
    collectors=(COLLECTOR,),
    hooks=(HOOK,),
    gc=(GcPass(generation=2, begin_s=1.0, duration_s=0.1), GcPass(generation=2, begin_s=3.5, duration_s=0.2)),
    root_self_s=0.75,
    last=LastMoments(finish_s=3.4),
)


def sample(**fields) -> Sample:
    usual = {"wall_s": 5.0, "phases": {"interpreter": 0.25}, "queued_s": None}
    given = usual | fields
    return Sample(kind=RoundKind.TRACED, user_s=0, system_s=0, peak_rss_bytes=0, exit_code=0, **given)


def test_each_second_of_a_traced_round_belongs_to_one_part() -> None:
    parts = parts_of(TRACE, sample())
    assert {part: pytest.approx(seconds) for part, seconds in parts.items()} == {
        Part("frame", 0): 1.0,
        Part("find", 0): 0.5,
        Part("compile", 0): 0.5,
        Part("frame", 1): 0.5,
        Part("hook", 7): 0.25,
        ROOT: 0.75,
        GC: 0.1,
        GC_AT_THE_END: 0.2,
        START: 0.25,
        TEARDOWN: 5.0 - 0.5 - 3.8,
        QUEUED: 0.0,
        PROBE: 0.25,
        UNACCOUNTED: 0.0,
    }


def test_walks_of_finalisation_are_passes_at_the_end_and_the_rest_of_it_is_not() -> None:
    moments = {
        "modules_removed_s": 4.0,
        "objects_walked_s": 4.25,
        "modules_cleared_s": 4.5,
        "interpreter_cleared_s": 4.75,
    }
    parts = parts_of(replace(TRACE, last=LastMoments(finish_s=3.4, **moments)), sample())
    assert parts[GC_AT_THE_END] == pytest.approx(0.2 + 0.5)
    assert parts[TEARDOWN] == pytest.approx(5.0 - 0.5 - 3.8 - 0.5)


def test_a_walk_without_an_end_belongs_to_the_end_of_the_process() -> None:
    parts = parts_of(replace(TRACE, last=LastMoments(finish_s=3.4, modules_removed_s=4.0)), sample())
    assert parts[GC_AT_THE_END] == pytest.approx(0.2)


def test_time_without_a_processor_is_taken_out_of_the_part_that_had_none() -> None:
    trace = replace(TRACE, imports=(replace(IMPORT, queued_s=1.0),), root_queued_s=0.25)
    parts = parts_of(trace, sample(queued_s=1.25))
    assert parts[Part("frame", 0)] == pytest.approx(0.5)
    assert parts[Part("compile", 0)] == pytest.approx(0.25)
    assert parts[ROOT] == pytest.approx(0.5)
    assert parts[QUEUED] == pytest.approx(1.25)


def test_queueing_that_the_trace_does_not_place_is_taken_from_the_parts_that_it_does_not_watch() -> None:
    calm, busy = parts_of(TRACE, sample()), parts_of(TRACE, sample(queued_s=0.5))
    assert busy[QUEUED] == pytest.approx(0.5)
    assert busy[TEARDOWN] < calm[TEARDOWN]
    assert busy[Part("frame", 0)] == calm[Part("frame", 0)]


def test_of_a_round_that_broke_off_the_rest_is_unaccounted() -> None:
    parts = parts_of(replace(TRACE, complete=False, last=LastMoments()), sample())
    assert TEARDOWN not in parts
    assert GC_AT_THE_END not in parts
    assert parts[UNACCOUNTED] == pytest.approx(5.0 - 4.05)


@given(
    wall_s=st.floats(0.1, 100),
    queued_s=st.none() | st.floats(0, 100),
    frame_queued_s=st.floats(0, 5),
    complete=st.booleans(),
)
def test_parts_add_up_to_the_wall_time_whatever_was_measured(wall_s, queued_s, frame_queued_s, complete) -> None:
    trace = replace(TRACE, complete=complete, imports=(replace(IMPORT, queued_s=frame_queued_s),))
    parts = parts_of(trace, sample(wall_s=wall_s, queued_s=queued_s))
    assert sum(parts.values()) == pytest.approx(wall_s)
    assert all(seconds >= 0 for part, seconds in parts.items() if part != UNACCOUNTED)
