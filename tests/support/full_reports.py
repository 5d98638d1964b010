"""Reports with everything behind them, for the tests of the HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from collectbench.model.comparison import (
    Change,
    Check,
    Comparison,
    CounterChange,
    CountsChange,
    NewImport,
    TargetComparison,
    Verdict,
)
from collectbench.model.full_report import FullReport
from collectbench.model.handover import Compliance, Figures, Handover, Progress, Rewritten, Stamp, Verified
from collectbench.model.history import History, Step, StepKind, TargetTrend, TrendPoint
from collectbench.model.run import Environment, Run, Settings, Summary, TargetResult, Tool
from collectbench.model.sample import PHASES, Counts, Noise, RoundKind, Sample, Status
from diagnoses import nasty_diagnosis, ordinary_diagnosis
from handovers import empty_handover
from lint_reports import nasty_lint, ordinary_lint
from verifications import nasty_verification, ordinary_verification

MIB = 2**20
TOOL = Tool(name="collectbench", version="1.2.3")
CREATED = "2025-11-03T10:00:00Z"
BEGIN = datetime(2025, 1, 1, tzinfo=timezone.utc)
ENVIRONMENT = Environment(
    python="3.11.7",
    implementation="CPython",
    pytest="9.0.3",
    plugins={"pytest-cov": "7.0.0"},
    platform="Linux",
    cpu_model="Xeon",
    cpu_count=2,
    bytecode="written",
    flags={},
    distributions={"numpy": "2.1.0", "pandas": "2.2.3"},
)


def made_sample(wall_s: float, pair: int | None = None, kind: RoundKind = RoundKind.TIMED) -> Sample:
    """A round of which a tenth was queueing, and a twentieth waiting."""
    return Sample(
        kind=kind,
        wall_s=wall_s,
        user_s=wall_s * 0.8,
        system_s=wall_s * 0.05,
        peak_rss_bytes=100 * MIB,
        exit_code=0,
        noise=Noise(cpu_pressure=0.12, io_pressure=0.0, steal_s=0.01),
        waited_s=wall_s * 0.05,
        queued_s=wall_s * 0.1,
        pair=pair,
    )


def made_target(name: str, wall_s: float, *, pairs: int = 0, **changes: object) -> TargetResult:
    """A target with rounds that differ by a few per cent."""
    numbers: Sequence[int | None] = range(pairs) if pairs else (None,) * 6
    samples = tuple(made_sample(wall_s * (1 + index % 5 / 100), number) for index, number in enumerate(numbers))
    fields = {
        "paths": (name,),
        "status": Status.OK,
        "counts": Counts(items=400, files=20, errors=0, warnings=3, collection_warnings=0),
        "wall_s": Summary(median=wall_s, min=wall_s, max=wall_s * 1.04, ci95=None),
        "phases": {**dict.fromkeys(PHASES, wall_s / 10), "unaccounted": wall_s / 10},
        "memory_timeline": tuple((n / 50 * wall_s, MIB * (20 + n)) for n in range(51)),
        "samples": (made_sample(wall_s * 1.2, kind=RoundKind.WARMUP), *samples),
        "notes": ("stopped after 6 rounds: the interval is tight",),
    }
    return TargetResult(name=name, **{**fields, **changes})  # type: ignore[arg-type]


def made_run(*targets: TargetResult, suite: TargetResult | None = None, created: str = CREATED) -> Run:
    """A run of commit abc1234def."""
    return Run(
        tool=TOOL,
        created=created,
        environment=ENVIRONMENT,
        commit="abc1234def5678",
        dirty=False,
        config=Settings(),
        targets=targets,
        suite=suite,
    )


def made_trend(name: str, runs: int, *, environment: str = "linux_py3.11_pytest9") -> TargetTrend:
    """A trend that gets 15 % slower in its middle, where numpy changes as well."""
    middle = runs // 2
    points = tuple(
        TrendPoint(
            created=(BEGIN + timedelta(hours=n)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            commit=f"{n:040x}",
            dirty=False,
            wall_s=(1.0 if n < middle else 1.15) * (1 + n % 7 / 200),
            reference_wall_s=None,
            items=400 + n // 10,
            marks=("numpy 2.0.0 -> 2.1.0",) if n == middle else (),
        )
        for n in range(runs)
    )
    step = Step(
        index=middle,
        kind=StepKind.TIME,
        figure="wall_s",
        before=1.0,
        after=1.15,
        base=points[middle - 1].commit,
        head=points[middle].commit,
    )
    modules = replace(step, kind=StepKind.COUNTER, figure="modules", before=1203, after=1240)
    return TargetTrend(name=name, environment=environment, points=points, steps=(step, modules))


def made_history(*names: str, runs: int = 40) -> History:
    """A history of some targets."""
    trends = tuple(made_trend(name, runs) for name in names)
    return History(tool=TOOL, created=CREATED, directory="history", records=runs, trends=trends)


def _figures(wall_s: float) -> Figures:
    return Figures(wall_s=wall_s, peak_rss_bytes=200 * MIB, items=400, warnings=3, collection_warnings=0, errors=0)


def _change(ratio: float, wall_s: float, verdict: Verdict) -> Change:
    return Change(
        ratio=ratio,
        ci95=(ratio * 0.97, ratio * 1.03),
        margin=0.05,
        pairs=10,
        p_value=0.01,
        minimum_detectable_effect=0.08,
        verdict=verdict,
        reason=f"CPU {ratio}",
        base_wall_s=wall_s,
        head_wall_s=wall_s * ratio,
    )


def _judged(name: str, ratio: float, wall_s: float, verdict: Verdict, *where: str) -> TargetComparison:
    counts = Counts(items=400, files=20, errors=0, warnings=3, collection_warnings=0)
    new = tuple(NewImport(module=f"pandas.{n}", path=path, line=7 + n, line_s=0.2) for n, path in enumerate(where))
    modules = CounterChange(base=812, head=812 + len(new), stable=True, new_imports=new)
    return TargetComparison(
        name=name,
        verdict=verdict,
        reasons=(f"CPU {ratio}",),
        budget=None,
        change=_change(ratio, wall_s, verdict),
        counters={"modules": modules, "opens": CounterChange(base=90, head=93, stable=False)},
        counts=CountsChange(base=counts, head=counts, same_nodeids=True),
    )


def made_report(names: Sequence[str] = ("tests/api", "tests/core", "tests/e2e"), **changes: object) -> FullReport:
    """A paired comparison in which the first target got 20 % slower, with lint, tests, findings and a history."""
    walls = {name: 1.0 + number for number, name in enumerate((*names, "suite"))}
    judged = [
        _judged(
            name, 1.0 if number else 1.2, walls[name], Verdict.PASS if number else Verdict.FAIL, f"{name}/conftest.py"
        )
        for number, name in enumerate(walls)
    ]
    head = made_run(
        *(made_target(name, walls[name], pairs=10) for name in names),
        suite=made_target("suite", walls["suite"], pairs=10),
    )
    base = made_run(
        *(made_target(name, walls[name] / 1.1, pairs=10) for name in names),
        suite=made_target("suite", walls["suite"] / 1.1, pairs=10),
        created="2025-11-03T09:00:00Z",
    )
    comparison = Comparison(
        tool=TOOL,
        created=CREATED,
        mode="paired",
        verdict=Verdict.FAIL,
        reasons=(),
        baseline="main",
        environment=ENVIRONMENT,
        targets=tuple(judged[:-1]),
        suite=judged[-1],
        base_run=base,
        head_run=head,
    )
    limit = Check(
        key="budget", limit=walls["suite"] * 1.1, measured=walls["suite"], verdict=Verdict.PASS, reason="7 of 7"
    )
    goal = replace(limit, key="goal", verdict=Verdict.FAIL, gates=False, reason="not reached")
    progress = [
        Progress(
            name=row.name,
            before=_figures(walls[row.name] / 1.1),
            after=_figures(walls[row.name]),
            verdict=row.verdict,
            reasons=row.reasons,
            checks=(limit, goal),
        )
        for row in judged
    ]
    diagnosis = ordinary_diagnosis(ENVIRONMENT)
    handover = empty_handover(
        environment=ENVIRONMENT,
        before=Stamp(file="base.json", created="2025-11-03T09:00:00Z", commit="abc1234def5678"),
        after=Stamp(file="head.json", created=CREATED, commit="def1234abc5678"),
        verdict=Verdict.FAIL,
        targets=tuple(progress[:-1]),
        suite=progress[-1],
        compliance=(
            Compliance(
                stamp=Stamp(file="l.json", created=CREATED), files=100, compliant_percent=96.0, by_rule={"a": 4}
            ),
        ),
        rewrites=(
            Rewritten(
                stamp=Stamp(file="f.json", created=CREATED),
                codemod="heavy-import",
                applied=3,
                taken_back=1,
                left_alone=2,
            ),
        ),
        verified=(
            Verified(
                name="tests/api",
                verdict=Verdict.FAIL,
                passed=4,
                failed=2,
                errors=0,
                skipped=1,
                success_percent=66.7,
                newly_failing=("t.py::b", "t.py::d"),
                newly_passing=(),
                missing=("t.py::gone", "t.py::lost"),
            ),
        ),
        findings=tuple(sorted(diagnosis.targets[0].findings, key=lambda each: -each.expected_saving_s)[:5]),
        diagnosis=Stamp(file="diagnosis.json", created=CREATED),
        notes=("machine speed 0.90 -> 1.10",),
    )
    fields = {
        "handover": handover,
        "base": base,
        "head": head,
        "comparison": comparison,
        "diagnosis": diagnosis,
        "lint": ordinary_lint(),
        "verification": ordinary_verification(ENVIRONMENT),
        "history": made_history(*names, "suite"),
    }
    return FullReport(**{**fields, **changes})  # type: ignore[arg-type]


def nasty_report(texts: Sequence[str]) -> FullReport:
    """A report in which all texts of the measured project try to break out."""
    report = made_report(texts)
    assert report.handover is not None
    return replace(
        report,
        handover=replace(report.handover, notes=tuple(texts)),
        diagnosis=nasty_diagnosis(ENVIRONMENT, texts),
        lint=nasty_lint(texts),
        verification=nasty_verification(ENVIRONMENT, texts),
    )


def empty_report(**changes: object) -> FullReport:
    """A report without any document."""
    handover: Handover = empty_handover()
    return FullReport(**{"handover": handover, **changes})  # type: ignore[arg-type]


def large_report(targets: int, runs: int) -> FullReport:
    """A report on many targets with a long history."""
    names = [f"tests/part_{n // 20:02}/group_{n:03}" for n in range(targets)]
    return made_report(names, history=made_history(*names, "suite", runs=runs))
