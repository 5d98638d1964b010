"""Scripted stand-ins for the launcher and the clock that measuring gets from outside."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from collectbench.measure.process.launch import Finished, Invocation
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.user_tree import UserTree

MS = 1_000_000

STAMPS = {
    "runner": 10 * MS,
    "pytest-import-begin": 11 * MS,
    "pytest-import-end": 100 * MS,
    "plugins-begin": 101 * MS,
    "conftest-begin": 120 * MS,
    "conftest-end": 130 * MS,
    "configure-begin": 131 * MS,
    "collection-begin": 140 * MS,
    "modifyitems-begin": 200 * MS,
    "modifyitems-end": 201 * MS,
    "collected": 202 * MS,
    "finish": 210 * MS,
}


def report_text(counts: tuple[int, int, int] = (0, 0, 0), done: int = 0) -> str:
    """What the probe writes in a round where all goes well."""
    lines = [f"stamp.{name} {at}" for name, at in STAMPS.items()]
    facts = {"pytest": ("8.0.0", "/x/pytest/__init__.py"), "counts": counts, "peak-rss": 5 * 2**20, "done": done}
    return "".join(f"{line}\n" for line in [*lines, *(f"{key} {value!a}" for key, value in facts.items())])


def digest_of(ids: Sequence[str]) -> str:
    """The contract's definition, computed the long way."""
    text = "".join(f"{nodeid}\n" for nodeid in sorted(ids))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Script:
    """A launcher that starts nothing: it writes what the probe would write, and moves its own clock.

    `act` may change a round: it is given the invocation and the round's folder, and may return changes to `Finished`
    or raise.
    """

    def __init__(self) -> None:
        self.now_ns = 1_000 * MS
        self.wall_s = 0.25
        self.ids: Sequence[str] = ("a.py::x", "a.py::y", "b.py::z")
        self.report: str | None = None
        self.calls: list[Invocation] = []
        self.on_hang: Callable[[], bool] | None = None
        self.act: Callable[[Invocation, Path], dict[str, Any] | None] = lambda invocation, folder: None

    def clock_ns(self) -> int:
        return self.now_ns

    def __call__(
        self,
        invocation: Invocation,
        *,
        output: Path,
        timeout_s: float,
        on_hang: Callable[[], bool] | None = None,
    ) -> Finished:
        self.calls.append(invocation)
        self.on_hang = on_hang
        folder = output.parent
        output.write_text("what pytest said\n")
        (folder / "ids").write_bytes("".join(f"{nodeid}\0" for nodeid in self.ids).encode("utf-8", "surrogatepass"))
        (folder / "report").write_text(report_text() if self.report is None else self.report)
        changes = self.act(invocation, folder) or {}
        self.now_ns += int(self.wall_s * 1e9)
        values: dict[str, Any] = {
            "spawned_ns": 0,
            "reaped_ns": int(self.wall_s * 1e9),
            "exit_code": 0,
            "timed_out": False,
            "user_s": 0.2,
            "system_s": 0.05,
            "peak_rss_bytes": 4 * 2**20,
            "voluntary_switches": 3,
            "involuntary_switches": 1,
        }
        return Finished(**values | changes)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def bench(tmp_path: Path, script: Script) -> Bench:
    """A project in tmp_path/root, and a workplace beside it; nothing is ever started."""
    for name in ("root", "work", "work/kept"):
        (tmp_path / name).mkdir()
    return Bench(
        python=("/python",),
        root=tmp_path / "root",
        env={"HOME": "/home"},
        work=tmp_path / "work",
        timeout_s=5.0,
        launch=script,
        tree=UserTree(tmp_path / "work" / "kept"),
    )


@pytest.fixture(name="report_text", scope="session")
def _report_text() -> Callable[..., str]:
    return report_text


@pytest.fixture(name="digest_of", scope="session")
def _digest_of() -> Callable[[Sequence[str]], str]:
    return digest_of
