from __future__ import annotations

import pytest

from collectbench.attribution.trace_file import HEADER, parse_trace
from collectbench.model.trace import (
    CollectorFrame,
    Edge,
    Event,
    GcPass,
    HookTotal,
    ImportFrame,
    Parametrization,
    PluginFrame,
    Trace,
)

SPAWNED_NS = 1_000_000_000
WHOLE = (
    HEADER,
    "L\tsys\n",
    "I\t1\t0\tpkg.part\t/p/pkg/part.py\t3000000000\t3500000000\t400000000\t100000000\t50000000\t3000000\t2000000\t1000000\thit\t\n",
    "I\t0\t-1\tpkg\t\t2000000000\t4000000000\t500000000\t-1000\t-1000\t0\t0\t0\t\tImportError\n",
    "C\t2\t-1\ttests/test_a.py\tModule\t4000000000\t5000000000\t250000000\t50000000\t12000000\t25000000\t7\n",
    "P\t3\t-1\tconftest\t/p/conftest.py\t5000000000\t6000000000\t125000000\t25000000\t12500000\n",
    "E\tpkg\t/p/pkg/__init__.py\t12\tpkg\tpart\t1\tone,two\t0\n",
    "E\tpkg\t/p/pkg/__init__.py\t13\tpkg\tos.path\t0\t\t-1\n",
    "F\ttests/test_a.py::test_many\t900\t1500000000\n",
    "H\t7\tpytest_configure\tlogging\t/p/plugin.py\t40\t2\t1500000\t1250000\t125000\n",
    "A\topen\t/p/data.json\t/p/conftest.py\t4\t2\t3\n",
    "G\t2\t4500000000\t1000000\n",
    "W\tDeprecationWarning\tgone soon\t/p/pkg/part.py\t3\n",
    "N\tthreads imported\n",
    "R\t750000000\t250000000\t125000000\n",
    "B\t1900000000\t300000000\t100000000\n",
    "Z\t4\t2\n",
)


def test_each_kind_of_line_is_read_and_times_count_from_the_spawn() -> None:
    assert parse_trace(WHOLE, SPAWNED_NS, now="pkg  ") == Trace(
        complete=True,
        imports=(
            ImportFrame(
                index=1,
                parent=0,
                module="pkg.part",
                path="/p/pkg/part.py",
                begin_s=2.0,
                end_s=2.5,
                self_s=0.4,
                waited_s=0.1,
                queued_s=0.05,
                find_s=0.003,
                read_s=0.002,
                compile_s=0.001,
                bytecode="hit",
            ),
            ImportFrame(
                index=0,
                parent=-1,
                module="pkg",
                path="",
                begin_s=1.0,
                end_s=3.0,
                self_s=0.5,
                find_s=0.0,
                read_s=0.0,
                compile_s=0.0,
                error="ImportError",
            ),
        ),
        collectors=(
            CollectorFrame(
                index=2,
                parent=-1,
                nodeid="tests/test_a.py",
                type="Module",
                begin_s=3,
                end_s=4,
                self_s=0.25,
                items=7,
                waited_s=0.05,
                hooks_waited_s=0.025,
                queued_s=0.012,
            ),
        ),
        plugins=(
            PluginFrame(
                index=3,
                parent=-1,
                kind="conftest",
                name="/p/conftest.py",
                begin_s=4,
                end_s=5,
                self_s=0.125,
                waited_s=0.025,
                queued_s=0.0125,
            ),
        ),
        edges=(
            Edge(
                importer="pkg",
                package="pkg",
                path="/p/pkg/__init__.py",
                line=12,
                name="part",
                level=1,
                fromlist=("one", "two"),
                during=0,
            ),
            Edge(
                importer="pkg",
                package="pkg",
                path="/p/pkg/__init__.py",
                line=13,
                name="os.path",
                level=0,
                fromlist=(),
                during=-1,
            ),
        ),
        hooks=(
            HookTotal(
                number=7,
                hook="pytest_configure",
                plugin="logging",
                path="/p/plugin.py",
                line=40,
                calls=2,
                self_s=0.0015,
                waited_s=0.00125,
                queued_s=0.000125,
            ),
        ),
        events=(Event(kind="open", detail="/p/data.json", path="/p/conftest.py", line=4, count=2, during=3),),
        gc=(GcPass(generation=2, begin_s=3.5, duration_s=0.001),),
        parametrizations=(Parametrization(nodeid="tests/test_a.py::test_many", items=900, inclusive_s=1.5),),
        warnings=(("DeprecationWarning", "gone soon", "/p/pkg/part.py", 3),),
        preloaded=frozenset({"sys"}),
        importing=(),
        root_self_s=0.75,
        root_waited_s=0.25,
        root_queued_s=0.125,
        waited_before_s=0.5,
        queued_before_s=0.1,
        lost=("threads imported",),
    )


def test_escaped_fields_are_read_back() -> None:
    text = "tab\there, line\nthere, back\\slash, ü, \udc80"
    escaped = text.encode("unicode_escape").decode("ascii")
    trace = parse_trace([HEADER, f"L\t{escaped}\n"], 0)
    assert trace.preloaded == {text}


@pytest.mark.parametrize("cut", range(1, len(WHOLE)))
def test_a_trace_without_its_end_mark_is_not_complete(cut) -> None:
    trace = parse_trace(WHOLE[:cut], SPAWNED_NS, now="\tpkg\tpkg.p\\xfc".ljust(256))
    assert not trace.complete
    assert trace.importing == ("pkg", "pkg.pü")
    assert len(trace.imports) == sum(line.startswith("I") for line in WHOLE[:cut])


@pytest.mark.parametrize("now", ["", " " * 256])
def test_blanks_mean_that_no_module_was_being_imported(now) -> None:
    assert parse_trace([HEADER], 0, now=now).importing == ()


@pytest.mark.parametrize(
    ("now", "names"),
    [
        ("\tpkg\tpkg.part", ("pkg", "pkg.part")),
        ("\tm\\xf6d\ta\\tb", ("möd", "a\tb")),
        ("xf6d\tpkg\tpkg.part", ("pkg", "pkg.part")),
        ("a name that alone is too long", ("a name that alone is too long",)),
        ("a name that ends within a letter\\x", ("a name that ends within a letter",)),
    ],
)
def test_running_imports_are_listed_outermost_first_without_a_name_that_was_cut(now, names) -> None:
    """The probe keeps the last bytes of the escaped names: the first may be a part of an escape."""
    assert parse_trace([HEADER], 0, now=now.ljust(256)).importing == names


def test_a_last_line_that_was_cut_short_is_dropped() -> None:
    """The rest of a line may look complete: `Z 4 2` of `Z 4 21`."""
    trace = parse_trace([*WHOLE[:-1], "Z\t4\t2"], SPAWNED_NS)
    assert not trace.complete
    assert trace.lost == ("threads imported",)


def test_an_empty_trace_holds_nothing() -> None:
    assert parse_trace([], 0) == Trace(complete=False)


@pytest.mark.parametrize("header", ["collectbench-trace\t2\n", "I\t0\n", "collectbench-trace\t3"])
def test_a_trace_of_another_version_is_not_read(header) -> None:
    trace = parse_trace([header, *WHOLE[1:]], 0)
    assert trace.imports == ()
    assert not trace.complete
    assert "no header of version 3" in trace.lost[0]


def test_lines_with_an_unknown_key_are_reported() -> None:
    trace = parse_trace([*WHOLE[:-1], "Q\t1\n", "Q\t2\n", WHOLE[-1]], 0)
    assert trace.complete
    assert "2 lines of the trace have the unknown key 'Q'" in trace.lost


@pytest.mark.parametrize(
    "line",
    [
        "I\t1\n",
        "I\n",
        "\n",
        "F\ttest\t1.5\t1\n",
        "H\t0\tone\tlog\t\t0\tmany\t1\t0\t0\n",
        "N\ta\\x\n",
        "G\t1\t2\t3\t4\n",
    ],
    ids=[
        "too few fields",
        "no fields",
        "an empty line",
        "no whole number",
        "no number",
        "a broken escape",
        "too many fields",
    ],
)
def test_lines_that_cannot_be_read_are_reported_and_the_others_are_kept(line) -> None:
    trace = parse_trace([*WHOLE[:-1], line, WHOLE[-1]], SPAWNED_NS)
    assert len(trace.imports) == 2
    assert len(trace.lost) == 2


def test_records_that_the_end_mark_counts_and_the_file_lacks_are_reported() -> None:
    lost = parse_trace([*WHOLE[:-1], "Z\t6\t5\n"], 0).lost
    assert "2 of 6 frames are missing from the trace" in lost
    assert "3 of 5 import statements are missing from the trace" in lost


def test_a_warning_that_is_repeated_is_one() -> None:
    assert len(parse_trace([*WHOLE, WHOLE[-4]], 0).warnings) == 1
