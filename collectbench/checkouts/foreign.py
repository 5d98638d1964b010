"""Finds modules of a checkout that came from the user's tree instead, and makes each checkout find its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.checkouts.checkout import Checkout, Checkouts, in_environment, with_roots
from collectbench.checkouts.installs import Install, find_installs
from collectbench.checkouts.sharing import METADATA, share_ignored
from collectbench.model.errors import CheckoutError
from collectbench.model.probe_files import RUNNER
from collectbench.model.reason import Reason

MODULES = (".py", ".so", ".pyd", ".dylib")

SHOWN = 5
"""How many files a message names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnModules:
    """Decides whether the modules that a round in a checkout loaded are that checkout's own.

    Attributes:
        origin: the top of the user's tree.
        installs: how the project is installed.
        installed: directories of the standard library and of installed packages; they may lie in the user's tree.
        shared: files that both checkouts use, relative to the top.
    """

    origin: Path
    installs: tuple[Install, ...] = ()
    installed: tuple[Path, ...] = ()
    shared: frozenset[str] = frozenset()

    @classmethod
    def of(cls, origin: Path, installed: Sequence[Path], shared: Collection[str] = ()) -> OwnModules:
        """Find out how the project in the user's tree is installed."""
        return cls(
            origin=origin,
            installs=tuple(find_installs(installed, origin)),
            installed=tuple(installed),
            shared=frozenset(shared),
        )

    def foreign(self, loaded: Iterable[Path]) -> tuple[Path, ...]:
        """Return the modules that came from the user's tree, or from an installed copy of it; sorted.

        `loaded` are the absolute paths of all files that the round loaded or read. Returned paths are resolved if they
        lead into the user's tree.
        """
        copies = frozenset().union(*(install.copies for install in self.installs))
        foreign = set()
        for path in (path for path in loaded if path.suffix in MODULES):
            real = path.resolve()
            if path in copies:
                foreign.add(path)
            elif real.is_relative_to(self.origin) and real.relative_to(self.origin).as_posix() not in self.shared:
                foreign.update(() if _belongs_elsewhere(real, self.origin, self.installed) else (real,))
        return tuple(sorted(foreign))


def with_own_modules(
    checkouts: Checkouts, loaded_by: Callable[[Checkout], Iterable[Path]], modules: OwnModules
) -> Checkouts:
    """Return the checkouts, with PYTHONPATH changed if only that makes each find its own modules.

    Args:
        checkouts: base and head.
        loaded_by: runs a round in a checkout, and returns the absolute paths of all files that it loaded or read.
            Called once for each checkout, and once more if PYTHONPATH was changed.
        modules: decides which of them are the checkout's own.

    Raises:
        CheckoutError: a checkout does not find its own modules, and no safe change helps; or a file that it then lacks
            was made from sources that differ.
    """
    installs = modules.installs
    foreign = _foreign_by_label(checkouts, loaded_by, modules)
    if not foreign:
        return checkouts
    roots = import_roots(sorted({path for paths in foreign.values() for path in paths}), checkouts, installs)
    repaired = with_import_roots(checkouts, roots)
    if repaired is not checkouts:
        share_ignored(checkouts, _missing_modules(checkouts, roots, installs), modules.installed)
        foreign = _foreign_by_label(repaired, loaded_by, modules)
    if foreign:
        raise CheckoutError(foreign_problem(foreign, installs))
    return repaired


def _foreign_by_label(
    checkouts: Checkouts, loaded_by: Callable[[Checkout], Iterable[Path]], modules: OwnModules
) -> dict[str, tuple[Path, ...]]:
    by_label = {checkout.label: checkout for checkout in checkouts.both}  # one, if a commit stands for base and head
    foreign = {label: modules.foreign(loaded_by(checkout)) for label, checkout in by_label.items()}
    return {label: paths for label, paths in foreign.items() if paths}


def _belongs_elsewhere(path: Path, origin: Path, installed: Sequence[Path]) -> bool:
    """Whether a file in the user's tree is not a module of the project; our own probe may lie in the measured tree."""
    metadata = any(part.endswith(METADATA) for part in path.parts) or path.is_relative_to(RUNNER.parent)
    return metadata or in_environment(path, origin) or any(path.is_relative_to(directory) for directory in installed)


def import_roots(foreign: Sequence[Path], checkouts: Checkouts, installs: Sequence[Install]) -> tuple[str, ...]:
    """Return the directories, relative to the top, that a checkout needs on its path to find its own modules.

    Directories that would do harm are omitted: one that the head lacks, one whose modules would hide the standard
    library's (PYTHONPATH comes before it), and one that lacks modules of the installed copy.
    """
    roots: dict[str, None] = {}
    for path in foreign:
        root = _root_of_copy(path, checkouts, installs) or _root_of(path, checkouts.origin, installs)
        if root is not None and not any(
            hides_the_standard_library(checkout.toplevel / root) for checkout in checkouts.both
        ):
            roots[root] = None
    return tuple(root for root in roots if (checkouts.head.toplevel / root).is_dir())


def _root_of(path: Path, origin: Path, installs: Sequence[Install]) -> str | None:
    """The import root of a file in the user's tree: one that an install names, else the parent of its package."""
    if not path.is_relative_to(origin):
        return None
    directory = path.parent
    while (directory / "__init__.py").exists() and directory != origin:
        directory = directory.parent
    named = [root for install in installs for root in install.roots if directory.is_relative_to(root)]
    return max(named, key=lambda root: len(root.parts), default=directory).relative_to(origin).as_posix()


def _root_of_copy(path: Path, checkouts: Checkouts, installs: Sequence[Install]) -> str | None:
    """The directory that holds all modules whose copies are installed, also the module whose copy is `path`."""
    for install in (install for install in installs if path in install.copies):
        for root in (root.relative_to(checkouts.origin) for root in install.roots):
            in_head, in_origin = checkouts.head.toplevel / root, checkouts.origin / root
            if all((in_head / name).exists() or (in_origin / name).exists() for name in _copied(install)):
                return root.as_posix()
    return None


def _missing_modules(checkouts: Checkouts, roots: Sequence[str], installs: Sequence[Install]) -> list[Path]:
    """Files of the user's tree that are installed but not in the head, such as a version file that a build wrote."""
    names = {name for install in installs for name in _copied(install)}
    candidates = {Path(root) / name for root in roots for name in names}
    return [checkouts.origin / path for path in sorted(candidates) if not (checkouts.head.toplevel / path).exists()]


def _copied(install: Install) -> list[Path]:
    """The installed copies of modules, relative to the directory that holds the installed packages."""
    return [copy.relative_to(install.file.parent.parent) for copy in install.copies if copy.suffix in MODULES]


def hides_the_standard_library(directory: Path) -> bool:
    """Whether modules in a directory would hide those of the standard library, if it came first on the path."""
    if not directory.is_dir():
        return False
    names = {path.stem for path in directory.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    return bool(names & sys.stdlib_module_names)


def with_import_roots(checkouts: Checkouts, roots: Sequence[str]) -> Checkouts:
    """Return both checkouts with their counterparts of import roots in front of PYTHONPATH, and a note about it."""
    if not roots:
        return checkouts
    note = (
        f"the project is installed from {checkouts.origin}; {', '.join(roots)} of each checkout came first on "
        "PYTHONPATH, so that base and head find their own modules"
    )
    base, head = (with_roots(checkout, roots) for checkout in checkouts.both)
    return replace(checkouts, base=base, head=head, notes=(*checkouts.notes, note))


def foreign_problem(foreign: Mapping[str, Sequence[Path]], installs: Sequence[Install]) -> Reason:
    """Return why the checkouts cannot be measured: the foreign modules (by label), their cause, and the ways out."""
    paths = sorted({path for paths in foreign.values() for path in paths})
    names = ", ".join(map(str, paths[:SHOWN]))
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    files = ", ".join(str(install.file) for install in installs)
    cause = f"the project is installed that way ({files})" if files else "something puts your own tree on the path"
    whose = "its checkout" if len(foreign) == 1 else "their checkouts"
    return Reason(
        fact=f"the {' and '.join(foreign)} loaded modules from outside {whose}, so the change would not be "
        f"measured: {names}{more}; {cause}",
        remedies=(
            (
                "install the project with a plain path instead of an import hook or built modules (for setuptools: "
                "--config-settings editable_mode=compat)"
            ),
            'uninstall it and name the directory of its packages in pytest\'s configuration (pythonpath = ["src"])',
        ),
    )
