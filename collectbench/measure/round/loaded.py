"""The files and directories that the work of a counted round depended on, and one digest over all of them."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from collectbench.model.trace import Trace

SIDE_EFFECTS = frozenset(("__pycache__", ".pytest_cache", ".git"))
"""Directories with products or records of the code: they do not change its work."""
SYSTEM = ("/proc/", "/sys/", "/dev/")
CACHED = frozenset(("__pycache__", ".pytest_cache"))
"""Those of them that every run of the tests reads and writes."""
BLOCK = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """Absolute paths of the files that were opened for reading, and of the directories that were listed.

    `walked` are directories that pytest itself listed, `searched` those in which Python looked for modules, `variables`
    the environment variables that Python code read; an empty name stands for all of them. `has_gaps` says that
    a process was started in a way that no counter shows, or a file was opened relative to a directory that is unknown.
    """

    read: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    walked: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    has_gaps: bool = False


def read_touched(directory: Path) -> Touched:
    """Read the paths that a counted round noted; none if the round was of another kind, or did not end."""
    try:
        entries = (directory / "touched").read_bytes().split(b"\0")[:-1]
    except FileNotFoundError:
        return Touched()
    of_kind: dict[bytes, list[str]] = {b"r": [], b"d": [], b"w": [], b"m": [], b"v": [], b"s": []}
    for entry in entries:
        of_kind[entry[:1]].append(os.fsdecode(entry[1:]))
    return Touched(
        read=tuple(map(_normal, of_kind[b"r"])),
        listed=tuple(map(_normal, of_kind[b"d"])),
        walked=tuple(map(_normal, of_kind[b"w"])),
        searched=tuple(map(_normal, of_kind[b"m"])),
        variables=tuple(of_kind[b"v"]),
        has_gaps=bool(of_kind[b"s"]),
    )


def _normal(path: str) -> str:
    """The path without `.` and `..`; after a symbolic link, `..` is the parent of what the link leads to."""
    return os.path.realpath(path) if "/../" in path else os.path.normpath(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The input of a round: files that were loaded or read, and directories, each once; see `Touched`."""

    files: tuple[str, ...]
    directories: tuple[str, ...]
    walked: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()


def find_loaded(
    trace: Trace, touched: Touched, ours: Iterable[Path], side_effects: frozenset[str] = SIDE_EFFECTS
) -> Loaded:
    """The input of a round, without the directories of `ours`, the products of the code itself, and the system's files.

    Products are in directories with a name of `side_effects`. Modules count as loaded even if no audit event showed
    that they were opened: extension modules have none, and of other modules often only the bytecode is opened.
    """
    omitted = (*SYSTEM, *(f"{directory}/" for directory in ours))

    def is_input(path: str) -> bool:
        return not f"{path}/".startswith(omitted) and side_effects.isdisjoint(path.split("/"))

    modules = {frame.path for frame in trace.imports if frame.path.startswith("/")}
    read = {_source_of(path) if path.endswith(".pyc") else path for path in touched.read}
    return Loaded(
        files=tuple(sorted(filter(is_input, modules | read))),
        directories=tuple(sorted(filter(is_input, set(touched.listed)))),
        walked=tuple(sorted(filter(is_input, set(touched.walked).difference(touched.listed)))),
        searched=tuple(sorted(filter(is_input, set(touched.searched).difference(touched.listed, touched.walked)))),
    )


def _source_of(bytecode: str) -> str:
    """The source file of a file of bytecode; a file without the name of an interpreter has no other source."""
    directory, _, name = bytecode.rpartition("/")
    stem, tag, _ = name.rpartition(".cpython-") if ".cpython-" in name else name.rpartition(".pypy")
    return f"{directory.removesuffix('/__pycache__')}/{stem}.py" if tag else bytecode


class Digests:
    """Digests of files. Each file is read once while it does not change: all targets load the same packages."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int], str] = {}

    def over(self, loaded: Loaded, display: Callable[[str], str], own: Collection[str] = ()) -> str:
        """The digest over the bytes of all files and the sorted names in all directories, each with its path.

        Paths count as `display` writes them: relative to the rootdir, two worktrees of the same commit are the same.
        A path that is missing, or is not a regular file, counts as such. `own` are directories of ours: that they came
        or went is not a change.
        """
        directories = (*loaded.directories, *loaded.walked, *loaded.searched)
        lines = sorted([*self._file_lines(loaded.files, display), *_directory_lines(directories, display, own)])
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()

    def _file_lines(self, paths: Iterable[str], display: Callable[[str], str]) -> Iterator[str]:
        for path in paths:
            yield f"file\0{display(path)}\0{self.of_file(path)}\n"

    def of_file(self, path: str) -> str:
        """The SHA-256 of the bytes of a regular file, hexadecimal; else the name of the error, or `no file`."""
        try:
            state = os.stat(path)  # noqa: PTH116 - hundreds of thousands of paths as text
            if not stat.S_ISREG(state.st_mode):
                return "no file"
            key = (path, state.st_size, state.st_mtime_ns)
            if key not in self._known:
                self._known[key] = _digest(path)
            return self._known[key]
        except OSError as error:
            return type(error).__name__


def _digest(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:  # noqa: PTH123 - as above
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _directory_lines(paths: Iterable[str], display: Callable[[str], str], own: Collection[str]) -> Iterator[str]:
    for path in paths:
        try:
            listed = os.listdir(path)  # noqa: PTH208 - as above
            names = "\0".join(sorted(each for each in listed if _is_input_name(each) and f"{path}/{each}" not in own))
        except OSError as error:
            names = type(error).__name__
        yield f"folder\0{display(path)}\0{names}\n"


def _is_input_name(name: str) -> bool:
    return name not in SIDE_EFFECTS and not name.endswith(".pyc")
