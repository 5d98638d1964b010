"""From the parameters of a command to what its use case takes. All commands share these functions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import typer

from collectbench.cli.feedback import ConsoleFeedback
from collectbench.cli.invocation import command_line
from collectbench.cli.log import say
from collectbench.cli.outlets import parse_outlets
from collectbench.cli.output import Outlets
from collectbench.judge.change import MARGIN_FLOOR
from collectbench.render.parts.escape import printable
from collectbench.render.parts.options import TOP
from collectbench.usecases import project
from collectbench.usecases.comparing import Terms
from collectbench.usecases.measure_options import MeasureOptions
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.project import Project
from collectbench.usecases.project_options import ProjectOptions
from collectbench.usecases.starting_place import start_note
from collectbench.usecases.wording import Wording

_MEASURE_OPTIONS = {
    "rounds": "rounds",
    "warmup": "warmup",
    "seed": "seed",
    "timeout": "timeout_s",
    "max_time": "max_time_s",
    "jobs": "jobs",
    "cold": "cold",
    "counters": "counters",
}
"""The parameters of commands that measure, and the attributes of MeasureOptions. A command may lack some."""


def measure_options(context: typer.Context) -> MeasureOptions:
    """How the user wants to measure."""
    given: dict[str, Any] = {
        attribute: context.params[parameter]
        for parameter, attribute in _MEASURE_OPTIONS.items()
        if parameter in context.params
    }
    return MeasureOptions(**given)


def project_options(context: typer.Context, targets: Sequence[str] | None = None) -> ProjectOptions:
    """What the user says about the project; `context.obj` holds the arguments for pytest, see `Given`.

    `targets` stand for those of the command line.
    """
    params = context.params
    given = [target] if (target := params.get("target")) is not None else params.get("targets") or ()
    return ProjectOptions(
        targets=tuple(given if targets is None else targets),
        pytest_args=context.obj.pytest_args,
        config_file=_path(params.get("config")),
        python=params.get("python"),
        depth=params.get("depth"),
        suite=params.get("suite", True),
        shard=params.get("shard"),
        baseline_dir=_path(params.get("baseline_dir")),
        history_dir=_path(params.get("history_dir")),
        measure=measure_options(context),
    )


def open_project(context: typer.Context, mistakes: Mistakes, targets: Sequence[str] | None = None) -> Project:
    """The project that the user means. Says where pytest starts, if not in the current directory.

    `targets` stand for those of the command line.
    """
    opened = project.open_project(project_options(context, targets), mistakes, say)
    note = start_note(opened.config, Path.cwd())
    if note and not context.params.get("quiet"):
        say(f"note: {printable(note)}")
    return opened


def terms(context: typer.Context) -> Terms:
    """What `compare` compares with, and how strictly."""
    given = context.params
    return Terms(
        baseline=given["baseline"],
        budgets_only=given["budgets_only"],
        save_if_missing=given["save_if_missing"],
        allow_mismatch=given["allow_mismatch"],
        margin_floor=MARGIN_FLOOR if given["margin"] is None else given["margin"],
        full=given["full"],
    )


def feedback(context: typer.Context) -> ConsoleFeedback:
    """What the user wants to see while the command works."""
    params = context.params
    return ConsoleFeedback(
        progress=not (params.get("no_progress") or params.get("quiet")),
        verbose=params.get("verbose", False),
        all_output=params.get("show_output", False),
    )


def wording(context: typer.Context, root: Path | None = None) -> Wording:
    """Words reasons with the user's options in each command; names of targets are relative to `root`."""
    group: Any = context.find_root().command
    return Wording(typed=command_line(group, context.obj, root))


def outlets(context: typer.Context, document_type: type, mistakes: Mistakes) -> Outlets:
    """Where the result goes. Mistakes in it come to the other `mistakes`, which then end the command."""
    params = context.params
    parse = partial(
        parse_outlets,
        params["format_"],
        params.get("output"),
        document_type,
        verbose=params.get("verbose", False),
        top=params.get("top", TOP),
    )
    return mistakes.attempt(parse, otherwise=Outlets(format="text"))


def _path(text: str | Path | None) -> Path | None:
    """Typer makes paths of texts only for the command itself."""
    return None if text is None else Path(text)
