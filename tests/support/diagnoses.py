"""Diagnoses for the tests of formats: an ordinary one, one without findings, one that tries to break out."""

from __future__ import annotations

from dataclasses import replace

from collectbench.model.diagnosis import Diagnosis, Finding, Location, Rest, TargetDiagnosis
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Counts, Status
from collectbench.model.workers import Basis, ShardCost, ShardCosts, TestTimes, WorkerCost, Workers

TOOL = Tool(name="collectbench", version="1.2.3")
FREEZE = """\
+import gc
+import pytest
+
+@pytest.hookimpl(wrapper=True)
+def pytest_collection(session):
+    gc.disable()
+    try:
+        return (yield)
+    finally:
+        gc.freeze()
+        gc.enable()
"""
COUNTS = Counts(items=1750, files=80, errors=0, warnings=3, collection_warnings=0)


def finding(cause, subject, seconds, *places, **changes):
    """A finding with places `path:line`, or `(path:line, source)`."""
    fields = {
        "title": f"{subject} is slow",
        "evidence": (),
        "locations": tuple(map(location, places)),
        "estimated_saving_s": seconds,
        "saving_alone_s": None,
        "bound": False,
        "fix": "",
    }
    return Finding(cause=cause, subject=subject, **{**fields, **changes})


def location(place):
    """A place, with its source if it is a pair."""
    name, source = (place, "") if isinstance(place, str) else place
    path, _, line = name.rpartition(":")
    return Location(path=path, line=int(line), text=source)


def diagnosed(*findings, name="suite", rest=None, **changes):
    """A target with these findings. By default, its other seconds are those of pytest."""
    fields = {
        "status": Status.OK,
        "message": "",
        "wall_s": 13.7,
        "traced_wall_s": 14.9,
        "counts": COUNTS,
        **changes,
    }
    left_s = fields["traced_wall_s"] - sum(each.estimated_saving_s for each in findings)
    default = (Rest(name="pytest and its imports", seconds=left_s, reason="pytest needs it"),)
    return TargetDiagnosis(name=name, findings=findings, rest=default if rest is None else rest, **fields)


def diagnosis(environment: Environment, *targets, **changes):
    """A diagnosis of targets."""
    return Diagnosis(tool=TOOL, created="2025-11-03T10:00:00Z", environment=environment, targets=targets, **changes)


def ordinary_findings():
    """Seven findings of 8.62 s, and a note."""
    return (
        finding(
            "gc-passes", "gc", 3.21, "tests/conftest.py:0",
            title="the garbage collector walks objects that all stay",
            evidence=("142 passes during collection, 31 of them over all objects",),
            fix="switch the collector off while pytest collects, and freeze the objects then, in tests/conftest.py",
            diff=FREEZE,
        ),
        finding(
            "shared-import", "pandas", 2.5,
            ("tests/support/frames.py:4", "import pandas as pd"),
            ("tests/api/deeply/nested/directories/of/a/project/test_export.py:12", "from pandas import DataFrame"),
            title="2 lines import pandas for 41 test modules", saving_alone_s=0.012,
            fix="import it inside the functions that use it",
            diff="-import pandas as pd\n+def frame(rows):\n+    import pandas as pd\n",
        ),
        finding("final-gc", "exit", 1.4, "tests/conftest.py:0", title="the last passes walk objects that all stay",
                fix="freeze the objects", diff=FREEZE),
        finding(
            "expensive-argvalues", "test_all_estimators", 0.9, ("tests/test_estimators.py:31", "@parametrize(make())"),
            title="make() runs while the module is imported", bound=True, fix="build the values in a fixture",
        ),
        finding(
            "plugin-import", "slowplugin", 0.31, "<site-packages>/slowplugin/plugin.py:3",
            title="pytest loads the plugin slowplugin, and nothing uses it", fix="block it: add -p no:slowplugin",
            command="pytest -p no:slowplugin",
        ),
        finding("heavy-import", "scipy", 0.2, ("tests/test_fit.py:2", "import scipy")),
        finding("traversal", "data", 0.1, "tests/data:0"),
        finding(
            "non-test-class", "TestHelper", 0.0, ("tests/test_a.py:3", "class TestHelper:"), ("tests/test_b.py:9", ""),
            title="pytest cannot collect the class TestHelper, since it has an __init__", fix="set __test__ = False",
        ),
    )  # fmt: skip


def ordinary_diagnosis(environment: Environment):
    """A suite with seven findings and a note, and a target that failed."""
    rest = (
        Rest(name="start of Python", seconds=0.02, reason="no change of the project saves it"),
        Rest(name="pytest and its imports", seconds=0.31, reason="pytest needs it"),
        Rest(name="collecting", seconds=2.5, reason="pytest needs it"),
        Rest(name="own code of test modules", seconds=1.4, reason="each of them is too small to be listed"),
        Rest(name="end of the process", seconds=1.95, reason="Python frees what collection made"),
        Rest(name="hooks", seconds=0.08, reason="each of them is too small to be listed"),
        Rest(name="unaccounted", seconds=0.02, reason="between the parts that are measured"),
    )
    failed = diagnosed(
        name="tests/broken", status=Status.FAILED, message="tests/broken/conftest.py: ModuleNotFoundError", wall_s=None,
        traced_wall_s=0.4, counts=None,
    )  # fmt: skip
    note = "the traced round compiled 12 modules, so it was taken again"
    suite = diagnosed(*ordinary_findings(), rest=rest, budget_s=5.0, notes=(note,))
    return diagnosis(environment, suite, failed, notes=("bytecode is not written",))


def clean_diagnosis(environment: Environment):
    """A small suite in which nothing costs enough."""
    counts = Counts(items=31, files=7, errors=0, warnings=0, collection_warnings=0)
    return diagnosis(environment, diagnosed(name="tests/api", wall_s=0.42, traced_wall_s=0.44, counts=counts))


def cost(workers, barrier_s, cpu_s, **changes):
    """A measured cost of workers, or with `basis` a predicted one."""
    fields = {"basis": Basis.MEASURED, "barriers_s": (barrier_s,), "cpus_s": (cpu_s,), **changes}
    return WorkerCost(workers=workers, barrier_s=barrier_s, cpu_s=cpu_s, **fields)


def workers_diagnosis(environment: Environment):
    """Three targets: best with two workers, best without any, and one without durations."""
    predicted = {"basis": Basis.PREDICTED, "barriers_s": (), "cpus_s": ()}
    many = Workers(
        processors=2,
        start_s=0.62,
        costs=(
            cost(1, 3.02, 2.98, tests_s=92.4, total_s=95.42),
            cost(2, 3.41, 6.2, tests_s=46.3, total_s=50.33),
            cost(4, 6.8, 12.9, tests_s=46.2, total_s=53.62),
            cost(8, 12.94, 25.8, tests_s=46.2, total_s=59.76, **predicted),
        ),
        tests=TestTimes(
            source="results.xml", tests=6908, files=261, total_s=92.4, longest_s=6.13,
            longest="networkx/algorithms/tests/test_isomorphism.py::test_all[large]",
        ),
        best=2,
        shards=ShardCosts(
            floor_s=0.62, divided_s=2.4,
            single=ShardCost(shards=1, wall_s=95.42, machine_s=95.42, tail_s=0.0),
            best=ShardCost(shards=9, wall_s=12.4, machine_s=100.38, tail_s=1.2),
        ),
        notes=("12 of 6,908 collected tests are not in results.xml, and count nothing",),
    )  # fmt: skip
    single = ShardCost(shards=1, wall_s=0.5, machine_s=0.5, tail_s=0.0)
    few = Workers(
        processors=1.5,
        start_s=0.3,
        costs=(
            cost(1, 0.42, 0.4, tests_s=0.08, total_s=0.5),
            cost(2, 0.61, 0.85, tests_s=0.05, total_s=0.96),
        ),
        tests=TestTimes(
            source="baselines/verify/main.json", tests=1, files=1, total_s=0.08, longest_s=0.08, longest="a.py::x"
        ),
        best=1,
        shards=ShardCosts(floor_s=0.3, divided_s=0.12, single=single, best=single),
    )
    foreseen = replace(many, costs=(many.costs[0], replace(many.costs[3], total_s=40.0)), best=8, notes=(), shards=None)
    unknown = Workers(
        processors=1, start_s=0.3, costs=(cost(1, 0.42, 0.4),), shards=ShardCosts(floor_s=0.3, divided_s=0.12)
    )
    targets = zip(
        ("suite", "tests/few", "tests/predicted", "tests/unknown"), (many, few, foreseen, unknown), strict=True
    )
    return diagnosis(environment, *(diagnosed(name=name, workers=workers) for name, workers in targets))


def nasty_findings(names):
    """Findings whose texts try to break out."""
    return tuple(
        finding(
            name, name, 2.0 - index / 10, (f"{name}:{index}", name), title=name, evidence=(name,), fix=name,
            diff=f"+{name}\n```", command=f"pytest {index}", saving_alone_s=0.1,
        )
        for index, name in enumerate(names)
    )  # fmt: skip


def nasty_workers(names):
    """Names of tests and files that try to break out."""
    tests = TestTimes(source=names[0], tests=1, files=1, total_s=1.0, longest_s=1.0, longest=names[1])
    costs = (cost(1, 1.0, 1.0, tests_s=1.0, total_s=2.0),)
    return Workers(processors=2, start_s=0.1, costs=costs, tests=tests, best=1, notes=tuple(names))


def nasty_diagnosis(environment: Environment, names):
    """Names and texts that try to break out of a table, into a terminal, or to be a command."""
    findings = nasty_findings(names)
    notes = [finding(name, name, 0.0, (f"{name}:0", name), title=name, fix=name) for name in names]
    rest = tuple(Rest(name=name, seconds=1.0, reason=name) for name in names)
    target = diagnosed(
        *findings, *notes, name=names[0], rest=rest, status=Status.COLLECTION_ERRORS, message="\n".join(names),
        traced_wall_s=40.0, wall_s=41.0, notes=tuple(names), workers=nasty_workers(names),
    )  # fmt: skip
    return diagnosis(environment, target, notes=tuple(names))
