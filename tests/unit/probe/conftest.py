"""Fixtures of the tests of the probe: a small project, and the probe started in it as a round starts it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from collectbench.measure.round.explaining import read_trace
from collectbench.measure.round.probe_report import ProbeReport, read_node_ids, read_report
from collectbench.model.probe_files import RUNNER
from collectbench.model.trace import Trace

COLLECT = ("--collect-only", "-qq", "--maxfail=0", "--continue-on-collection-errors", "-p", "no:cacheprovider")
TRACED = ("--collect-only", "-q", "--continue-on-collection-errors", "-p", "no:cacheprovider")


class Probed(NamedTuple):
    """The results of a probed process: report, node ids, output and exit code."""

    report: ProbeReport
    ids: list[str]
    output: str
    exit_code: int

    @property
    def reached(self) -> list[str]:
        return sorted(self.report.stamps, key=self.report.stamps.__getitem__)


Probe = Callable[..., Probed]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    root.mkdir()
    (root / "pytest.ini").write_text("[pytest]\n")
    return root


@pytest.fixture
def write(root: Path) -> Callable[[str, str], None]:
    def put(name: str, text: str) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)

    return put


@pytest.fixture
def start(root: Path, tmp_path: Path, plain_env: dict[str, str], measured_python: tuple[str, ...]):
    """Starts the probe in the project; it writes its files to tmp_path/round."""

    def run(
        *arguments: str,
        mode: str = "timed",
        number: int = 0,
        env: dict[str, str] | None = None,
        command: Sequence[str] = measured_python,
    ) -> subprocess.Popen[str]:
        directory = tmp_path / "round"
        directory.mkdir(exist_ok=True)
        argv = [*command, str(RUNNER), str(directory), mode, str(int(number)), *arguments]
        return subprocess.Popen(
            argv,
            cwd=root,
            env={**plain_env, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return run


@pytest.fixture
def probe(start, tmp_path: Path) -> Probe:
    """Runs the probe to its end."""

    def run(*arguments: str, **options: Any) -> Probed:
        directory = tmp_path / "round"
        with start(*(arguments or COLLECT), **options) as child:
            output, _ = child.communicate(timeout=120)
        raw = (directory / "ids").read_bytes() if (directory / "ids").exists() else b""
        ids = raw.decode("utf-8", "surrogatepass").split("\0")[:-1]
        assert len(ids) == read_node_ids(directory, ["."]).items
        return Probed(read_report(directory), ids, output, child.returncode)

    return run


Traced = Callable[..., Trace]


@pytest.fixture
def traced(probe, tmp_path: Path) -> Traced:
    """Runs a traced round to its end and reads what it left; `traced.last` is the probed process."""

    def run(*arguments: str, **options: Any) -> Trace:
        for name in ("trace", "now", "report", "ids"):
            (tmp_path / "round" / name).unlink(missing_ok=True)
        run.last = probe(*(arguments or TRACED), mode="traced", **options)  # type: ignore[attr-defined]
        trace = read_trace(tmp_path / "round", 0)
        assert trace is not None
        return trace

    return run
