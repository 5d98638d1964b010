"""The causes that watch all code: coverage-tracing and tracing-active."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.attribution.parts import PROBE, Part
from collectbench.attribution.stacks import SampledStack
from collectbench.causes import coverage_tracing, tracing_active
from collectbench.causes.surroundings import Surroundings
from collectbench.causes.tracers import without_recording
from collectbench.model.probe_files import PROBE as PROBE_FILES
from collectbench.model.registrations import ToolCall
from collectbench.model.samples import Call
from made_evidence import ENVIRONMENT, evidence, findings, imported

CONFTEST = "/project/conftest.py"
FRAMES = (imported(0, -1, "test_a", 2.0),)
BODY = Call("/project/tests/test_a.py", 3, "<module>")


def sampled(seconds: float, *calls: Call) -> SampledStack:
    return SampledStack(part=Part("frame", 0), calls=(*calls, BODY), seconds=seconds)


def about(*tools: str, line: str = "", python: str = "3.11.8", calls=(), stacks=(), arguments=()):
    return evidence(
        imports=FRAMES,
        files={CONFTEST: f"import sys\n{line}\n"},
        stacks=stacks,
        tool_calls=calls,
        environment=replace(ENVIRONMENT, python=python),
        fields={"surroundings": Surroundings(tools=tools), "arguments": arguments},
    )


def called(kind: str = "sys.settrace") -> tuple[ToolCall]:
    return (ToolCall(kind=kind, path=CONFTEST, line=2, count=1, during=-1),)


def test_coverage_is_reported_also_if_its_tracer_leaves_no_samples() -> None:
    (found,) = findings(coverage_tracing.CAUSE, about("coverage (sys.settrace)", arguments=("--cov=shop",)))
    assert (found.subject, found.estimated_saving_s) == ("coverage (sys.settrace)", 0)
    assert "--no-cov" in found.fix
    assert "sysmon" not in found.fix


def test_a_tracer_of_coverage_in_python_is_measured_by_samples() -> None:
    stacks = (
        sampled(0.7, Call("/venv/site-packages/coverage/pytracer.py", 5, "_trace")),
        sampled(0.4, Call("/project/shop.py", 5, "price")),
    )
    (found,) = findings(coverage_tracing.CAUSE, about("coverage (sys.settrace)", stacks=stacks))
    assert found.estimated_saving_s == pytest.approx(0.7)


def test_a_python_with_monitoring_offers_the_quick_core() -> None:
    (found,) = findings(coverage_tracing.CAUSE, about("coverage (sys.settrace)", python="3.13.1"))
    assert "COVERAGE_CORE=sysmon" in found.fix
    (found,) = findings(coverage_tracing.CAUSE, about("coverage (sys.monitoring)", python="3.13.1"))
    assert "COVERAGE_CORE=sysmon" not in found.fix


def test_without_a_tool_both_are_silent() -> None:
    for cause in (coverage_tracing.CAUSE, tracing_active.CAUSE):
        assert not findings(cause, about(arguments=("--cov=shop",)))


def test_a_trace_function_of_a_conftest_is_found_at_the_line_that_sets_it() -> None:
    stacks = (sampled(0.5, Call("/lib/x.py", 1, "inner"), Call(CONFTEST, 9, "watch")), sampled(0.4))
    (found,) = findings(
        tracing_active.CAUSE,
        about("conftest (sys.settrace)", line="sys.settrace(watch)", calls=called(), stacks=stacks),
    )
    assert (found.subject, found.estimated_saving_s) == ("watch", pytest.approx(0.5))
    assert [(each.path, each.line) for each in found.locations] == [("conftest.py", 2)]


def test_a_debugger_is_found_without_a_line() -> None:
    stacks = (sampled(0.3, Call("/venv/site-packages/pydevd/tracer.py", 1, "trace_dispatch")),)
    (found,) = findings(tracing_active.CAUSE, about("pydevd (sys.settrace)", stacks=stacks))
    assert (found.subject, found.estimated_saving_s) == ("pydevd (sys.settrace)", pytest.approx(0.3))


def test_a_line_that_switches_tracing_off_is_silent() -> None:
    assert not findings(tracing_active.CAUSE, about(line="sys.settrace(None)", calls=called()))


def test_coverage_is_no_matter_of_other_tools() -> None:
    assert not findings(tracing_active.CAUSE, about("coverage (sys.settrace)"))


TRACE = Call("/venv/site-packages/coverage/pytracer.py", 5, "_trace")


def test_what_the_tracer_calls_of_the_standard_library_and_of_the_probe_is_its_time() -> None:
    stacks = (
        sampled(0.3, Call("/usr/lib/python3/typing.py", 7, "cast"), TRACE),
        sampled(0.2, Call(str(PROBE_FILES / "guard.py"), 7, "hook"), TRACE),
        sampled(0.4, Call("/project/shop.py", 5, "price"), Call("/venv/site-packages/coverage/execfile.py", 5, "run")),
    )
    (found,) = findings(coverage_tracing.CAUSE, about("coverage (sys.settrace)", stacks=stacks))
    assert found.estimated_saving_s == pytest.approx(0.5)


def test_what_the_probe_adds_to_a_tracer_is_no_cost_of_the_tracer_nor_of_the_traced_line() -> None:
    before = about("coverage (sys.settrace)", stacks=(sampled(0.8, TRACE), sampled(0.2)))
    after = without_recording(before, 0.6)
    (found,) = findings(coverage_tracing.CAUSE, after)
    assert found.estimated_saving_s == pytest.approx(0.2)
    assert [stack.seconds for stack in after.stacks] == pytest.approx([0.2, 0.2])
    moved = {part: after.parts[part] - before.parts.get(part, 0.0) for part in after.parts}
    assert (moved[Part("frame", 0)], moved[PROBE]) == (pytest.approx(-0.6), pytest.approx(0.6))
    assert sum(moved.values()) == pytest.approx(0.0)


def test_a_round_without_a_tracer_in_python_keeps_its_parts() -> None:
    alone = about("coverage (sys.settrace)", stacks=(sampled(0.2),))
    assert without_recording(alone, 0.6) is alone
    quick = about("coverage (sys.settrace)", stacks=(sampled(0.8, TRACE),))
    assert without_recording(quick, -0.1) is quick
