"""The text of `--help`: options in panels by what they are for, and examples. Nothing heavy is imported."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand

PANELS = {
    "Rules and files": (
        "rule", "paths", "names", "changed", "select", "ignore", "profile", "known", "record", "expect_violations",
    ),
    "How to rewrite": ("to", "rename", "unsafe", "partial"),
    "What to write": ("apply", "check", "undo", "validate", "verify", "max_files", "allow_dirty"),
    "What to run": ("markers", "keywords"),
    "What to measure": (
        "files", "targets", "target", "who", "parts", "from_file", "kind", "config", "python", "depth", "shard",
        "suite",
    ),
    "What to compare with": (
        "baseline", "run_file", "against", "full", "budgets_only", "save_if_missing", "name", "baseline_dir", "force",
        "record_state", "state",
    ),
    "History": ("history", "record_history", "history_dir", "from_git", "bisect"),
    "How to judge": (
        "expect_failures", "min_success", "allow_mismatch", "margin", "fast_fail", "on_inconclusive",
    ),
    "What to prove": ("prove", "try_", "net", "pairs", "worktree"),
    "What workers cost": ("workers", "junit"),
    "Many machines": ("dask", "pin"),
    "How to measure": (
        "aa", "rounds", "warmup", "seed", "timeout", "max_time", "jobs", "cache", "cold", "counters", "sampled",
        "scaling", "reruns",
    ),
    "What to show": (
        "top", "list_", "explain", "format_", "output", "export", "open_", "dry_run", "no_progress", "show_output",
        "quiet", "verbose", "help",
    ),
}  # fmt: skip
"""Each panel with its parameters, in the order in which they are shown."""

EXAMPLES = {
    "init": ("collectbench init --dry-run",),
    "targets": ("collectbench targets", "collectbench targets tests --depth 2"),
    "baseline": (
        "collectbench baseline",
        "collectbench baseline tests/api --python .venv/bin/python --rounds 10",
        "collectbench baseline --history",
        "collectbench baseline -- -p no:randomly",
    ),
    "compare": (
        "collectbench compare --against main --max-time 10m",
        "collectbench compare --save-if-missing --output comment.md",
        "collectbench compare --run head.json --budgets-only",
    ),
    "merge": (
        "collectbench merge parts/*.json --output head.json",
        "collectbench merge comparisons/*.json --allow-mismatch --output comment.md",
    ),
    "profile": (
        "collectbench profile",
        "collectbench profile tests/api",
        "collectbench profile tests/api --open",
        "collectbench profile --from profile.json --open",
        "collectbench profile --who pandas",
    ),
    "diagnose": (
        "collectbench diagnose",
        "collectbench diagnose tests/api --output diagnosis.md",
        "collectbench diagnose --from diagnosis.json --format markdown",
        "collectbench diagnose tests/api --prove --max-time 5m",
        "collectbench diagnose tests/api --try plugin-off=cov",
        "collectbench diagnose tests/api --prove --net",
        "collectbench diagnose tests/api --scaling",
        "collectbench diagnose --workers 1,2,4,8",
        "collectbench diagnose --explain gc-passes",
    ),
    "lint": ("collectbench lint", "collectbench lint --changed main", "collectbench lint --record lint.json"),
    "fix": (
        "collectbench fix --list",
        "collectbench fix non-test-class tests/api",
        "collectbench fix non-test-class --apply --validate",
        "collectbench fix --undo",
    ),
    "verify": (
        "collectbench verify --record",
        "collectbench verify --export results.xml",
        "collectbench verify tests/api -m 'not slow' --fast-fail",
    ),
    "report": (
        "collectbench report baselines/main.json head.json --output handover.md",
        "collectbench report base.json head.json lint.json verification.json",
    ),
    "history": (
        "collectbench history",
        "collectbench history tests/api --output history.csv",
        "collectbench history --from-git v1.0..HEAD --max-time 1h",
        "collectbench history tests/api --bisect",
        "collectbench history --format github-action-benchmark --output benchmark.json",
    ),
    "doctor": ("collectbench doctor", "collectbench doctor tests/api --margin 20%"),
    "schema": ("collectbench schema run",),
}

_RANGE = re.compile(r"\s*\[x>=\d+\]|; x>=\d+|\[required\]")
"""What click adds for its own checks: a reader finds out soon enough."""


class Command(TyperCommand):
    """A command whose help groups its options, as plain text in 80 columns."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the panels that have a parameter of this command."""
        rows = {parameter.name: _row(parameter, ctx) for parameter in self.get_params(ctx)}
        for title, names in PANELS.items():
            if shown := [rows[name] for name in names if name in rows]:
                with formatter.section(title):
                    formatter.write_dl(shown)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples, each on a line that can be pasted."""
        with formatter.section("Examples"):
            for example in EXAMPLES[self.name or ""]:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


def _row(parameter: Any, ctx: Any) -> tuple[str, str]:
    """How a parameter is written, and its help."""
    if parameter.param_type_name == "argument":
        return parameter.metavar or parameter.name.upper(), parameter.help or ""
    names, text = parameter.get_help_record(ctx)
    return names, _RANGE.sub("", text)
