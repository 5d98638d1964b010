"""`collectbench init`: write the first configuration."""

from __future__ import annotations

from pathlib import Path

import typer

from collectbench.cli import options


def command(
    context: typer.Context,
    python: options.Python = None,
    depth: options.Depth = None,
    dry_run: options.DryRun = False,
) -> None:
    """Write [tool.collectbench] with the targets found, into pyproject.toml or, without one, collectbench.toml."""
    from collectbench.cli.workplace import open_workplace
    from collectbench.config import add_to_pyproject, find_config, render_targets_table
    from collectbench.model.errors import UsageError
    from collectbench.store.files import write_atomically

    existing = find_config(Path.cwd())
    if existing is not None:
        raise UsageError(f"{existing}: there is a configuration already; edit it, or see `collectbench targets`")
    place = open_workplace(targets=(), pytest_args=context.obj, config_file=None, python=python, depth=depth)
    if not place.inspection.complete:
        raise UsageError(
            f"pytest does not start in {place.root}, so its tests cannot be found:\n{place.inspection.words}"
        )
    table = render_targets_table(place.plan.targets)
    path = place.root / "pyproject.toml"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            text = add_to_pyproject(file.read(), table)
    else:
        path = place.root / "collectbench.toml"
        text = table.replace("[tool.collectbench]\n\n", "").replace("[tool.collectbench.", "[")
    if dry_run:
        typer.echo(table, nl=False)
        return
    try:
        write_atomically(path, text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
    count = len(place.plan.targets)
    typer.echo(f"wrote {count} target{'' if count == 1 else 's'} to {path}")
    typer.echo("next: collectbench baseline")
