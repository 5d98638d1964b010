"""Profiles for the tests of pages: a small one, whose parts can be changed."""

from __future__ import annotations

import json

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
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import PHASES, Counts, Status


def make_import(module, *, begin_s=0.1, inclusive_s=0.05, self_s=0.01, origin=Origin.THIRD_PARTY, **changes):
    fields = {
        "path": f"<site-packages>/{module.replace('.', '/')}.py",
        "find_s": 0.001,
        "compile_s": 0.002,
        "bytecode": "hit",
        "importers": (Importer(path="tests/test_a.py", line=7, saving_alone_s=0.02),),
        "saving_alone_s": inclusive_s * 0.5,
        "saving_joint_s": inclusive_s * 0.9,
        "floor": False,
    }
    return ImportCost(
        module=module, origin=origin, begin_s=begin_s, inclusive_s=inclusive_s, self_s=self_s, **{**fields, **changes}
    )


def make_collector(nodeid, *, begin_s=0.9, inclusive_s=0.05):
    return CollectorCost(nodeid=nodeid, type="Module", self_s=0.002, inclusive_s=inclusive_s, items=4, begin_s=begin_s)


def make_calls(name="load"):
    """Pyinstrument's JSON: <module> calls `name`, which calls parse."""
    place = {"file_path": "/p/api.py", "file_path_short": "api.py", "line_no": 3, "is_application_code": True}
    parse = {"function": "parse", "time": 0.4, "children": [], **place}
    load = {"function": name, "time": 0.6, "children": [parse], **place}
    root = {"function": "<module>", "time": 1.0, "children": [load], **place}
    return json.dumps({"duration": 1.0, "sample_count": 1000, "root_frame": root})


def make_profile(**changes):
    """A numpy of 0.5 s within a pandas of 0.8 s, and test modules behind them."""
    fields = {
        "tool": Tool(name="collectbench", version="1.2.3"),
        "created": "2025-11-03T10:00:00Z",
        "environment": Environment(
            python="3.11.7",
            implementation="CPython",
            pytest="9.0.3",
            plugins={},
            platform="Linux",
            cpu_model="Xeon",
            cpu_count=2,
            bytecode="written",
            flags={},
        ),
        "target": "tests/api",
        "status": Status.OK,
        "message": "",
        "complete": True,
        "wall_s": 1.9,
        "timed_rounds": 3,
        "traced_wall_s": 2.0,
        "counts": Counts(items=120, files=12, errors=0, warnings=2, collection_warnings=0),
        "phases": {**dict.fromkeys(PHASES, 0.2), "unaccounted": 0.2},
        "shares": (Share(name="imports: third-party", seconds=1.5), Share(name="unaccounted", seconds=0.5)),
        "imports": (
            make_import("pandas", begin_s=0.1, inclusive_s=0.8, self_s=0.3),
            make_import("numpy", begin_s=0.2, inclusive_s=0.5, self_s=0.2),
            make_import("numpy.linalg", begin_s=0.3, inclusive_s=0.3, self_s=0.3),
            make_import("api", begin_s=1.0, inclusive_s=0.1, self_s=0.1, origin=Origin.FIRST_PARTY),
        ),
        "collectors": tuple(make_collector(f"tests/api/test_{n}.py", begin_s=1.2 + n * 0.06) for n in range(3)),
        "lines": (
            LineCost(path="conftest.py", line=8, function="pytest_configure", sampled_s=0.02),
            LineCost(path="api/tables.py", line=1207, function="<module>", sampled_s=0.3),
            LineCost(path="api/tables.py", line=12, function="<module>", sampled_s=0.1),
        ),
        "parametrized": (
            ParametrizedCost(nodeid="tests/api/test_0.py::test_get", items=3, inclusive_s=0.004),
            ParametrizedCost(nodeid="tests/api/test_1.py::test_all", items=4000, inclusive_s=0.2),
        ),
        "plugins": (
            PluginCost(name="django", kind="plugin", load_s=0.4, hooks_s=0.01, saving_s=0.01),
            PluginCost(name="cov", kind="plugin", load_s=0.1, hooks_s=0.02, saving_s=0.07),
        ),
        "hooks": (HookCost(hook="pytest_configure", plugin="cov", calls=3, self_s=0.02),),
        "events": (EventCount(kind="open", detail="data.csv", path="api/load.py", line=9, count=40),),
        "gc_s": 0.05,
        "gc_passes": 12,
        "warnings": (("DeprecationWarning", "old", "api/load.py", 3),),
        "memory_timeline": ((0.0, 10_000_000), (1.0, 90_000_000), (2.0, 80_000_000)),
        "calls": make_calls(),
    }
    return Profile(**{**fields, **changes})
