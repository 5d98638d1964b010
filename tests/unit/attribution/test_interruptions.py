from __future__ import annotations

from collectbench.attribution.interruptions import interruptions
from collectbench.model.trace import GcPass, Trace


def gc_pass(begin_s: float) -> GcPass:
    return GcPass(generation=0, begin_s=begin_s, duration_s=0.125)


def interrupted(trace: Trace) -> list[tuple[int, float]]:
    """The indices of the frames, each with the begin of the pass that interrupted it."""
    return [(frame.index, gc_pass.begin_s) for frame, gc_pass in interruptions(trace)]


def test_a_pass_belongs_to_the_innermost_frame_of_any_kind_around_it(made) -> None:
    trace = Trace(
        complete=True,
        collectors=(made.collector_frame(0, -1, "tests/test_a.py", begin_s=0.0, end_s=10.0),),
        plugins=(made.plugin_frame(1, 0, "conftest", "/p/conftest.py", begin_s=1.0, end_s=5.0),),
        imports=(made.import_frame(2, 1, "heavy", begin_s=2.0, end_s=3.0),),
        gc=tuple(gc_pass(begin_s) for begin_s in (0.5, 1.5, 2.5, 3.5, 6.0)),
    )
    assert interrupted(trace) == [(0, 0.5), (1, 1.5), (2, 2.5), (1, 3.5), (0, 6.0)]


def test_passes_outside_of_all_frames_are_skipped(made) -> None:
    trace = Trace(
        complete=True,
        imports=(made.import_frame(1, -1, "one"), made.import_frame(3, -1, "two")),
        gc=(gc_pass(0.5), gc_pass(2.5), gc_pass(3.5), gc_pass(9.0)),
    )
    assert interrupted(trace) == [(3, 3.5)]


def test_the_order_in_which_frames_and_passes_were_written_does_not_matter(made) -> None:
    imports = (made.import_frame(1, 0, "inner", begin_s=2.0, end_s=3.0), made.import_frame(0, -1, "outer", end_s=9.0))
    passes = (gc_pass(5.0), gc_pass(2.5))
    orders = [
        interrupted(Trace(complete=True, imports=each, gc=other))
        for each in (imports, imports[::-1])
        for other in (passes, passes[::-1])
    ]
    assert orders == [[(1, 2.5), (0, 5.0)]] * 4


def test_without_their_outer_frames_inner_frames_still_get_their_passes(made) -> None:
    """After a crash: frames are written when they end, so the outer ones are missing."""
    trace = Trace(
        complete=False,
        imports=(made.import_frame(4, 3, "done", begin_s=1.0, end_s=2.0),),
        gc=(gc_pass(1.5), gc_pass(2.5)),
    )
    assert interrupted(trace) == [(4, 1.5)]


def test_without_frames_or_passes_there_are_no_interruptions(made) -> None:
    assert interrupted(Trace(complete=True, gc=(gc_pass(1.0),))) == []
    assert interrupted(Trace(complete=True, imports=(made.import_frame(0, -1, "one"),))) == []
