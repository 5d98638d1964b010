"""Whether a side's modules came from that side, and what to do where they came from the user's own tree."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.checkouts.checkout import Checkout, Checkouts, in_environment, with_roots
from collectbench.checkouts.installs import Install, find_installs
from collectbench.checkouts.sharing import METADATA, share_ignored
from collectbench.model.errors import UsageError
from collectbench.model.probe_files import RUNNER

MODULES = (".py", ".so", ".pyd", ".dylib")

SHOWN = 5
"""How many files a refusal names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnModules:
    """What tells whether the modules that a round on a side loaded are that side's own.

    Attributes:
        origin: the top of the user's tree.
        installs: how the project is installed.
        installed: folders of the standard library and of installed packages, which may lie in the user's tree.
        shared: files that serve both sides alike, relative to the top.
    """

    origin: Path
    installs: tuple[Install, ...] = ()
    installed: tuple[Path, ...] = ()
    shared: frozenset[str] = frozenset()

    @classmethod
    def of(cls, origin: Path, installed: Sequence[Path], shared: Collection[str] = ()) -> OwnModules:
        """Look how the project in the user's tree is installed."""
        return cls(
            origin=origin,
            installs=tuple(find_installs(installed, origin)),
            installed=tuple(installed),
            shared=frozenset(shared),
        )

    def foreign(self, loaded: Iterable[Path]) -> tuple[Path, ...]:
        """The modules that came from the user's tree, or from an installed copy of it.

        `loaded` are the absolute paths of all files that the round loaded or read. Links are followed in what is
        returned where these lead into the user's tree; it is sorted.
        """
        copies = frozenset().union(*(install.copies for install in self.installs))
        found = set()
        for path in (path for path in loaded if path.suffix in MODULES):
            real = path.resolve()
            if path in copies:
                found.add(path)
            elif real.is_relative_to(self.origin) and real.relative_to(self.origin).as_posix() not in self.shared:
                found.update(() if _belongs_elsewhere(real, self.origin, self.installed) else (real,))
        return tuple(sorted(found))


def with_own_modules(sides: Checkouts, look: Callable[[Checkout], Iterable[Path]], modules: OwnModules) -> Checkouts:
    """The sides, with the path changed where that is what makes each find its own modules.

    Args:
        sides: base and head.
        look: runs a round on a side, and returns the absolute paths of all files that it loaded or read. Called once
            for each side, and once more where the path was changed.
        modules: tells which of them are the side's own.

    Raises:
        UsageError: a side does not find its own modules, and nothing safe changes that; or what it lacks then was
            made from sources that differ.
    """
    installs = modules.installs
    found = _foreign_by_side(sides, look, modules)
    if not found:
        return sides
    wrong = tuple(sorted({path for paths in found.values() for path in paths}))
    roots = import_roots(wrong, sides, installs)
    mended = repaired(sides, roots)
    if mended is not sides:
        share_ignored(sides, _missing_modules(sides, roots, installs), modules.installed)
        found = _foreign_by_side(mended, look, modules)
    if found:
        raise UsageError(refusal(found, installs))
    return mended


def _foreign_by_side(
    sides: Checkouts, look: Callable[[Checkout], Iterable[Path]], modules: OwnModules
) -> dict[str, tuple[Path, ...]]:
    found = {side.label: modules.foreign(look(side)) for side in sides.both}
    return {label: paths for label, paths in found.items() if paths}


def _belongs_elsewhere(path: Path, origin: Path, installed: Sequence[Path]) -> bool:
    """Whether a file is none of the project's modules; our own probe may lie in the tree that it measures."""
    metadata = any(part.endswith(METADATA) for part in path.parts) or path.is_relative_to(RUNNER.parent)
    return metadata or in_environment(path, origin) or any(path.is_relative_to(folder) for folder in installed)


def import_roots(foreign: Sequence[Path], sides: Checkouts, installs: Sequence[Install]) -> tuple[str, ...]:
    """The folders, relative to the top, that have to be on the path for a side to find its own modules.

    Left out is what would do harm: a folder that the head lacks, one whose modules would hide the standard library's
    (what is on PYTHONPATH comes before that), and one without all modules that the installed copy has.
    """
    found: dict[str, None] = {}
    for path in foreign:
        root = _root_of_copy(path, sides, installs) or _root_of(path, sides.origin, installs)
        if root is not None and not any(_hides_the_standard_library(side.toplevel / root) for side in sides.both):
            found[root] = None
    return tuple(root for root in found if (sides.head.toplevel / root).is_dir())


def _root_of(path: Path, origin: Path, installs: Sequence[Install]) -> str | None:
    """From where a file in the user's tree was imported: what an install names, else the folder around its package."""
    if not path.is_relative_to(origin):
        return None
    folder = path.parent
    while (folder / "__init__.py").exists() and folder != origin:
        folder = folder.parent
    named = [root for install in installs for root in install.roots if folder.is_relative_to(root)]
    return max(named, key=lambda root: len(root.parts), default=folder).relative_to(origin).as_posix()


def _root_of_copy(path: Path, sides: Checkouts, installs: Sequence[Install]) -> str | None:
    """The folder that holds all modules of which copies are installed, that at `path` among them."""
    for install in (install for install in installs if path in install.copies):
        for root in (root.relative_to(sides.origin) for root in install.roots):
            places = [(sides.head.toplevel / root / name, sides.origin / root / name) for name in _copied(install)]
            if all(of_head.exists() or of_user.exists() for of_head, of_user in places):
                return root.as_posix()
    return None


def _missing_modules(sides: Checkouts, roots: Sequence[str], installs: Sequence[Install]) -> list[Path]:
    """What the installed copy has of the user's tree and git ignores, as the version that a build wrote there."""
    names = {name for install in installs for name in _copied(install)}
    found = {Path(root) / name for root in roots for name in names}
    return [sides.origin / path for path in sorted(found) if not (sides.head.toplevel / path).exists()]


def _copied(install: Install) -> list[Path]:
    """The installed copies of modules, relative to the folder among whose packages they are."""
    return [copy.relative_to(install.file.parent.parent) for copy in install.copies if copy.suffix in MODULES]


def _hides_the_standard_library(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    names = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    return bool(names & sys.stdlib_module_names)


def repaired(sides: Checkouts, roots: Sequence[str]) -> Checkouts:
    """Both sides with their counterparts of import roots in front of PYTHONPATH, and a note that says so."""
    if not roots:
        return sides
    note = (
        f"the project is installed from {sides.origin}: so that each side finds its own modules, its "
        f"{', '.join(roots)} came first on PYTHONPATH"
    )
    base, head = (with_roots(side, roots) for side in sides.both)
    return replace(sides, base=base, head=head, notes=(*sides.notes, note))


def refusal(foreign: Mapping[str, Sequence[Path]], installs: Sequence[Install]) -> str:
    """Why the sides cannot be measured: which modules came from elsewhere (by label), what does it, and the way out."""
    paths = sorted({path for found in foreign.values() for path in found})
    names = ", ".join(map(str, paths[:SHOWN]))
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    by = ", ".join(str(install.file) for install in installs)
    cause = f"That is how the project is installed ({by}). " if by else "Something puts that tree on the path. "
    return (
        f"--against: on the {' and '.join(foreign)} side, modules came from elsewhere than its own work tree, so that "
        f"what changed could not be seen: {names}{more}. {cause}Where that is an import hook or holds built modules, "
        "install the project with a plain path instead (for setuptools: --config-settings editable_mode=compat), or "
        'uninstall it and name the folder of its packages in pytest\'s configuration (pythonpath = ["src"]).'
    )
