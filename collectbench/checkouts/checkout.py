"""The two sides of a comparison, and the environment in which each is measured."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.attribution.origins import INSTALLED
from collectbench.checkouts.git import without_local_variables

MARKS_OF_ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")
"""What lies at the top of a virtual environment (PEP 405), and of one of conda's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """One of two work trees that differ in nothing but their files.

    Attributes:
        label: `base` or `head`.
        commit: full name of what is checked out; the head's is a temporary commit where the user's tree has changes.
        toplevel: the top of the work tree, absolute.
        root: the project's root in it, where pytest is to be started.
        env: the complete environment of the measured children; names and lengths are the same on both sides.
        roots: folders, relative to the top, that come first on PYTHONPATH so that the side finds its own modules.
    """

    label: str
    commit: str
    toplevel: Path
    root: Path
    env: Mapping[str, str]
    roots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkouts:
    """What is compared.

    Attributes:
        origin: the top of the user's own work tree.
        head_commit: HEAD's own full name.
        dirty: whether the head holds changes that are not committed, or untracked files.
        changed: files that differ, those of submodules and the submodules themselves among them, relative to the top.
        notes: what a reader must know about the sides.
    """

    origin: Path
    base: Checkout
    head: Checkout
    head_commit: str
    dirty: bool
    changed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def both(self) -> tuple[Checkout, Checkout]:
        """Base and head."""
        return self.base, self.head


def checkout_env(env: Mapping[str, str], origin: Path, toplevel: Path, root: Path) -> dict[str, str]:
    """The user's environment, as it would be had the user's tree lain at `toplevel`.

    Args:
        env: the user's.
        origin: the top of the user's tree.
        toplevel: the top of the side.
        root: the folder on that side in which the children are started.
    """
    changed = without_local_variables(env)
    changed.pop("OLDPWD", None)
    if "PWD" in changed:
        changed["PWD"] = str(root)
    if "PYTHONPATH" in changed:
        entries = changed["PYTHONPATH"].split(os.pathsep)
        changed["PYTHONPATH"] = os.pathsep.join(_counterpart(entry, origin, toplevel) for entry in entries)
    return changed


def _counterpart(entry: str, origin: Path, toplevel: Path) -> str:
    path = Path(os.path.normpath(entry)) if entry else Path()
    for spelled in (path, path.resolve()):
        if path.is_absolute() and spelled.is_relative_to(origin) and not in_environment(spelled, origin):
            return str(toplevel / spelled.relative_to(origin))
    return entry


def in_environment(path: Path, origin: Path) -> bool:
    """Whether a path within `origin` belongs to an environment there, as `.venv` is one, and not to the project."""
    if any(part in INSTALLED for part in path.relative_to(origin).parts):
        return True
    folders = (folder for folder in (path, *path.parents) if folder != origin and folder.is_relative_to(origin))
    return any((folder / mark).exists() for folder in folders for mark in MARKS_OF_ENVIRONMENTS)


def with_roots(side: Checkout, roots: Sequence[str]) -> Checkout:
    """The side with its counterparts of import roots (relative to the top) in front of PYTHONPATH."""
    if not roots:
        return side
    rest = [side.env["PYTHONPATH"]] if side.env.get("PYTHONPATH") else []
    path = os.pathsep.join([*(str(side.toplevel / root) for root in roots), *rest])
    return replace(side, env={**side.env, "PYTHONPATH": path}, roots=(*roots, *side.roots))
