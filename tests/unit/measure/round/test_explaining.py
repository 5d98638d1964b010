from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.measure.round.explaining import (
    LONGEST_S,
    SAMPLES,
    SHORTEST_S,
    importing_now,
    interval_s,
    read_calls,
    read_lines,
    read_trace,
    write_settings,
)
from collectbench.model.costs import LineCost


@pytest.mark.parametrize(
    ("wall_s", "interval"), [(0.0, SHORTEST_S), (1.0, SHORTEST_S), (0.004 * SAMPLES, 0.004), (1000.0, LONGEST_S)]
)
def test_a_longer_round_is_sampled_less_often_within_limits(wall_s, interval) -> None:
    assert interval_s(wall_s) == pytest.approx(interval)


def test_a_round_that_wrote_nothing_has_no_trace_no_calls_and_no_lines(tmp_path) -> None:
    assert read_trace(tmp_path, 0) is None
    assert read_calls(tmp_path) is None
    assert read_lines(tmp_path) == ()


def test_sampled_lines_are_read_as_the_probe_writes_them(tmp_path) -> None:
    path, function = "/p/dír\n/test_日'\".py", "<module>"
    (tmp_path / "lines").write_text(f"{(path, function, 7, 0.25)!a}\n{('/p/a.py', 'f', 1, 0.5)!a}\n", encoding="ascii")
    assert read_lines(tmp_path) == (
        LineCost(path=path, line=7, function=function, sampled_s=0.25),
        LineCost(path="/p/a.py", line=1, function="f", sampled_s=0.5),
    )


def test_a_sampled_line_that_was_cut_short_is_dropped(tmp_path) -> None:
    whole = f"{('/p/a.py', 'f', 1, 0.5)!a}\n"
    for length in range(len(whole)):
        (tmp_path / "lines").write_text(whole + whole[:length], encoding="ascii")
        assert len(read_lines(tmp_path)) == 1


def test_a_trace_without_an_end_shows_the_module_that_was_being_imported(tmp_path) -> None:
    (tmp_path / "trace").write_text("collectbench-trace\t3\nL\tsys\n", encoding="ascii")
    (tmp_path / "now").write_bytes(b"\ttest_a\theavy".ljust(1024))
    trace = read_trace(tmp_path, 0)
    assert trace is not None
    assert (trace.complete, trace.importing, trace.preloaded) == (False, ("test_a", "heavy"), {"sys"})


def test_the_settings_name_the_interval_and_our_own_pyinstrument(tmp_path) -> None:
    write_settings(tmp_path, 0.004)
    interval, directory = (tmp_path / "sampling").read_text(encoding="utf-8").splitlines()
    assert float(interval) == 0.004
    assert (Path(directory) / "__init__.py").is_file()
    assert Path(directory).name == "pyinstrument"


@pytest.mark.parametrize(("written", "module"), [("\tnumpy\tnumpy.linalg".ljust(256), "numpy.linalg"), (" " * 256, "")])
def test_the_innermost_module_that_a_traced_round_imports_is_known(tmp_path: Path, written: str, module: str) -> None:
    directory = tmp_path / "round-1"
    directory.mkdir()
    (directory / "now").write_text(written)
    assert importing_now(tmp_path) == module


def test_without_a_traced_round_no_module_is_being_imported(tmp_path: Path) -> None:
    (tmp_path / "round-1").mkdir()
    assert importing_now(tmp_path) == ""
