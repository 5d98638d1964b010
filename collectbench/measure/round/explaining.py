"""The files of rounds that explain: the settings of a sampled one, and the trace, call tree and lines they leave."""

from __future__ import annotations

import ast
from pathlib import Path

from collectbench.attribution.trace_file import importing_of, parse_trace
from collectbench.model.costs import LineCost
from collectbench.model.trace import Trace

SHORTEST_S, LONGEST_S, SAMPLES = 0.001, 0.01, 5000
"""Seconds between two samples of the call stack. The shortest is pyinstrument's default; long rounds need fewer."""


def interval_s(wall_s: float) -> float:
    """Seconds between two samples of the call stack in a round that takes `wall_s`."""
    return min(LONGEST_S, max(SHORTEST_S, wall_s / SAMPLES))


def read_trace(directory: Path, spawned_ns: int) -> Trace | None:
    """Read the trace that a round left in its directory, complete or not; None if the round was not traced."""
    path, current = directory / "trace", directory / "now"
    if not path.exists():
        return None
    importing = current.read_text(encoding="ascii", errors="replace") if current.exists() else ""
    with path.open(encoding="ascii", errors="backslashreplace") as lines:
        return parse_trace(lines, spawned_ns, importing)


def read_calls(directory: Path) -> str | None:
    """Read the call tree of a sampled round, pyinstrument's JSON; None if there is none."""
    path = directory / "calls"
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else None


def read_lines(directory: Path) -> tuple[LineCost, ...]:
    """Read the lines of the project that a sampled round saw running; their paths are absolute."""
    path = directory / "lines"
    if not path.exists():
        return ()
    written = path.read_text(encoding="ascii", errors="replace").splitlines(keepends=True)
    return tuple(filter(None, (_line_cost(line) for line in written if line.endswith("\n"))))  # else it was cut short


def _line_cost(line: str) -> LineCost | None:
    """The cost on a line of the file; None if it is not one of the probe's: tests can write into the file."""
    try:
        path, name, number, spent = ast.literal_eval(line)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    if (type(path), type(name), type(number), type(spent)) != (str, str, int, float):
        return None
    return LineCost(path=path, line=number, function=name, sampled_s=spent)


def write_settings(directory: Path, interval: float) -> None:
    """Write the settings of the probe's sampler: `interval` (seconds), and our pyinstrument for targets without one."""
    import pyinstrument

    fallback = Path(pyinstrument.__file__).resolve().parent
    (directory / "sampling").write_text(f"{interval}\n{fallback}\n", encoding="utf-8")


def importing_now(work: Path) -> str:
    """The innermost module that a traced round below the directory `work` is importing; empty if there is none."""
    for now in work.glob("round-*/now"):
        try:
            modules = importing_of(now.read_text(encoding="ascii", errors="replace"))
        except FileNotFoundError:
            continue  # the round has just ended
        return modules[-1] if modules else ""
    return ""
