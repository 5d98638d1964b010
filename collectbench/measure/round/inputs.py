"""Reads the inputs of a target: after its counted rounds, and again when a later command asks what has changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from posixpath import dirname

from collectbench.attribution.origins import Places, display_path, is_below
from collectbench.measure.round.bench import Bench, places_of
from collectbench.measure.round.loaded import Digests, Loaded
from collectbench.measure.round.request import COUNTED_ENV
from collectbench.model.inputs import ALL_VARIABLES, CACHES, MISSING, OF_OURS, Inputs, is_found_by_search
from collectbench.model.target import Target

LENGTH = 20
"""Hexadecimal digits of a digest: 80 bits, so that two files never share one by chance."""

HASH_BYTES = 4

READ_IN_C = ("LANG", "LC_", "LD_", "PYTEST_", "PYTHON", "TZ")
"""How the names of the variables begin that no Python code reads, but that change what it does."""

OF_SHELLS = frozenset(("_", "OLDPWD", "SHLVL"))
"""Variables that shells change with each command. They never count: else code that copies all would always differ."""

LONGEST_BEGIN = 200
"""Bytes of a document within which it says its kind."""

MOST_LINKS = 40
"""A longer chain of symbolic links is a circle, as for Linux."""

_FAILED = {"FileNotFoundError": MISSING, "NotADirectoryError": MISSING}
_NAMED = ("<site-packages>", "<stdlib>")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a command has found out about inputs of its targets, by the input: most targets read the same files."""

    files: dict[str, str] = field(default_factory=dict)
    directories: dict[str, str] = field(default_factory=dict)
    searched: dict[str, str] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    """Whether directories are symbolic links: their own absolute path, else an empty text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputReader:
    """Reads files, directories and variables as a round of one target would find them.

    Attributes:
        places: decide how paths are written.
        top: the top of the repository, else the rootdir: directories up to it count.
        own: directories of ours in the tree, such as that of the baselines. Their names are not an input.
        env: the complete environment of the target's rounds.
        request: see `Inputs`, as for `key`.
        digests: of files.
    """

    places: Places
    top: str
    own: frozenset[str]
    env: Mapping[str, str]
    request: str
    key: str
    digests: Digests = field(default_factory=Digests)

    @classmethod
    def of(cls, bench: Bench, target: Target) -> InputReader:
        """The reader for rounds of `target`."""
        places = places_of(bench, target)
        return cls(
            places=places,
            top=_top_of(bench.root),
            own=frozenset(map(str, bench.own_directories)),
            env={**bench.env, **target.env, **COUNTED_ENV},
            request=_request(target, bench.python[1:]),
            key=bench.input_key,
            digests=bench.digests,
        )

    def read(self, loaded: Loaded, variables: Iterable[str]) -> Inputs:
        """The inputs of a round that has just ended; an empty name among the variables stands for all of them."""
        files = [*map(self._uncached, loaded.files), *self._path_files()]
        walked = dict.fromkeys(loaded.walked)
        for path in files:
            walked.update(dict.fromkeys(self._above(path)))
        others = sorted(walked.keys() - set(loaded.directories))
        return Inputs(
            files=self._each(files, self._of_file),
            listed=self._each(loaded.directories, self._of_names),
            directories=self._each(others, self._of_names),
            searched=self._each([path for path in loaded.searched if path not in walked], self._of_modules),
            variables=self._of_variables([name or ALL_VARIABLES for name in variables], self.key),
            key=self.key,
            request=self.request,
        )

    def read_again(self, stored: Inputs, seen: Seen) -> Inputs:
        """The same inputs as they are now; each file and directory is looked at once for all targets."""
        for path in stored.files.keys() - seen.files.keys():
            seen.files[path] = self._of_places(path, self._of_file)
        for path in (stored.listed.keys() | stored.directories.keys()) - seen.directories.keys():
            seen.directories[path] = self._of_places(path, self._of_names)
        for path in stored.searched.keys() - seen.searched.keys():
            seen.searched[path] = self._of_places(path, self._of_modules)
        return Inputs(
            files={path: seen.files[path] for path in stored.files},
            listed={path: seen.directories[path] for path in stored.listed},
            directories={path: seen.directories[path] for path in stored.directories},
            searched={path: seen.searched[path] for path in stored.searched},
            variables=self._of_variables(stored.variables, stored.key),
            key=stored.key,
            request=self.request,
        )

    def names_of(self, paths: Iterable[str], seen: Seen) -> dict[str, str]:
        """The absolute paths of inputs in the repository, also on the way of symbolic links, each with the input."""
        names: dict[str, str] = {}
        tops = (self.top, os.path.realpath(self.top))
        for path in paths:
            if path not in seen.names:
                absolute = self.absolute(path)
                places = _hops(absolute, seen.parents) if not path.startswith(_NAMED) else ()
                seen.names[path] = places if any(is_below(place, top) for place in places for top in tops) else ()
            names.update(dict.fromkeys(seen.names[path], path))
        return names

    def absolute(self, path: str) -> str:
        """The absolute path of an input; of several directories of installed packages, one that has it."""
        return self._existing(path)[0]

    def _existing(self, path: str) -> list[str]:
        """All absolute paths of an input that exist; if none does, one of them."""
        for name, directories in zip(_NAMED, (self.places.site_packages, self.places.stdlib), strict=True):
            if is_below(path, name) and directories:
                candidates = [directory + path[len(name) :] for directory in directories]
                return [*filter(os.path.lexists, candidates)] or candidates[:1]
        return [os.path.normpath(os.path.join(self.places.rootdir, path))]  # noqa: PTH118 - thousands of paths as text

    def _each(self, paths: Iterable[str], digest_of: Callable[[str], str]) -> dict[str, str]:
        names = dict.fromkeys(map(self._display, paths))
        return {name: self._of_places(name, digest_of) for name in names}

    def _of_places(self, path: str, digest_of: Callable[[str], str]) -> str:
        """The digest of an input; a name that stands for several, as that of two site-packages, has one of all."""
        digests = [digest_of(place) for place in self._existing(path)]
        return digests[0] if len(digests) == 1 else _digest("\0".join(digests))

    def _uncached(self, path: str) -> str:
        """The place of a source whose bytecode lies in a directory of its own."""
        prefix = self.env.get("PYTHONPYCACHEPREFIX", "").rstrip("/")
        return path[len(prefix) :] if prefix and is_below(path, prefix) else path

    def _path_files(self) -> Iterator[str]:
        """The .pth files, which Python reads before a round can notice."""
        for directory in map(Path, self.places.site_packages):
            yield from map(str, sorted(directory.glob("*.pth")))

    def _always_read(self) -> Iterator[str]:
        """The variables that Python or C libraries read themselves."""
        return (name for name in self.env if name.startswith(READ_IN_C))

    def _display(self, path: str) -> str:
        shown = display_path(path, self.places)
        if shown.startswith("/") and is_below(shown, self.top):
            return os.path.relpath(shown, self.places.rootdir)
        return shown

    def _above(self, path: str) -> Iterator[str]:
        """The directories that hold a file of the repository, from its own up to the top."""
        if display_path(path, self.places).startswith(_NAMED):
            return
        if not is_below(path, self.top):  # perhaps by way of a link to the repository
            path = os.path.realpath(path)
        while is_below(path := dirname(path), self.top):
            yield path

    def _of_file(self, path: str) -> str:
        digest = self.digests.of_file(path)
        return _FAILED.get(digest, digest)[:LENGTH]

    def _is_own(self, path: str, *, is_directory: bool) -> bool:
        """Whether a path is one of our files, or a directory of ours that holds nothing else."""
        if not any(is_below(path, own) for own in self.own):
            return False
        if not is_directory:
            return is_our_file(path)
        return all(is_our_file(f"{above}/{name}") for above, _, names in os.walk(path) for name in names)

    def _of_names(self, directory: str) -> str:
        return self._of_entries(directory, lambda name, is_directory: True)

    def _of_modules(self, directory: str) -> str:
        return self._of_entries(
            directory, lambda name, is_directory: is_found_by_search(name, is_directory=is_directory)
        )

    def _of_entries(self, directory: str, counts: Callable[[str, bool], bool]) -> str:
        """The digest of the names in a directory that count, with a slash after those of directories."""
        prefix = directory.rstrip("/") + "/"
        try:
            with os.scandir(directory) as found:
                entries = [(entry.name, entry.is_dir()) for entry in found if entry.name not in CACHES]
        except OSError as error:
            return _FAILED.get(type(error).__name__, type(error).__name__)[:LENGTH]
        kept = [
            (name, is_dir)
            for name, is_dir in entries
            if counts(name, is_dir) and not self._is_own(prefix + name, is_directory=is_dir)
        ]
        return _digest("\0".join(sorted(f"{name}/" if is_dir else name for name, is_dir in kept)))

    def _of_variables(self, names: Iterable[str], key: str) -> dict[str, str]:
        return {name: self._of_variable(name, key) for name in sorted({*names, *self._always_read()} - OF_SHELLS)}

    def _of_variable(self, name: str, key: str) -> str:
        if name == ALL_VARIABLES:
            value: str | None = "\0".join(f"{each}={self.env[each]}" for each in sorted(self.env.keys() - OF_SHELLS))
        else:
            value = self.env.get(name)
        if value is None:
            return MISSING
        data, secret = (
            value.encode("utf-8", "surrogateescape"),
            key.encode("utf-8", "surrogatepass")[: hashlib.blake2b.MAX_KEY_SIZE],
        )
        return hashlib.blake2b(data, key=secret, digest_size=HASH_BYTES).hexdigest()


def joined(inputs: Sequence[Inputs | None]) -> Inputs | None:
    """The inputs of all rounds of one target; None if they are unknown for a round, or one of them changed between."""
    known = [each for each in inputs if each is not None]
    files = _united([each.files for each in known])
    listed = _united([each.listed for each in known])
    directories = _united([each.directories for each in known])
    searched = _united([each.searched for each in known])
    variables = _united([each.variables for each in known])
    if not known or len(known) < len(inputs):
        return None
    if files is None or listed is None or directories is None or searched is None or variables is None:
        return None
    return replace(
        known[0], files=files, listed=listed, directories=directories, searched=searched, variables=variables
    )


def _united(mappings: Sequence[Mapping[str, str]]) -> dict[str, str] | None:
    """All entries; None if two mappings contradict each other."""
    united = {name: digest for mapping in mappings for name, digest in mapping.items()}
    return united if all(mapping.items() <= united.items() for mapping in mappings) else None


def _hops(path: str, known: dict[str, str]) -> tuple[str, ...]:
    """`path`, each symbolic link that it leads through, and each path that it becomes there.

    `known` says where directories lead that were looked at before; empty for those that are no link.
    """
    hops = [path]
    for _ in range(MOST_LINKS):
        link = _first_link(hops[-1], known)
        if not link:
            break
        to = os.path.normpath(os.path.join(dirname(link), os.readlink(link)))  # noqa: PTH115, PTH118 - as text
        hops += [link, to + hops[-1][len(link) :]]
    return tuple(dict.fromkeys(hops))


def _first_link(path: str, known: dict[str, str]) -> str:
    """The outermost symbolic link on a path, itself among them; empty if there is none."""
    end = 0
    while (end := path.find("/", end + 1)) > 0:
        directory = path[:end]
        if directory not in known:
            known[directory] = directory if os.path.islink(directory) else ""  # noqa: PTH114 - thousands of paths as text
        if known[directory]:
            return directory
    return path if os.path.islink(path) else ""  # noqa: PTH114 - likewise


def is_our_file(path: str) -> bool:
    """Whether a file is a document of ours. The user may have other files of that suffix beside it."""
    if not path.endswith(OF_OURS):
        return False
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - text in
            return b'"collectbench.' in file.read(LONGEST_BEGIN)
    except OSError:
        return False


def _top_of(root: Path) -> str:
    """The top of the repository that holds `root`; `root` itself outside of one."""
    tops = (directory for directory in (root, *root.parents) if (directory / ".git").exists())
    return str(next(tops, root))


def _request(target: Target, python_options: Sequence[str]) -> str:
    parts = (target.paths, target.ignored, target.pytest_args, sorted(target.env.items()), target.module)
    return _digest(json.dumps([*parts, target.markers, target.keywords, list(python_options)]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:LENGTH]
