"""`--dry-run`: the child commands, to read or to copy."""

from __future__ import annotations

import shlex
from pathlib import Path

import typer

from collectbench.cli.workplace import Workplace
from collectbench.measure.launch import launch
from collectbench.measure.rounds import Bench, invocation
from collectbench.measure.tree import Tree

REPORT_DIR = Path("REPORT_DIR")


def show_commands(place: Workplace) -> None:
    """Print one command a target, exactly as it would be run but for the folder that takes its report."""
    bench = Bench(
        python=place.python, root=place.root, env=place.env, work=REPORT_DIR, timeout_s=0, launch=launch,
        tree=Tree(REPORT_DIR),
    )  # fmt: skip
    suite = [place.plan.suite] if place.plan.suite else []
    typer.echo(f"# in {shlex.quote(str(place.root))}, each with a new folder as REPORT_DIR")
    for target in (*place.plan.targets, *suite):
        env = [f"{key}={shlex.quote(value)}" for key, value in target.env.items()]
        argv = invocation(bench, target, REPORT_DIR, "timed").argv
        typer.echo(f"# {target.name!a}")
        typer.echo(" ".join([*env, shlex.join(argv)]))
