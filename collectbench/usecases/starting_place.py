"""Where pytest starts: in the user's directory, or in that of a configuration of ours, which may be another one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from collectbench.config import Config
from collectbench.model.errors import UsageError

WITHOUT_PATH = frozenset(("-k", "-m", "-n", "-o", "-p", "-r", "-W", "--override-ini", "--pythonwarnings", "--tb"))
"""Options of pytest and xdist whose value is a word, also if a file has that name."""


def start_note(config: Config, cwd: Path) -> str:
    """Where pytest starts, if not in `cwd`; else empty."""
    if config.root is None or config.source is None or config.root == cwd:
        return ""
    return f"pytest starts in {config.root}, the directory of {config.source.name}"


def root_of_stored(config: Config, started_in: str | None, cwd: Path) -> Path:
    """The directory that the paths of a stored run are relative to, as far as it can be known without pytest.

    Args:
        config: the configuration.
        started_in: the directory in which pytest was started, relative to the root; None if unknown.
        cwd: the user's directory: the same one, or the root.
    """
    below = Path(started_in or ".").parts
    is_same = bool(below) and below[0] != "/" and cwd.parts[-len(below) :] == below
    return config.root or (cwd.parents[len(below) - 1] if is_same else cwd)


def env_in(start: Path, env: Mapping[str, str]) -> dict[str, str]:
    """The environment as after `cd` to the directory in which pytest starts."""
    return {**env, **({"PWD": str(start)} if "PWD" in env else {})}


def refuse_paths_of_here(arguments: Sequence[str], config: Config, cwd: Path) -> None:
    """Refuse relative paths in arguments for pytest that exist in `cwd`, but not where pytest starts.

    Raises:
        UsageError: names them all.
    """
    start = config.root or cwd
    mistakes = [
        f"-- {path}: this path exists in the current directory, but {start_note(config, cwd)}, which has no such path; "
        f"give {os.path.relpath(cwd / path, start)}"
        for path in dict.fromkeys(_relative_paths(arguments))
        if os.path.exists(cwd / path) and not os.path.exists(start / path)  # noqa: PTH110 - False for a name too long
    ]
    if mistakes:
        raise UsageError(*mistakes)


def _relative_paths(arguments: Sequence[str]) -> Iterator[str]:
    """What may be a path in arguments: words, values of options, and the file of a node id."""
    for before, argument in zip(("", *arguments), arguments, strict=False):
        option, is_assigned, value = argument.partition("=")
        if argument.startswith("--"):
            text = value if is_assigned and option not in WITHOUT_PATH else ""
        elif argument.startswith("-"):
            text = argument[2:] if argument.startswith("-c") else ""
        else:
            text = "" if before in WITHOUT_PATH else argument
        path = text.partition("::")[0]
        if path and not os.path.isabs(path):  # noqa: PTH117 - text
            yield path
