"""`collectbench init`: write the first configuration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from collectbench.cli import options

if TYPE_CHECKING:
    from collectbench.model.target import Target
    from collectbench.usecases.project import Project

SHARED = "pyproject.toml"


def command(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="File to write [default: pyproject.toml or, without one, collectbench.toml].",
            show_default=False,
        ),
    ] = None,
    python: options.Python = None,
    depth: options.Depth = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the table and write nothing.")] = False,
) -> None:
    """Write [tool.collectbench] with the targets found, into pyproject.toml or, without one, collectbench.toml."""
    from collectbench.config import find_config, render_targets_table
    from collectbench.model.errors import UsageError
    from collectbench.store.files import write_atomically
    from collectbench.usecases.mistakes import Mistakes
    from collectbench.usecases.project import open_project

    existing = find_config(Path.cwd())
    if existing is not None:
        raise UsageError(f"{existing}: there is a configuration already; edit it, or see `collectbench targets`")
    project = open_project(
        targets=(), pytest_args=context.obj, config_file=None, python=python, depth=depth, mistakes=Mistakes()
    )
    targets = _found(project, depth)
    table = render_targets_table(targets)
    path, text = _written(project.root, config, table)
    if dry_run:
        typer.echo(table, nl=False)
        return
    try:
        write_atomically(path, text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
    typer.echo(f"wrote {len(targets)} target{'' if len(targets) == 1 else 's'} to {path}")
    typer.echo("next: collectbench baseline")


def _found(project: Project, depth: int | None) -> tuple[Target, ...]:
    """The targets below the root, from whichever folder in it the command was started: the file is for all of it.

    Raises:
        UsageError: pytest does not start there, or there are no tests.
    """
    from collectbench.discovery import discovered_plan
    from collectbench.discovery.rules import Rules
    from collectbench.model.errors import UsageError

    root, inspection = project.root, project.inspection
    if not inspection.complete:
        raise UsageError(f"pytest does not start in {root}, so its tests cannot be found:\n{inspection.pytest_output}")
    targets = discovered_plan(root, root, inspection, 1 if depth is None else depth).targets
    paths = [root / path for target in targets for path in target.paths]
    rules = Rules(root, inspection)
    if not inspection.custom_collectors and not any(path.is_file() or rules.has_tests(path) for path in paths):
        patterns = ", ".join(inspection.patterns)
        raise UsageError(f"there are no test files ({patterns}) in {root}; start this where your tests are")
    return targets


def _written(root: Path, config: Path | None, table: str) -> tuple[Path, str]:
    """The file to write and all of its text.

    Raises:
        UsageError: the file lies elsewhere, is there already, or cannot take the table.
    """
    from collectbench.config import add_to_pyproject
    from collectbench.model.errors import UsageError

    shared = root / SHARED
    path = (Path.cwd() / config) if config else (shared if shared.exists() else root / "collectbench.toml")
    if path.parent.resolve() != root.resolve():
        raise UsageError(f"--config {config}: give a file in {root}, which its paths are relative to")
    if path.name == SHARED:
        text = ""
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                text = file.read()
        return path, add_to_pyproject(text, table)
    if path.exists():
        raise UsageError(f"--config {config}: there is such a file already; remove it, or give another name")
    return path, table.replace("[tool.collectbench]\n\n", "").replace("[tool.collectbench.", "[")
