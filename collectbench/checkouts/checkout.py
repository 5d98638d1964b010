"""The two checkouts of a comparison, and the environment in which each is measured."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.attribution.origins import INSTALLED
from collectbench.checkouts.git import without_local_variables

ENVIRONMENT_MARKERS = ("pyvenv.cfg", "conda-meta")
"""A file at the top of each virtual environment (PEP 405), and a directory at the top of each conda environment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """One of two working trees that differ only in their files.

    Attributes:
        label: the side that it is in the comparison: `base` or `head`.
        commit: full name of its commit; HEAD for the head, on which the user's changes lie as files.
        toplevel: the top of the working tree, absolute.
        root: the project's root in it, where pytest starts.
        env: the complete environment of the measured children; both checkouts have the same names and lengths.
        roots: directories, relative to the top, that come first on PYTHONPATH so that the checkout finds its own
            modules.
    """

    label: str
    commit: str
    toplevel: Path
    root: Path
    env: Mapping[str, str]
    roots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkouts:
    """Base and head of a comparison.

    Attributes:
        origin: the top of the user's own working tree.
        dirty: whether the head has uncommitted changes or untracked files.
        changed: files that differ, relative to the top; also submodules that differ, and the files in them.
        notes: facts about the checkouts that a reader must know.
        later: files of the user's tree that came after both commits; neither checkout gets a copy of them.
    """

    origin: Path
    base: Checkout
    head: Checkout
    dirty: bool
    changed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    later: frozenset[str] = frozenset()

    @property
    def both(self) -> tuple[Checkout, Checkout]:
        """Base and head."""
        return self.base, self.head


def checkout_env(env: Mapping[str, str], origin: Path, toplevel: Path, root: Path) -> dict[str, str]:
    """Return the environment that the user would have if the user's tree lay at `toplevel`.

    Args:
        env: the user's environment.
        origin: the top of the user's tree.
        toplevel: the top of the checkout.
        root: the directory of the checkout in which the children start.
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
    for spelling in (path, path.resolve()):
        if path.is_absolute() and spelling.is_relative_to(origin) and not in_environment(spelling, origin):
            return str(toplevel / spelling.relative_to(origin))
    return entry


def in_environment(path: Path, origin: Path) -> bool:
    """Whether a path within `origin` belongs to an environment there, such as `.venv`, and not to the project."""
    if any(part in INSTALLED for part in path.relative_to(origin).parts):
        return True
    ancestors = (path, *path.parents)
    directories = (directory for directory in ancestors if directory != origin and directory.is_relative_to(origin))
    return any((directory / marker).exists() for directory in directories for marker in ENVIRONMENT_MARKERS)


def with_roots(checkout: Checkout, roots: Sequence[str]) -> Checkout:
    """Return the checkout with its counterparts of import roots (relative to the top) in front of PYTHONPATH."""
    if not roots:
        return checkout
    rest = [checkout.env["PYTHONPATH"]] if checkout.env.get("PYTHONPATH") else []
    path = os.pathsep.join([*(str(checkout.toplevel / root) for root in roots), *rest])
    return replace(checkout, env={**checkout.env, "PYTHONPATH": path}, roots=(*roots, *checkout.roots))
