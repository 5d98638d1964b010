"""Packs what holds a project: its repository, or without one the directory in which all that matters lies."""

from __future__ import annotations

from pathlib import Path

from collectbench.checkouts.git import git_in
from collectbench.measure.process.launch import launch
from collectbench.model.errors import CheckoutError, UsageError
from collectbench.usecases.fleet.archive import Archive, pack_directory, pack_repository
from collectbench.usecases.project import Project


def packed_tree(project: Project, base: str | None, work: Path) -> Archive:
    """Return the packed tree of a project. Of its repository, HEAD and the commit `base` are taken along.

    Raises:
        UsageError: it cannot be packed.
        Interrupted: a signal arrived.
    """
    top = _top_of_repository(project, work)
    if top is not None:
        git = git_in(top, project.env, work, launch)
        head = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        commits = dict.fromkeys([*([head.line] if head.ok else []), *([base] if base else [])])
        return pack_repository(git, tuple(commits), work)
    directories = (Path.cwd(), project.start, project.root)
    shared = Path(*shared_parts(directories))
    if shared in (Path(shared.anchor), Path.home()):
        raise UsageError(
            f"--dask: {shared} would be sent to the workers as a whole; have the project in its own directory"
        )
    return pack_directory(shared, work)


def _top_of_repository(project: Project, work: Path) -> Path | None:
    """The top of the working tree that the project lies in; None if it lies in none, or without git."""
    try:
        answer = git_in(project.root, project.env, work, launch).run("rev-parse", "--show-toplevel")
    except CheckoutError:
        return None
    return Path(answer.line) if answer.ok and answer.line else None


def shared_parts(directories: tuple[Path, ...]) -> list[str]:
    """Return the parts of the path that all of these directories lie in."""
    shared = []
    for parts in zip(*(directory.parts for directory in directories), strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return shared
