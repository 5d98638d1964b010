"""What all rounds of a command share: the interpreter, the directories, the environment, the launcher."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from collectbench.attribution.origins import Places
from collectbench.measure.machine import noise
from collectbench.measure.process.launch import Launcher
from collectbench.measure.round.loaded import Digests
from collectbench.measure.round.user_tree import UserTree
from collectbench.model.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The place and the means of rounds.

    Attributes:
        python: program and options of the interpreter that owns the tests.
        root: the directory that paths and names are relative to.
        start: the directory in which pytest is started; None for `root`.
        rootdir: pytest's rootdir, which node ids are relative to; None for `root`.
        env: the complete environment of the children.
        work: a directory of our own, outside the user's tree.
        timeout_s: seconds that one round may take.
        launch: starts a child and waits for its end.
        tree: puts the user's tree back as it was.
        alone: whether rounds run one at a time, as figures that are compared need.
        known_roots: pytest's rootdir and its cache, which the guard watches wherever they lie.
        stdlib: directories of the standard library, which decide whose code a file is.
        installed: directories of installed packages, likewise.
        moved: a tree around the root that stands for another one, and that one: paths are shown as they are there.
        digests: of files that counted rounds loaded.
        own_directories: directories of ours in the user's tree, such as that of the baselines; no input of a round.
        input_key: of the hashes of environment variables (see `Inputs`).
        read_noise: reads the sensors of other load on the machine.
    """

    python: tuple[str, ...]
    root: Path
    env: Mapping[str, str]
    work: Path
    timeout_s: float
    launch: Launcher
    tree: UserTree
    start: Path | None = None
    rootdir: Path | None = None
    alone: bool = True
    known_roots: tuple[Path, ...] = ()
    stdlib: tuple[str, ...] = ()
    installed: tuple[str, ...] = ()
    moved: tuple[str, str] | None = None
    digests: Digests = field(default_factory=Digests)
    own_directories: tuple[Path, ...] = ()
    input_key: str = field(default_factory=partial(secrets.token_hex, 8))
    read_noise: Callable[[], noise.Reading] = noise.read

    @property
    def cwd(self) -> Path:
        """The directory in which pytest is started."""
        return self.root if self.start is None else self.start

    def from_cwd(self, path: str) -> str:
        """A path that is relative to the root, as pytest finds it from where it is started; absolute ones stay."""
        return self._seen_from(self.cwd, path)

    def in_node_ids(self, path: str) -> str:
        """A path that is relative to the root, as node ids begin with it; absolute ones stay."""
        return self._seen_from(self.rootdir or self.root, path)

    def _seen_from(self, directory: Path, path: str) -> str:
        if directory == self.root or os.path.isabs(path):  # noqa: PTH117 - text in, text out
            return path
        return os.path.relpath(self.root / path, directory)


def places_of(bench: Bench, target: Target) -> Places:
    """The directories that tell whose code a file is, in rounds of `target`."""
    return Places(
        rootdir=str(bench.root),
        targets=tuple(os.path.normpath(bench.root / path) for path in target.paths),
        stdlib=bench.stdlib,
        site_packages=bench.installed,
        moved=bench.moved,
        node_ids_from=str(bench.rootdir or bench.root),
    )
