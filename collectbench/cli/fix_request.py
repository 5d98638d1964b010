"""From the parameters of `fix` to what its use cases take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from collectbench.cli import options
from collectbench.cli.invocation import command_line
from collectbench.cli.outlets import parse_outlets
from collectbench.cli.output import Outlets
from collectbench.codemods import Choices
from collectbench.model.errors import UsageError
from collectbench.model.fixes import FixReport, Undone
from collectbench.usecases.command_line import CommandLine
from collectbench.usecases.fixing.options import FixOptions, Proof
from collectbench.usecases.linting.options import LintOptions

_ONLY_WITH_APPLY = {"validate": "--validate", "verify": "--verify", "max_files": "--max-files"}
_NOT_WITH_UNDO = {"rule": "RULE", "apply": "--apply", "check": "--check"}


def outlets(context: typer.Context) -> Outlets:
    """Where the report goes.

    Raises:
        UsageError: a format is unknown, the directory of a file does not exist, or options contradict each other.
    """
    params = context.params
    mistakes = []
    if params["undo"]:
        mistakes += [
            f"--undo takes no {name}: it undoes the last --apply" for key, name in _NOT_WITH_UNDO.items() if params[key]
        ]
    elif not params["apply"]:
        mistakes += [
            f"{name} is for --apply: without it nothing is written"
            for key, name in _ONLY_WITH_APPLY.items()
            if params.get(key)
        ]
    if params["apply"] and params["check"]:
        mistakes.append("--check writes nothing: use it without --apply")
    if mistakes:
        raise UsageError(*mistakes)
    document = Undone if params["undo"] else FixReport
    return parse_outlets(params["format_"], params["output"], document, verbose=params["verbose"])


def fix_options(context: typer.Context) -> FixOptions:
    """What the user says about a rewrite.

    Raises:
        UsageError: no rule is given.
    """
    given = context.params
    if given["rule"] is None:
        raise UsageError("RULE is missing; collectbench fix --list shows what can be fixed")
    return FixOptions(
        codemod=given["rule"],
        tree=tree_options(context),
        choices=Choices(
            to=given["to"],
            names=options.names(given["names"]),
            rename=given["rename"],
            unsafe=given["unsafe"],
            partial=given["partial"],
        ),
        max_files=given["max_files"],
        proof=_proof(given),
        allow_dirty=given["allow_dirty"],
        timeout_s=given["timeout"],
        pytest_args=context.obj.pytest_args,
    )


def _proof(given: dict[str, Any]) -> Proof:
    if given["verify"]:
        return Proof.OUTCOMES
    return Proof.COLLECTION if given["validate"] else Proof.NONE


def tree_options(context: typer.Context) -> LintOptions:
    """Which files, and how they are read."""
    given = context.params
    return LintOptions(
        paths=tuple(given["paths"] or ()),
        profile=_path(given["profile"]),
        jobs=given["jobs"],
        config_file=_path(given["config"]),
        python=given["python"],
        use_cache=given["cache"],
    )


def typed(context: typer.Context) -> CommandLine:
    """The command line, from which commands for hints are made."""
    group: Any = context.find_root().command
    return command_line(group, context.obj)


def _path(text: str | Path | None) -> Path | None:
    return None if text is None else Path(text)
