"""What traced and sampled rounds need and leave: the trace, the call tree, and which pyinstrument to use."""

from __future__ import annotations

import ast
from pathlib import Path

from collectbench.attribution.trace_file import importing_of, parse_trace
from collectbench.model.costs import LineCost
from collectbench.model.trace import Trace

SHORTEST_S, LONGEST_S, SAMPLES = 0.001, 0.01, 5000
"""Between two samples of the call stack: pyinstrument's default, longer where that would be more than enough."""


def interval_s(wall_s: float) -> float:
    """Seconds between two samples of the call stack in a round that takes `wall_s`."""
    return min(LONGEST_S, max(SHORTEST_S, wall_s / SAMPLES))


def read_trace(folder: Path, spawned_ns: int) -> Trace | None:
    """The trace that a round left in its folder, complete or not; None where it was not asked for one."""
    path, now = folder / "trace", folder / "now"
    if not path.exists():
        return None
    importing = now.read_text(encoding="ascii", errors="replace") if now.exists() else ""
    with path.open(encoding="ascii", errors="backslashreplace") as lines:
        return parse_trace(lines, spawned_ns, importing)


def read_calls(folder: Path) -> str | None:
    """The call tree of a sampled round, as pyinstrument's JSON."""
    path = folder / "calls"
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else None


def read_lines(folder: Path) -> tuple[LineCost, ...]:
    """The lines of the project that a sampled round saw running; their paths are absolute."""
    path = folder / "lines"
    if not path.exists():
        return ()
    written = path.read_text(encoding="ascii").splitlines(keepends=True)
    costs = (ast.literal_eval(line) for line in written if line.endswith("\n"))  # one without was cut short
    return tuple(LineCost(path=path, line=line, function=name, sampled_s=spent) for path, name, line, spent in costs)


def write_settings(folder: Path, interval: float) -> None:
    """Tell the probe how often to sample (seconds), and where a pyinstrument lies if the target has none."""
    import pyinstrument

    fallback = Path(pyinstrument.__file__).resolve().parent
    (folder / "sampling").write_text(f"{interval}\n{fallback}\n", encoding="utf-8")


def importing_now(work: Path) -> str:
    """The innermost module that a traced round below the directory `work` is importing; empty if there is none."""
    for now in work.glob("round-*/now"):
        try:
            modules = importing_of(now.read_text(encoding="ascii", errors="replace"))
        except FileNotFoundError:
            continue  # the round has just ended
        return modules[-1] if modules else ""
    return ""
