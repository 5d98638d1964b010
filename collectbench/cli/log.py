"""Lines on stdout and stderr, harmless also in the log of a CI service, and where the repository is there."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from collectbench.render.parts.escape import defuse

CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Where GitHub Actions and GitLab CI check the repository out."""


def obeys_commands() -> bool:
    """Whether the runner of GitHub Actions reads each printed line as a possible workflow command."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def say(text: str) -> None:
    """Print one line or more on stderr; in GitHub Actions no line can be a workflow command."""
    typer.echo(_harmless(text), err=True)


def show(text: str) -> None:
    """Print one line or more on stdout, likewise."""
    typer.echo(_harmless(text))


def _harmless(text: str) -> str:
    return defuse(text) if obeys_commands() else text


def path_prefix(root: Path | None) -> str:
    """The path from the checkout of a CI service to `root`, ending in `/`; empty if they are the same or unknown."""
    checkout = next(filter(None, map(os.environ.get, CHECKOUTS)), None)
    if root is None or checkout is None:
        return ""
    below, top = root.resolve(), Path(checkout).resolve()
    inside = below != top and below.is_relative_to(top)
    return f"{below.relative_to(top).as_posix()}/" if inside else ""
