"""All commands, each a module with its name."""

from __future__ import annotations

from collectbench.cli import (
    baseline,
    compare,
    diagnose,
    doctor,
    fix,
    history,
    init,
    lint,
    merge,
    profile,
    report,
    schema,
    targets,
    verify,
)

COMMANDS = (
    init, targets, baseline, compare, merge, profile, diagnose, lint, fix, verify, report, history, doctor, schema,
)  # fmt: skip
"""In the order in which the help lists them."""
