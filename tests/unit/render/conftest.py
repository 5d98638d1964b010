from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import pytest

from collectbench.judge.parts import explained, sum_of_parts
from collectbench.model.comparison import (
    Budget,
    Change,
    Check,
    Comparison,
    CounterChange,
    CountsChange,
    NewImport,
    TargetComparison,
    Verdict,
)
from collectbench.model.costs import (
    CollectorCost,
    EventCount,
    HookCost,
    ImportCost,
    Importer,
    LineCost,
    Origin,
    ParametrizedCost,
    PluginCost,
    Profile,
    Share,
)
from collectbench.model.doctor import Checkup, Condition, Examination, SelfComparison, Sight
from collectbench.model.report import RunReport
from collectbench.model.run import Environment, Run, Settings, Summary, TargetResult, Tool, WaitSite
from collectbench.model.sample import PHASES, Counts, RoundKind, Sample, Status
from collectbench.model.who import ImportedModule, WhoImports
from diagnoses import (
    clean_diagnosis,
    diagnosed,
    diagnosis,
    finding,
    nasty_diagnosis,
    nasty_findings,
    ordinary_diagnosis,
    workers_diagnosis,
)
from fix_reports import applied_fix, fix_report, nasty_fix, proposed_fix, undone_fix
from handovers import empty_handover, ordinary_handover, single_run_handover
from histories import nasty_history, ordinary_history
from lint_reports import known_lint, lint, nasty_lint, ordinary_lint, violation
from verifications import clean_verification, nasty_verification, ordinary_verification, recorded_verification

GOLDEN = Path(__file__).parents[2] / "golden"
MIB = 2**20
TOOL = Tool(name="collectbench", version="1.2.3")
ENVIRONMENT = Environment(
    python="3.11.7",
    implementation="CPython",
    pytest="9.0.3",
    plugins={"pytest-cov": "7.0.0", "hypothesis": "6.100.0", "anyio": "4.0", "xdist": "3.8"},
    platform="Linux-6.8.0-x86_64-with-glibc2.39",
    cpu_model="Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz",
    cpu_count=2,
    bytecode="written",
    flags={},
)
SHARES = (0.008, 0.072, 0.061, 0.004, 0.003, 0.83, 0.002, 0.012, 0.0075)


def summary(median, *, rounds=7):
    interval = (median * 0.98, median * 1.03) if rounds >= 6 else None
    return Summary(median=median, min=median * 0.97, max=median * 1.05, ci95=interval)


def phases(total_s):
    shares = {phase: share * total_s for phase, share in zip(PHASES, SHARES, strict=True)}
    return {**shares, "unaccounted": total_s - sum(shares.values())}


def sample(wall_s, kind=RoundKind.TIMED, **changes):
    user_s = wall_s * 0.9
    return Sample(kind=kind, wall_s=wall_s, user_s=user_s, system_s=0.05, peak_rss_bytes=MIB, exit_code=0, **changes)


def target(name, wall_s=1.0, items=100, *, errors=0, rounds=7, **changes):
    """A measured target; `wall_s=None` for one without times."""
    fields = {
        "paths": (name,),
        "status": Status.COLLECTION_ERRORS if errors else Status.OK,
        "counts": Counts(items=items, files=9, errors=errors, warnings=0, collection_warnings=0),
        "nodeids_sha256": "0" * 64,
    }
    if wall_s is not None:
        fields |= {
            "wall_s": summary(wall_s, rounds=rounds),
            "cpu_s": summary(wall_s * 0.95, rounds=rounds),
            "peak_rss_bytes": summary(64 * MIB * (1 + wall_s), rounds=rounds),
            "phases": phases(wall_s),
            "samples": (sample(wall_s, RoundKind.WARMUP), *(sample(wall_s) for _ in range(rounds))),
        }
    return TargetResult(name=name, **{**fields, **changes})


def run(*targets, suite=None, **changes):
    fields = {
        "tool": TOOL,
        "created": "2025-11-03T10:00:00Z",
        "environment": ENVIRONMENT,
        "commit": "abc1234def5678",
        "dirty": True,
        "config": Settings(),
    }
    return Run(targets=targets, suite=suite, **{**fields, **changes})


def report(of, **changes):
    """A run as `baseline` shows it."""
    return RunReport(run=of, parts=sum_of_parts(of), explained=explained(of), **changes)


def check(verdict, reason, key="budget", **changes):
    return Check(key=key, limit=1.0, measured=1.0, verdict=verdict, reason=reason, **changes)


def budget(verdict, *checks):
    return Budget(verdict=verdict, checks=checks)


def change(verdict=Verdict.PASS, ratio=1.004, wall_s=(1.0, 1.004), **changes):
    fields = {
        "ci95": ratio and (ratio * 0.98, ratio * 1.02),
        "margin": 0.1,
        "pairs": None,
        "p_value": None,
        "minimum_detectable_effect": None,
        "reason": f"CPU {ratio}",
        "base_wall_s": wall_s[0],
        "head_wall_s": wall_s[1],
    }
    return Change(verdict=verdict, ratio=ratio, **{**fields, **changes})


def judged(name, verdict=Verdict.PASS, *reasons, items=(100, 100), **changes):
    base, head = (
        number if number is None else Counts(items=number, files=9, errors=0, warnings=0, collection_warnings=0)
        for number in items
    )
    counts = CountsChange(base=base, head=head, same_nodeids=None)
    fields = {"budget": None, "change": change(), "counters": None, "counts": counts}
    return TargetComparison(name=name, verdict=verdict, reasons=reasons, **{**fields, **changes})


def comparison(*targets, verdict=Verdict.PASS, suite=None, **changes):
    fields = {"reasons": (), "baseline": "main", "environment": ENVIRONMENT, "mode": "stored"}
    return Comparison(
        tool=TOOL,
        created="2025-11-03T10:00:00Z",
        verdict=verdict,
        targets=targets,
        suite=suite,
        **{**fields, **changes},
    )


def new_imports(*places):
    """The change of the counter `modules` by imports at `path:line`."""
    split = (place.rpartition(":") for place in places)
    new = tuple(NewImport(module="numpy", path=path, line=int(line)) for path, _, line in split)
    return {"modules": CounterChange(base=10, head=10 + len(new), stable=True, new_imports=new)}


def ordinary_run():
    """Networkx by directory: everything in order."""
    return report(
        run(
            target("networkx/algorithms", 2.31, 4213, notes=("stopped after 7 rounds: the interval is tight",)),
            target("networkx/classes", 0.774, 1204),
            target("networkx/drawing", 0.642, 61, rounds=5),
            target("networkx/readwrite", 0.688, 287),
            suite=target("suite", 2.913, 5765),
        ),
        budgets={
            "networkx/algorithms": budget(Verdict.PASS, check(Verdict.PASS, "7 of 7 rounds within 5.00 s")),
            "networkx/classes": budget(
                Verdict.INCONCLUSIVE,
                check(
                    Verdict.INCONCLUSIVE,
                    "3 of 7 rounds over the budget of 780 ms: rounds fall on both sides, so more rounds"
                    " cannot decide; a quieter machine or another budget can",
                ),
                check(Verdict.FAIL, "median 774 ms, goal of 500 ms not reached", key="goal", gates=False),
            ),
            "suite": budget(Verdict.PASS, check(Verdict.PASS, "7 of 7 rounds within 45.0 s")),
        },
        hints=(
            (
                "the rounds of networkx/drawing differ; measure again:\n"
                "  .venv/bin/collectbench baseline networkx/drawing --rounds 10"
                " --python /opt/venvs/networkx/bin/python3.11 -- -p no:cacheprovider"
            ),
        ),
    )


def broken_run():
    """Targets that could not be collected, each for another reason, in an unusual environment."""
    message = (
        "ImportError while loading conftest '/p/tests/db/conftest.py'.\n"
        "tests/db/conftest.py:3: in <module>\n"
        "    import psycopg\n"
        "E   ModuleNotFoundError: No module named 'psycopg'"
    )
    note = "bytecode is disabled, so cold rounds equal timed ones"
    return report(
        run(
            target("tests/api", 12.4, 812, cold_wall_s=summary(21.9), notes=(note,)),
            target("tests/core", 3.02, 96, errors=2, message="2 errors, see --show-output", notes=(note,)),
            target("tests/db", None, status=Status.FAILED, message=message, counts=None),
            target("tests/slow", None, status=Status.TIMEOUT, message="hung in test_x.py:7", counts=None),
            target("tests/new", 0.4, 0, status=Status.EMPTY),
            environment=Environment(
                python="3.10.14",
                implementation="PyPy",
                pytest="8.4.0",
                plugins={"pytest-cov": "7.0.0"},
                platform="macOS-15.1-arm64",
                cpu_model="",
                cpu_count=8,
                bytecode="disabled",
                flags={"PYTHONDONTWRITEBYTECODE": "1"},
            ),
            commit=None,
            dirty=None,
            notes=("interrupted: what was finished is in main.partial.json",),
        ),
        hints=("PYTHONDONTWRITEBYTECODE is set, so every test file is compiled at every run: unset it",),
    )


def ordinary_comparison():
    """One of each verdict that a change and a budget may have."""
    return comparison(
        judged("networkx/algorithms", Verdict.PASS, "CPU +0.4 %, within the 10 % margin", items=(4213, 4213)),
        judged(
            "networkx/classes",
            Verdict.FAIL,
            "items vanished: 1204 -> 1190",
            "CPU +31 %, over the 10 % margin (+27 % to +36 %)",
            items=(1204, 1190),
            change=change(Verdict.FAIL, 1.31, (0.774, 1.014)),
        ),
        judged(
            "networkx/drawing",
            Verdict.INCONCLUSIVE,
            "budget: 3 of 7 rounds over the budget of 650 ms: rounds fall on both sides, so more rounds"
            " cannot decide; a quieter machine or another budget can",
            items=(61, 64),
            change=change(Verdict.PASS, 0.966, (0.642, 0.631)),
            budget=budget(Verdict.INCONCLUSIVE),
        ),
        judged("networkx/linalg", Verdict.FAIL, "the target vanished", items=(40, None), change=None),
        judged("networkx/new", Verdict.PASS, "new, since it is not in the baseline", items=(None, 7), change=None),
        suite=judged(
            "suite",
            Verdict.PASS,
            "CPU -1.2 %",
            items=(5765, 5754),
            change=change(ratio=0.988, wall_s=(2.9, 2.87)),
        ),
        verdict=Verdict.FAIL,
        reasons=("2 fail", "1 inconclusive", "2 pass", "suite pass"),
        notes=("plugin pytest-cov 6.0.0 -> 7.0.0",),
    )


def incomparable_comparison():
    """Another machine made the baseline, so all targets have the same reason."""
    refusal = (
        "the environments differ: CPU Xeon -> EPYC; record the baseline again on this machine, or allow the"
        " differences with --allow-mismatch"
    )
    refused = change(Verdict.INCOMPARABLE, None, reason=refusal)
    crash = "could not be collected (crashed): signal 11\nFatal Python error: Segmentation fault"
    return comparison(
        *(judged(f"tests/{name}", Verdict.INCOMPARABLE, refusal, change=refused) for name in "abcde"),
        judged("tests/f", Verdict.ERROR, crash, refusal, change=refused),
        verdict=Verdict.ERROR,
        reasons=("1 error", "5 incomparable"),
        refusal=refusal,
    )


def paired_comparison():
    """Base and head measured in turn on one machine: one target got slower by an import, one was not timed."""
    slower = tuple(sample(wall_s, pair=pair) for pair, wall_s in enumerate((1.9, 2.1, 2.0)))
    counters = {
        "modules": CounterChange(
            base=812,
            head=853,
            stable=True,
            new_imports=(
                NewImport(module="pandas._libs", path="<site-packages>/pandas/__init__.py", line=49),
                NewImport(module="pandas", path="tests/api/conftest.py", line=7),
                NewImport(module="pytz", path="tests/api/test_time.py", line=3),
            ),
        ),
        "opens": CounterChange(base=90, head=93, stable=False),
    }
    same = {"modules": CounterChange(base=700, head=700, stable=True)}
    head = run(
        target("tests/api", 2.0, samples=slower, counters={"modules": 853, "opens": 93}, unstable=("opens",)),
        target("tests/core", None, counters={"modules": 700}),
        suite=target("suite", 2.4),
    )
    return comparison(
        judged(
            "tests/api",
            Verdict.FAIL,
            "+41 modules (812 -> 853), imported at tests/api/conftest.py:7 (pandas)",
            "CPU +31 %, over the 10 % margin in 10 pairs",
            change=change(Verdict.FAIL, 1.31, (1.53, 2.0), pairs=10, p_value=0.001, minimum_detectable_effect=0.22),
            counters=counters,
        ),
        judged(
            "tests/core",
            Verdict.PASS,
            "nothing that it loads has changed, so it was not timed",
            change=change(ratio=None, wall_s=(None, None), pairs=0),
            counters=same,
        ),
        judged(
            "tests/web",
            Verdict.INCONCLUSIVE,
            "CPU +12 %, near +10 % after 20 pairs: --max-time 10m would allow more",
            change=change(Verdict.INCONCLUSIVE, 1.12, (0.5, 0.56), pairs=20, p_value=0.21),
            counters=same,
        ),
        suite=judged("suite", Verdict.PASS, "CPU +2 %", change=change(ratio=1.02, pairs=10, p_value=1.0)),
        verdict=Verdict.FAIL,
        reasons=("1 fail", "1 inconclusive", "1 pass", "suite pass"),
        mode="paired",
        baseline="HEAD~1",
        base_run=run(target("tests/api", 1.53)),
        head_run=head,
    )


FORGERIES = (
    "::error file=a.py::pwned",
    "##[error]pwned ##[add-mask]x",
    "tests\n::stop-commands::x",
    'a"} 1\n# EOF\nb{c="',
    "]]></failure><error/><!-- & -->\x00\ufffe\ud800",
    "</details> @someone #12 <!-- collectbench --> https://example.org www.example.org [a](b)",
)


def nasty_comparison():
    """Names, reasons and paths that try to be a workflow command, a label, an element, a heading."""
    new = tuple(NewImport(module=name, path=name, line=index) for index, name in enumerate(FORGERIES, 1))
    new_counters = [
        {"modules": CounterChange(base=1, head=2, stable=True, new_imports=(new_import,))} for new_import in new
    ]
    verdicts = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.PASS, Verdict.FAIL, Verdict.PASS)
    return comparison(
        *(
            judged(name, verdict, f"{name}\n{FORGERIES[0]}\n### heading", counters=counters)
            for name, verdict, counters in zip(FORGERIES, verdicts, new_counters, strict=True)
        ),
        verdict=Verdict.ERROR,
        reasons=("1 error", "2 fail"),
        notes=FORGERIES,
        baseline=FORGERIES[2],
    )


NASTY = (
    "tests/\x1b[2J\x1b[31mred",
    "tests/a|b `c` <b>d</b> *e* [f](g) $h$",
    "tests/line\nbreak\rand\ttab",
    "tests/\u202egnp.exe\u2066",
    "tests/日本語のとても長い名前のテストディレクトリ/統合テスト",
    "tests/e\u0301\u0301 \udc80\x9b31m\u2028",
)


def nasty_run():
    """Names, messages and notes that try to break out of a table or into a terminal."""
    fences = "``` ````\n\x1b]0;title\x07 <script>\r\n\tindented"
    return report(
        run(
            *(target(name, 0.5 + index / 10, notes=("left | behind",)) for index, name in enumerate(NASTY)),
            target("tests/\x1b[0m", None, status=Status.CRASHED, message=fences),
        ),
        hints=("look at <b>`x`</b>\x1b[1m",),
    )


def imported(module, saves=(0.0, 0.0), *lines, origin=Origin.THIRD_PARTY, begin_s=0.0, inclusive_s=0.001, **changes):
    """An import, its saving alone and jointly, and the lines (`path:line`) that make it."""
    places = (line.rpartition(":") for line in lines)
    fields = {
        "path": f"{module.replace('.', '/')}.py",
        "origin": origin,
        "self_s": inclusive_s / 4,
        "inclusive_s": inclusive_s,
        "find_s": 0.0001,
        "compile_s": 0.0,
        "bytecode": "hit",
        "importers": tuple(Importer(path=path, line=int(line), saving_alone_s=saves[0]) for path, _, line in places),
        "saving_alone_s": saves[0],
        "saving_joint_s": saves[1],
        "floor": False,
        "begin_s": begin_s,
    }
    return ImportCost(module=module, **{**fields, **changes})


def collector(nodeid, begin_s, inclusive_s, *, self_s=0.001, kind="Module", items=7):
    return CollectorCost(nodeid=nodeid, type=kind, self_s=self_s, inclusive_s=inclusive_s, items=items, begin_s=begin_s)


def profile(target_name="tests", **changes):
    """An empty profile, with the given changes."""
    fields = {
        "status": Status.OK,
        "message": "",
        "complete": True,
        "wall_s": None,
        "traced_wall_s": 0.0,
        "counts": None,
        "phases": {},
        "gc_s": 0.0,
        "gc_passes": 0,
        **dict.fromkeys(("shares", "imports", "collectors", "plugins", "hooks", "events"), ()),
    }
    return Profile(
        tool=TOOL,
        created="2025-11-03T10:00:00Z",
        environment=ENVIRONMENT,
        target=target_name,
        **{**fields, **changes},
    )


def shares(*, waited=MappingProxyType({}), **seconds):
    named = {name.replace("_", " "): amount for name, amount in seconds.items()}
    return tuple(Share(name=name, seconds=amount, waited_s=waited.get(name, 0.0)) for name, amount in named.items())


IMPORTS = (
    imported("_pytest.config", origin=Origin.PLUGIN, inclusive_s=0.201, begin_s=0.03, floor=True),
    imported(
        "networkx",
        (0.002, 0.511),
        "networkx/conftest.py:14",
        "networkx/algorithms/tests/test_bridges.py:5",
        "networkx/algorithms/tests/test_chains.py:6",
        origin=Origin.FIRST_PARTY,
        begin_s=0.32,
        inclusive_s=0.511,
    ),
    imported(
        "scipy.sparse.linalg._eigen.arpack",
        (0.201, 0.204),
        "<site-packages>/scipy/sparse/linalg/_eigen/__init__.py:20",
        begin_s=1.1,
        inclusive_s=0.204,
        bytecode="miss",
    ),
    imported(
        "numpy",
        (0.0, 0.287),
        "networkx/utils/misc.py:22",
        "networkx/drawing/layout.py:22",
        begin_s=0.41,
        inclusive_s=0.297,
    ),
    imported(
        "networkx.algorithms.tests.test_bridges",
        (0.0, 0.0),
        origin=Origin.TEST,
        begin_s=0.9,
        inclusive_s=0.022,
        bytecode="rewritten",
    ),
    imported(
        "pygraphviz",
        (0.004, 0.004),
        "networkx/conftest.py:201",
        begin_s=0.85,
        inclusive_s=0.004,
        bytecode="",
        error="ModuleNotFoundError",
    ),
    *(
        imported(f"networkx.generators.tests.test_{index}", origin=Origin.TEST, begin_s=1.4 + index / 100)
        for index in range(1200)
    ),
)


def profile_findings():
    """Of 0.51 s together."""
    return (
        finding("gc-passes", "gc", 0.4, "networkx/conftest.py:0", title="it walks all objects", diff="+gc\n"),
        finding(
            "heavy-import", "scipy", 0.11, ("networkx/tests/test_fit.py:2", "import scipy"),
            fix="import it inside the functions that use it", command="pytest -p no:x",
        ),
        finding("non-test-class", "TestHelper", 0.0, "networkx/tests/test_a.py:3"),
    )  # fmt: skip


def ordinary_profile():
    """Networkx: everything in order, more rows than are shown."""
    return profile(
        "networkx",
        wall_s=2.31,
        timed_rounds=3,
        traced_wall_s=2.453,
        findings=profile_findings(),
        counts=Counts(items=6908, files=271, errors=0, warnings=3, collection_warnings=0),
        phases=phases(2.453),
        shares=shares(
            start=0.021,
            pytest_itself=0.512,
            imports_of_stdlib=0.094,
            imports_of_third_party_packages=0.702,
            imports_of_first_party_modules=0.298,
            imports_of_test_modules=0.403,
            imports_of_conftests=0.012,
            collectors=0.281,
            hooks_of_anyio=0.004,
            hooks_of_hypothesis=0.031,
            hooks_of_xdist=0.002,
            teardown=0.085,
            unaccounted=0.008,
            waited={"imports of test modules": 0.2013, "teardown": 0.0196, "imports of conftests": 0.0002},
        ),
        imports=IMPORTS,
        collectors=(
            collector("", 0.31, 1.9, kind="Session", items=1, self_s=0.01),
            collector("networkx/algorithms", 0.6, 0.8, kind="Dir", items=200, self_s=0.002),
            collector("networkx/algorithms/tests/test_bridges.py", 0.89, 0.05, self_s=0.028, items=12),
            collector("networkx/algorithms/tests/test_bridges.py::TestBridges", 0.92, 0.01, kind="Class"),
        ),
        plugins=(
            PluginCost(name="hypothesispytest", kind="plugin", load_s=0.049, hooks_s=0.031, saving_s=0.077),
            PluginCost(name="networkx/conftest.py", kind="conftest", load_s=0.531, hooks_s=0.012, saving_s=0.014),
        ),
        hooks=(
            HookCost(hook="pytest_pycollect_makeitem", plugin="_pytest.python", calls=14021, self_s=0.121),
            HookCost(hook="pytest_collection_modifyitems", plugin="networkx/conftest.py", calls=1, self_s=0.012),
        ),
        events=(
            EventCount(kind="open", detail="networkx/data/karate.txt", path="networkx/readwrite/x.py", line=7, count=1),
            EventCount(kind="socket.connect", detail="", path="networkx/conftest.py", line=31, count=1204),
        ),
        lines=(
            LineCost(path="networkx/conftest.py", line=88, function="pytest_collection_modifyitems", sampled_s=0.0041),
            LineCost(
                path="networkx/algorithms/tests/test_bridges.py",
                line=21,
                function="<module>",
                sampled_s=0.312,
                waited_s=0.201,
            ),
            LineCost(path="networkx/utils/backends.py", line=1069, function="_Dispatch.__new__", sampled_s=0.088),
        ),
        parametrized=(
            ParametrizedCost(
                nodeid="networkx/algorithms/tests/test_bridges.py::TestBridges::test_all", items=1, inclusive_s=0.006
            ),
            ParametrizedCost(
                nodeid="networkx/generators/tests/test_lattice.py::test_sizes", items=1400, inclusive_s=0.0313
            ),
        ),
        waited_s=0.3421,
        waits=(
            WaitSite(path="networkx/algorithms/tests/test_bridges.py", line=21, waited_s=0.2013),
            WaitSite(
                path="networkx/conftest.py",
                line=31,
                waited_s=0.1212,
                operation="subprocess: git rev-parse HEAD",
                count=3,
            ),
            WaitSite(
                path="<site-packages>/plug.py", line=7, waited_s=0.0196, operation="socket: example.org:443", count=2
            ),
            WaitSite(path="networkx/conftest.py", line=40, waited_s=0.0, operation="subprocess: fork", count=1),
        ),
        gc_s=0.0342,
        gc_passes=61,
        memory_timeline=((0.1, 30 * MIB), (1.2, 212 * MIB), (2.3, 190 * MIB)),
        warnings=(
            ("DeprecationWarning", "`random_state` goes away\nin networkx 4.0", "networkx/utils/misc.py", 112),
            *(("UserWarning", f"warning {index}", "networkx/a.py", index) for index in range(12)),
        ),
        notes=("pyinstrument is missing in the target's interpreter: pip install pyinstrument",),
    )


def broken_profile():
    """A process that ended itself in the middle of an import."""
    message = "exit code 3 by os._exit\nin tests/odd/test_odd.py:7"
    return profile(
        "tests/odd",
        status=Status.CRASHED,
        message=message,
        complete=False,
        traced_wall_s=0.412,
        phases={"interpreter": 0.021, "pytest-import": 0.201, "unaccounted": 0.19},
        imports=(imported("test_odd", origin=Origin.TEST, begin_s=0.4, inclusive_s=0.012),),
        importing=(*(f"odd.level_{index}" for index in range(40)), "odd.helpers", "odd.exits"),
        notes=("the trace has no end mark: what was recorded until the crash is shown",),
    )


def nasty_profile():
    """Names that try to break out of a table, a page or into a terminal, in every field that holds a name."""
    first, *others = NASTY
    return profile(
        first,
        status=Status.COLLECTION_ERRORS,
        message=f"1 error\n{first}",
        wall_s=61.5,
        traced_wall_s=66.0,
        counts=Counts(items=1, files=1, errors=1, warnings=1, collection_warnings=0),
        phases=phases(66.0),
        shares=(*(Share(name=name, seconds=20.0) for name in others[:3]), Share(name=first, seconds=6.0)),
        imports=tuple(
            imported(name, (1.0, 30.0 + index), f"{name}:{index}", inclusive_s=60.0, error=name)
            for index, name in enumerate(NASTY)
        ),
        collectors=tuple(collector(name, index, 1.0, kind=name) for index, name in enumerate(NASTY)),
        lines=tuple(LineCost(path=name, line=9, function=name, sampled_s=2.0) for name in NASTY),
        parametrized=tuple(ParametrizedCost(nodeid=name, items=10**7, inclusive_s=2.0) for name in NASTY),
        plugins=tuple(PluginCost(name=name, kind="plugin", load_s=1.0, hooks_s=100.0, saving_s=0.5) for name in NASTY),
        hooks=tuple(HookCost(hook=name, plugin=name, calls=10**7, self_s=0.5) for name in NASTY),
        events=tuple(EventCount(kind=name, detail=name, path=name, line=3, count=2) for name in NASTY),
        warnings=tuple((name, name, name, 1) for name in NASTY),
        importing=NASTY,
        notes=NASTY,
        findings=nasty_findings(NASTY),
    )


def checkup(self_comparison=None, *, notes=()):
    return Checkup(
        tool=TOOL,
        created="2025-11-03T10:00:00Z",
        environment=ENVIRONMENT,
        examinations=(
            Examination(name="bytecode", condition=Condition.OK, finding="written and kept"),
            Examination(
                name="load",
                condition=Condition.WARNING,
                finding="2.10 on 2 CPUs, 3 other Python processes",
                remedy="end what else runs, or measure when it has ended: rounds have to wait for a CPU",
            ),
            Examination(name="turbo", condition=Condition.UNKNOWN, finding="cannot be read: the host decides"),
        ),
        self_comparison=self_comparison,
        notes=notes,
        conclusion=(
            "This machine is fit to measure: with 15 pairs, an unchanged target passes the 10 % margin in four of five"
            " comparisons; but see the warnings (load)."
        ),
    )


def self_comparison(target="tests/api", **changes):
    fields = {
        "pairs": 10,
        "wall_s": 1.234,
        "cpu_s": 1.2,
        "margin": 0.1,
        "spread": 0.073,
        "reference_spread": 0.051,
        "relabellings": 200,
        "passed": 153,
        "failed": 1,
        "inconclusive": 46,
        "sights": (
            Sight(pairs=10, growth=None, margin=None),
            Sight(pairs=15, growth=0.21, margin=0.1),
            Sight(pairs=20, growth=0.18, margin=0.07),
        ),
        "advice": (),
    }
    return SelfComparison(target=target, **{"status": Status.OK, **fields, **changes})


def nasty_checkup():
    """A target that cannot be collected, with a name that tries to break out."""
    broken = SelfComparison(target=NASTY[0], status=Status.CRASHED, message=f"crashed: {NASTY[0]}")
    return checkup(broken, notes=NASTY)


def imported_module(name, *importers, cut=(), **changes):
    """An answer to who imports a module: lines `(path:line, seconds)`."""

    def lines(pairs):
        places = ((*place.rpartition(":")[::2], alone_s) for place, alone_s in pairs)
        return tuple(
            Importer(path=path or line, line=int(line) if path else 0, saving_alone_s=s) for path, line, s in places
        )

    fields = {
        "path": f"<site-packages>/{name}/__init__.py",
        "origin": Origin.THIRD_PARTY,
        "self_s": 0.021,
        "saving_joint_s": 0.366,
        "cut_saving_s": 0.366 if cut else 0.0,
        **changes,
    }
    return ImportedModule(module=name, importers=lines(importers), cut=lines(cut), **fields)


def ordinary_who():
    """A module with a cut, one that a plugin needs, and one without a cut."""
    many = [(f"tests/test_{number}.py:{number}", 0.0) for number in range(1, 15)]
    deep = "tests/" + "/".join(f"directory_{number}" for number in range(8)) + "/test_it.py:106"
    return WhoImports(
        name="pandas",
        modules=(
            imported_module(
                "pandas", ("tests/conftest.py:3", 0.02), *many, cut=(("tests/conftest.py:3", 0.02), (deep, 0.0))
            ),
            imported_module("numpy", (deep, 0.2), cut=(("slowplugin", 0.2),)),
            imported_module("_pytest", why_no_cut="pytest needs it"),
        ),
    )


def nasty_who():
    """Names and paths that try to break out."""
    names = (*NASTY, *FORGERIES)
    modules = (imported_module(name, (f"{name}:1", 0.1), cut=((f"{name}:1", 0.1),), path=name) for name in names)
    return WhoImports(name=names[0], modules=tuple(modules))


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """The functions that make documents."""
    parts = (
        target, run, report, check, budget, change, judged, comparison, summary, sample, profile, imported, collector,
        shares, new_imports, checkup, self_comparison, violation, lint,
        finding, diagnosed, diagnosis,
    )  # fmt: skip
    return SimpleNamespace(environment=ENVIRONMENT, **{part.__name__: part for part in parts})


@pytest.fixture(scope="session")
def documents() -> dict[str, object]:
    """Finished documents by name, fixed to the last digit."""
    return {
        "run": ordinary_run(),
        "broken_run": broken_run(),
        "comparison": ordinary_comparison(),
        "incomparable": incomparable_comparison(),
        "paired": paired_comparison(),
        "nasty_comparison": nasty_comparison(),
        "nasty_run": nasty_run(),
        "profile": ordinary_profile(),
        "broken_profile": broken_profile(),
        "empty_profile": profile(),
        "nasty_profile": nasty_profile(),
        "who": ordinary_who(),
        "nasty_who": nasty_who(),
        "checkup": checkup(self_comparison()),
        "nasty_checkup": nasty_checkup(),
        "diagnosis": ordinary_diagnosis(ENVIRONMENT),
        "clean_diagnosis": clean_diagnosis(ENVIRONMENT),
        "nasty_diagnosis": nasty_diagnosis(ENVIRONMENT, (*NASTY, *FORGERIES)),
        "workers_diagnosis": workers_diagnosis(ENVIRONMENT),
        "lint": ordinary_lint(),
        "clean_lint": lint(files=10_000),
        "known_lint": known_lint(),
        "nasty_lint": nasty_lint((*NASTY, *FORGERIES)),
        "fix": proposed_fix(),
        "clean_fix": fix_report(),
        "applied_fix": applied_fix(),
        "nasty_fix": nasty_fix((*NASTY, *FORGERIES)),
        "undone_fix": undone_fix(),
        "handover": ordinary_handover(ENVIRONMENT),
        "empty_handover": empty_handover(),
        "single_run_handover": single_run_handover(),
        "history": ordinary_history(),
        "nasty_history": nasty_history(),
        "verification": ordinary_verification(ENVIRONMENT),
        "clean_verification": clean_verification(ENVIRONMENT),
        "recorded_verification": recorded_verification(ENVIRONMENT),
        "nasty_verification": nasty_verification(ENVIRONMENT, (*NASTY, *FORGERIES)),
    }


@pytest.fixture(scope="session")
def matches_golden() -> Callable[[str, str], None]:
    """Compares text with a file of tests/golden; with UPDATE_GOLDEN=1 writes the file and fails."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN") == "1":
            file.write_bytes(text.encode("utf-8", "surrogateescape"))  # a diff keeps bytes that are not UTF-8
            pytest.fail(f"{file} is written: look at it, then run again without UPDATE_GOLDEN")
        assert text == file.read_bytes().decode("utf-8", "surrogateescape")

    return compare
