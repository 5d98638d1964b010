"""Records and trends for tests."""

from __future__ import annotations

from dataclasses import replace

from collectbench.model.cost import Cost
from collectbench.model.history import (
    History,
    Record,
    RecordedTarget,
    Step,
    StepKind,
    TargetTrend,
    TrendPoint,
)
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Status

TOOL = Tool(name="collectbench", version="1.2.3")
ENVIRONMENT = Environment(
    python="3.11.7", implementation="CPython", pytest="9.0.3", plugins={}, platform="Linux", cpu_model="AMD EPYC",
    cpu_count=2, bytecode="written", flags={},
)  # fmt: skip
NAME = "2x-amd-epyc_py3.11_pytest9.0"
"""The name of that environment."""


def commit_of(number):
    """The full name of a commit."""
    return f"{number:07x}" + "c" * 33


def recorded(name="tests/api", wall_s=(1.0, 1.1), **changes):
    """A target in a record."""
    values = {"status": Status.OK, "items": 12, "errors": 0, "nodeids_sha256": "0" * 64, "counters": {"modules": 80}}
    return RecordedTarget(name=name, wall_s=tuple(wall_s), **values | changes)


def record(number=1, *, targets=None, suite=None, **changes):
    """The record of a run at the commit of that number, an hour after the one before."""
    when = f"2026-01-{1 + number // 24:02d}T{number % 24:02d}:00:00Z"
    made = Record(
        tool=TOOL, created=when, commit=commit_of(number), dirty=False, environment=ENVIRONMENT,
        targets=(recorded(),) if targets is None else tuple(targets), suite=suite, committed=when,
    )  # fmt: skip
    return replace(made, **changes)


def points(walls_s, **marks):
    """Points with these times; `at_N` gives the marks of the N-th."""
    return tuple(
        TrendPoint(
            created=f"2026-01-{1 + number // 24:02d}T{number % 24:02d}:00:00Z", commit=commit_of(number), dirty=False,
            wall_s=wall_s, reference_wall_s=None if wall_s is None else wall_s * 1.5, items=120 + number,
            marks=marks.get(f"at_{number}", ()),
        )
        for number, wall_s in enumerate(walls_s)
    )  # fmt: skip


def time_step(index, before, after):
    """A step of the time between two commits in a row."""
    base, head = commit_of(index - 1), commit_of(index)
    return Step(index=index, kind=StepKind.TIME, figure="wall_s", before=before, after=after, base=base, head=head)


def counter_step(index, figure, before, after, **changes):
    """A step of a counter."""
    base, head = commit_of(index - 1), commit_of(index)
    made = Step(index=index, kind=StepKind.COUNTER, figure=figure, before=before, after=after, base=base, head=head)
    return replace(made, **changes)


def history(*trends, notes=()):
    """A history of these trends."""
    return History(
        tool=TOOL, created="2026-02-03T10:00:00Z", directory="history",
        records=max((len(trend.points) for trend in trends), default=0), trends=trends, notes=notes,
    )  # fmt: skip


def trend(name, walls_s, *steps, environment=NAME, cost=None, **marks):
    """A trend of one target."""
    return TargetTrend(
        name=name, environment=environment, points=points(walls_s, **marks), steps=tuple(steps), cost=cost
    )


def ordinary_history():
    """A suite that got slower with an upgrade, a target that imports more, one that is gone, one with a single run."""
    slower = [8.0, 8.1, 7.9, 8.05, 8.0, 8.1, None, 9.9, 10.0, 9.95, 9.9, 10.1]
    return history(
        trend(
            "suite", slower, time_step(7, 8.05, 9.95), at_7=("numpy 2.1.0 -> 2.2.0", "python 3.11.7 -> 3.11.8"),
            cost=Cost(name="suite", run_s=1.9, day_s=1.9 * 600, runs_per_day=300, workers=2, day_price=0.152,
                      currency="EUR"),
        ),
        trend(
            "tests/api", [0.8] * 12, counter_step(3, "modules", 812, 900), counter_step(7, "modules", 900, 1204),
            counter_step(9, "sockets", 0, 2),
        ),
        trend("tests/gone", [None, None]),
        trend("tests/new", [0.05]),
        notes=("history/x/a.json is empty: it is not used; restore it from version control, or delete it",),
    )  # fmt: skip


def nasty_history():
    """Two environments, hostile and long names, steps without commits, a step per run, nothing known."""
    nasty = "tests/\x1b[31m<script>|`é`\u202e::error::\n=cmd()" + "x" * 90
    unknown = Step(
        index=1, kind=StepKind.COUNTER, figure="function_starts", before=0, after=1234567, base=None, head=None
    )
    many = tuple(time_step(index, 1.0 + index, 2.0 + index) for index in range(1, 6))
    marks = tuple(f"package-{number} 1.0 -> 2.{number}" for number in range(9))
    return history(
        trend("suite", [1000.0 * (1 + index) for index in range(40)], *many, at_5=marks),
        trend(nasty, [0.001, 0.002], unknown),
        trend("=HYPERLINK()", [1.0], environment="4x-intel-xeon_pypy3.10_pytest8.4"),
        trend("empty", [], environment="4x-intel-xeon_pypy3.10_pytest8.4"),
        notes=("a note with \x07",),
    )
