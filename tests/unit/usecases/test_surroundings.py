from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.attribution.parts import parts_of
from collectbench.measure.round.round import Round
from collectbench.model.sample import RoundKind, Sample, Status
from collectbench.model.trace import Trace
from collectbench.usecases.diagnosing.surroundings import surroundings_of
from made_evidence import INSPECTION, collected, imported


def round_of(kind: RoundKind = RoundKind.TRACED, trace: Trace | None = None, **fields) -> Round:
    sample = Sample(kind=kind, wall_s=1.0, user_s=1.0, system_s=0.0, peak_rss_bytes=1, exit_code=0)
    return Round(sample=sample, status=Status.OK, message="", trace=trace, **fields)


def around(tmp_path: Path, *others: Round, traced: Round | None = None, **fields):
    inspection = replace(INSPECTION, rootdir=tmp_path, **fields)
    traced = traced or round_of(trace=Trace(complete=True))
    return surroundings_of(inspection, [*others, traced], traced, None)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_settings_are_those_of_the_file_that_pytest_reads(tmp_path) -> None:
    inifile = write(tmp_path / "pytest.ini", "[pytest]\naddopts = -x\n")
    write(tmp_path / "tox.ini", "[pytest]\naddopts = -v\n")
    found = around(tmp_path, inifile=inifile)
    assert dict(found.settings) == {"addopts": "-x"}
    assert found.hidden == (("tox.ini", "pytest"),)


@pytest.mark.parametrize("text", [None, "[pytest\n"], ids=["missing", "damaged"])
def test_a_configuration_that_cannot_be_read_has_no_settings(tmp_path, text) -> None:
    inifile = tmp_path / "pytest.ini"
    if text is not None:
        write(inifile, text)
    assert dict(around(tmp_path, inifile=inifile).settings) == {}


def test_configurations_between_the_rootdir_and_the_tests_are_found(tmp_path) -> None:
    write(tmp_path / "pytest.ini", "[pytest]\n")
    write(tmp_path / "tests" / "api" / "pytest.ini", "[pytest]\n")
    write(tmp_path / "tests" / "setup.cfg", "[metadata]\n")
    write(tmp_path / "elsewhere" / "pytest.ini", "[pytest]\n")
    trace = Trace(complete=True, collectors=(collected(0, -1, "tests/api/test_a.py"),))
    found = around(tmp_path, traced=round_of(trace=trace))
    assert found.configured == (str(tmp_path / "tests" / "api" / "pytest.ini"),)


def test_the_round_that_compiled_is_the_warm_up(tmp_path) -> None:
    cold = Trace(complete=True, imports=(imported(0, -1, "test_a", bytecode="rewritten"),))
    found = around(tmp_path, round_of(trace=cold)).warm_up
    assert (found.trace, found.parts) == (cold, parts_of(cold, round_of().sample))
    assert around(tmp_path, round_of(trace=Trace(complete=True))).warm_up is None


def test_ids_of_other_rounds_are_compared_with_those_of_the_traced_one(tmp_path) -> None:
    traced = round_of(trace=Trace(complete=True), nodeids_sha256="a", nodeids=("t.py::test_a[1]", "t.py::test_b"))
    timed = round_of(RoundKind.TIMED, nodeids_sha256="b", nodeids=("t.py::test_a[2]", "t.py::test_b"))
    (unstable,) = around(tmp_path, timed, traced=traced).unstable
    assert (unstable.nodeid, unstable.first, unstable.second) == ("t.py::test_a", "1", "2")
    assert around(tmp_path, round_of(RoundKind.TIMED), traced=traced).unstable == ()


def test_tools_of_all_rounds_count_once(tmp_path) -> None:
    timed = round_of(RoundKind.TIMED, tools=("coverage (sys.settrace)",))
    assert around(tmp_path, timed, timed).tools == ("coverage (sys.settrace)",)


def test_a_file_called_pycache_keeps_bytecode_from_being_written(tmp_path) -> None:
    paths = [str(tmp_path / name / "test_a.py") for name in ("tests", "more")]
    frames = [imported(n, -1, "test_a", path=path, bytecode="rewritten") for n, path in enumerate(paths)]
    write(tmp_path / "tests" / "__pycache__", "a file\n")
    (tmp_path / "more").mkdir()
    traced = round_of(trace=Trace(complete=True, imports=tuple(frames)))
    assert around(tmp_path, traced=traced).unwritable == {str(tmp_path / "tests")}
