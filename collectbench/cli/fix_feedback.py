"""Feedback while edits are checked: on a terminal alone, since a log needs no line per collection."""

from __future__ import annotations

import sys
from dataclasses import replace

import typer

from collectbench.cli import request
from collectbench.cli.feedback import ConsoleFeedback


def feedback(context: typer.Context) -> ConsoleFeedback:
    """What the user wants to see while the suite is collected and tests run."""
    wanted = request.feedback(context)
    return replace(wanted, progress=wanted.progress and sys.stderr.isatty())
