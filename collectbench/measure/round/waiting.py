"""Reads where the main thread of a traced or counted round waited, and where that of a traced round was."""

from __future__ import annotations

from pathlib import Path

from collectbench.attribution.sample_lines import parse_samples
from collectbench.attribution.wait_lines import parse_waits
from collectbench.model.samples import Sampled
from collectbench.model.wait_log import WaitLog


def read_waits(directory: Path) -> WaitLog:
    """Read the waits that a round left in its directory; none if the round was of another kind."""
    path = directory / "waits"
    if not path.exists():
        return ()
    with path.open(encoding="ascii", errors="backslashreplace") as lines:
        return parse_waits(lines)


def read_samples(directory: Path) -> tuple[Sampled, ...]:
    """Read the stacks that a traced round sampled; none if the round was of another kind."""
    path = directory / "samples"
    if not path.exists():
        return ()
    with path.open(encoding="ascii", errors="backslashreplace") as lines:
        return parse_samples(lines)
