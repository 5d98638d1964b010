"""Where a CI service reads along: what stderr and stdout may hold there, and where in the repository we are."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from collectbench.render.parts.escape import defuse

CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Where GitHub Actions and GitLab CI check the repository out."""


def obeys_commands() -> bool:
    """Whether each line that is printed may be a workflow command: in GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def say(text: str) -> None:
    """A line or more on stderr, as they are but for what GitHub's runner would obey."""
    typer.echo(_harmless(text), err=True)


def show(text: str) -> None:
    """The same on stdout."""
    typer.echo(_harmless(text))


def _harmless(text: str) -> str:
    return defuse(text) if obeys_commands() else text


def path_prefix(root: Path | None) -> str:
    """What leads from the checkout of a CI service down to `root`: folders that end in `/`, or nothing."""
    checkout = next(filter(None, map(os.environ.get, CHECKOUTS)), None)
    if root is None or checkout is None:
        return ""
    below, top = root.resolve(), Path(checkout).resolve()
    inside = below != top and below.is_relative_to(top)
    return f"{below.relative_to(top).as_posix()}/" if inside else ""
