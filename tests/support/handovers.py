"""Hand-overs for the tests of formats."""

from __future__ import annotations

from collectbench.model.comparison import Check, Verdict
from collectbench.model.handover import Compliance, Figures, Handover, Progress, Rewritten, Stamp, Verified
from collectbench.model.run import Tool
from diagnoses import finding

MIB = 2**20
TOOL = Tool(name="collectbench", version="1.2.3")
CREATED = "2025-11-03T10:00:00Z"


def figures(wall_s, *, warnings=0, **changes):
    """A target in one run."""
    values = {"peak_rss_bytes": 200 * MIB, "items": 4000, "collection_warnings": warnings, "errors": 0}
    return Figures(wall_s=wall_s, warnings=warnings, **values | changes)


def progress(name, before, after, verdict=Verdict.PASS, *, checks=(), reasons=()):
    """A target before and after."""
    return Progress(name=name, before=before, after=after, verdict=verdict, reasons=reasons, checks=checks)


def check(key, verdict, reason, *, gates=True):
    """A limit."""
    return Check(key=key, limit=1.0, measured=1.0, verdict=verdict, reason=reason, gates=gates)


def empty_handover(**changes):
    """One without any document."""
    nothing = dict.fromkeys(("environment", "before", "after", "verdict", "suite", "verification", "diagnosis"))
    lists = dict.fromkeys(("targets", "compliance", "verified", "rewrites", "findings", "notes"), ())
    return Handover(tool=TOOL, created=CREATED, **nothing | lists | changes)


def ordinary_handover(environment):
    """Two runs, lint before and after, tests of which some changed, a rewrite, a finding that is left."""
    failed = Progress(
        name="e2e", before=figures(30.0), after=figures(None, items=None), verdict=Verdict.ERROR,
        reasons=("a conftest failed",), checks=(),
    )  # fmt: skip
    new = progress("new", None, figures(0.5), checks=(check("goal", Verdict.INCONCLUSIVE, "no round", gates=False),))
    return empty_handover(
        environment=environment,
        before=Stamp(file="baselines/main.json", created="2025-10-01T08:00:00Z", commit="1a2b3c4d5e6f7a8b"),
        after=Stamp(file="head.json", created=CREATED),
        verdict=Verdict.ERROR,
        targets=(
            progress(
                "unit",
                figures(120.0, warnings=364),
                figures(14.0, warnings=12),
                checks=(
                    check("budget", Verdict.PASS, "slowest of 3 rounds 14.2 s, within 15.0 s"),
                    check("goal-reduction", Verdict.FAIL, "-88 %, goal -90 %: not reached", gates=False),
                    check("warning-reduction", Verdict.PASS, "364 -> 12: -97 %, goal -80 %: reached", gates=False),
                ),
            ),
            new,
            failed,
        ),
        suite=progress("suite", figures(202.0), figures(44.0)),
        compliance=(
            Compliance(
                stamp=Stamp(file="a.json", created=CREATED), files=100, compliant_percent=60.0,
                by_rule={"missing-module": 840, "non-test-class": 364, "host-path": 0},
            ),
            Compliance(
                stamp=Stamp(file="b.json", created=CREATED), files=100, compliant_percent=98.5,
                by_rule={"missing-module": 3, "host-path": 0},
            ),
        ),
        verified=(
            Verified(
                name="unit", verdict=Verdict.FAIL, passed=3990, failed=1, errors=0, skipped=9, success_percent=99.9,
                newly_failing=("tests/unit/test_a.py::test_a",), newly_passing=(),
                missing=tuple(f"tests/unit/test_b.py::test_{index}" for index in range(12)),
            ),
            Verified(
                name="new", verdict=Verdict.PASS, passed=0, failed=0, errors=0, skipped=0, success_percent=None,
                newly_failing=(), newly_passing=(), missing=(),
            ),
        ),
        verification=Stamp(file="verification.json", created=CREATED),
        rewrites=(
            Rewritten(
                stamp=Stamp(file="f.json", created=CREATED), codemod="duplicate-class",
                applied=52, taken_back=1, left_alone=40,
            ),
        ),
        findings=(finding("conftest-import", "pandas", 5.7, "tests/conftest.py:3"), finding("gc-passes", "gc", 1.2)),
        diagnosis=Stamp(file="d.json", created=CREATED),
        notes=("pytest 8.4 -> 9.0",),
    )  # fmt: skip


def single_run_handover():
    """One run without a suite: nothing to compare with."""
    return empty_handover(
        after=Stamp(file="head.json", created=CREATED),
        verdict=Verdict.PASS,
        targets=(progress("unit", None, figures(14.0)), progress("e2e", None, figures(3.0))),
    )
