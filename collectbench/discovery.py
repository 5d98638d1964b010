"""Which targets there are: configured ones, the paths that were asked for, or what pytest itself would collect."""

from __future__ import annotations

import ast
import difflib
import fnmatch
import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from collectbench.measure.interpreter import Inspection
from collectbench.model.errors import UsageError
from collectbench.model.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be measured. `suite` is what one process collects, None where targets were selected."""

    root: Path
    targets: tuple[Target, ...]
    suite: Target | None
    selected: bool


SUITE = "suite"


def configured_plan(root: Path, targets: Sequence[Target]) -> Plan:
    """All targets of the configuration, and a suite of their paths together."""
    paths = outermost(path for target in targets for path in target.paths)
    return Plan(root=root, targets=tuple(targets), suite=Target(name=SUITE, paths=paths), selected=False)


def selected_plan(  # noqa: PLR0917 - where, and what of it
    root: Path,
    cwd: Path,
    configured: Sequence[Target],
    wanted: Sequence[str],
    inspection: Inspection,
    depth: int,
) -> Plan:
    """The targets that were asked for, by configured name or by path; a path is one target unless `depth` splits it.

    Raises:
        UsageError: names that are neither, all at once.
    """
    by_name = {target.name: target for target in configured}
    found: dict[str, Target] = {}
    mistakes = []
    for want in wanted:
        if want in by_name:
            found[want] = by_name[want]
            continue
        loose = want.endswith("/*")
        path = Path(os.path.normpath(cwd / (want[:-2] if loose else want)))
        if not path.exists():
            mistakes.append(_not_found(want, by_name))
            continue
        name = relative(path, root)
        candidates = split([name], root, inspection, 1 if loose else depth)
        found |= {target.name: target for target in candidates if not loose or target.name == f"{name}/*"}
        if loose and f"{name}/*" not in found:
            mistakes.append(f"{want}: no test files lie loose in {name}, or it has no folders with tests")
    if mistakes:
        raise UsageError(*mistakes)
    return Plan(root=root, targets=tuple(found.values()), suite=None, selected=True)


def discovered_plan(root: Path, cwd: Path, inspection: Inspection, depth: int = 1) -> Plan:
    """What pytest would collect if it was started in `cwd` without arguments, split `depth` levels down."""
    starts = _starts(root, cwd, inspection)
    targets = split(starts, root, inspection, depth)
    from_config = cwd == root == inspection.rootdir and bool(inspection.testpaths)
    paths = () if from_config or starts == (".",) else tuple(starts)
    return Plan(root=root, targets=tuple(targets), suite=Target(name=SUITE, paths=paths), selected=False)


def _not_found(want: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(want, list(names), n=1)
    hint = f"; did you mean {near[0]}?" if near else "; `collectbench targets` lists what there is"
    if "::" in want:
        return f"{want}: a target is a file or folder, not a node id; give {want.partition('::')[0]}"
    return f"{want}: neither a configured target nor a path that exists{hint}"


def _starts(root: Path, cwd: Path, inspection: Inspection) -> tuple[str, ...]:
    """Where pytest starts to look, as its own `_decide_args` has it: testpaths count in the rootdir alone."""
    if cwd != inspection.rootdir:
        return (relative(cwd, root),)
    if inspection.pyargs:
        return inspection.testpaths or (relative(cwd, root),)
    found = [
        path
        for pattern in inspection.testpaths
        for path in sorted(glob.iglob(str(cwd / pattern), recursive=True))  # noqa: PTH207 - as pytest does
    ]
    return outermost(relative(Path(os.path.normpath(path)), root) for path in found) or (relative(cwd, root),)


def relative(path: Path, root: Path) -> str:
    """`path` relative to `root` with `/`; absolute where it lies outside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths without those that lie below another one, in their order."""
    distinct = list(dict.fromkeys(paths))
    if "." in distinct:
        return (".", *(path for path in distinct if path.startswith("/")))
    kept = set(distinct)
    return tuple(p for p in distinct if not any(str(parent) in kept for parent in Path(p).parents))


def split(starts: Sequence[str], root: Path, inspection: Inspection, depth: int) -> list[Target]:
    """Targets `depth` levels below each start; each item of the starts is in exactly one of them."""
    rules = Rules(root, inspection)
    return [target for start in starts for target in _split(start, root, rules, depth)]


def _split(name: str, root: Path, rules: Rules, depth: int) -> Iterator[Target]:
    folder = root / name
    if depth <= 0 or not folder.is_dir():
        yield Target(name=name, paths=(name,))
        return
    parts = [child for child in rules.folders(folder) if rules.has_tests(child)]
    names = tuple(relative(child, root) for child in parts)
    if not parts:
        yield Target(name=name, paths=(name,))
        return
    for child in names:
        yield from _split(child, root, rules, depth - 1)
    if rules.has_loose_tests(folder, parts):
        yield Target(name=f"{name}/*", paths=(name,), ignored=names)


class Rules:
    """Which files and folders pytest's own collectors would visit, when it is started in `root`.

    Conftests are read, not run: a `collect_ignore` that is no plain list is not seen, nor what a hook decides. An item
    that is lost or won for that reason shows as a difference between the suite and the sum of its parts.
    """

    def __init__(self, root: Path, inspection: Inspection) -> None:
        self._inspection = inspection
        self._ignored = {os.path.normpath(root / path) for path in inspection.ignore}
        self._globs = [os.path.normpath(root / pattern) for pattern in inspection.ignore_glob]
        self._custom = inspection.custom_collectors
        self._conftests: dict[Path, dict[str, list[str]]] = {}

    def folders(self, folder: Path) -> list[Path]:
        """The folders directly below that pytest would enter, by name."""
        return [path for path in _entries(folder) if path.is_dir() and self._enters(path)]

    def has_tests(self, folder: Path, seen: frozenset[Path] = frozenset()) -> bool:
        """Whether a test file lies anywhere below."""
        real = folder.resolve()
        if real in seen:
            return False  # a link to a folder that holds it
        below = self.folders(folder)
        return self._has_test_files(folder) or any(self.has_tests(child, seen | {real}) for child in below)

    def has_loose_tests(self, folder: Path, parts: Sequence[Path]) -> bool:
        """Whether something in `folder` that is in none of `parts` may be collected.

        That is a test file, or anything at all where others than pytest's own collectors have a say.
        """
        rest = [path for path in self.folders(folder) if path not in parts]
        files = [path for path in _entries(folder) if path.is_file() and path.name != "conftest.py"]
        return self._has_test_files(folder) or (self._custom and bool(rest or files))

    def _has_test_files(self, folder: Path) -> bool:
        files = (path for path in _entries(folder) if path.is_file())
        return any(self._is_test_file(path) and not self._is_ignored(path) for path in files)

    def _is_test_file(self, path: Path) -> bool:
        return any(_matches(path, pattern) for pattern in self._inspection.patterns)

    def _enters(self, folder: Path) -> bool:
        if folder.name == "__pycache__" or self._is_ignored(folder):
            return False
        if not self._inspection.in_virtualenv and any((folder / mark).is_file() for mark in VIRTUALENV_MARKS):
            return False
        return not any(_matches(folder, pattern) for pattern in self._inspection.norecursedirs)

    def _is_ignored(self, path: Path) -> bool:
        text = str(path)
        globs = [*self._globs, *self._from_conftest("collect_ignore_glob", path.parent)]
        return (
            text in self._ignored
            or text in self._from_conftest("collect_ignore", path.parent)
            or any(fnmatch.fnmatch(text, pattern) for pattern in globs)
        )

    def _from_conftest(self, name: str, folder: Path) -> list[str]:
        """The paths that the nearest conftest with such a list gives, absolute: it replaces those further up."""
        above = self._inspection.rootdir.parents
        for place in (folder, *folder.parents):
            if place in above:
                break
            if name in (lists := self._read_conftest(place)):
                return [os.path.normpath(place / value) for value in lists[name]]
        return []

    def _read_conftest(self, folder: Path) -> dict[str, list[str]]:
        if folder not in self._conftests:
            try:
                source = (folder / "conftest.py").read_bytes()
                self._conftests[folder] = dict(_literal_lists(ast.parse(source)))
            except (OSError, SyntaxError, ValueError):
                source = b""
                self._conftests[folder] = {}
            self._custom = self._custom or b"pytest_collect_file" in source
        return self._conftests[folder]


VIRTUALENV_MARKS = ("pyvenv.cfg", "conda-meta/history", "bin/activate")
"""What pytest tells a virtualenv by: the first two from 8.3 on, the last one before."""


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _matches(path: Path, pattern: str) -> bool:
    """As pytest's `fnmatch_ex`: a pattern without a separator is held against the name, else against the path."""
    if "/" not in pattern:
        return fnmatch.fnmatch(path.name, pattern)
    return fnmatch.fnmatch(str(path), pattern if pattern.startswith("/") else f"*/{pattern}")


def _literal_lists(module: ast.Module) -> Iterator[tuple[str, list[str]]]:
    for node in module.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        if not isinstance(target, ast.Name) or value is None:
            continue
        try:
            entries = ast.literal_eval(value)
        except ValueError:
            continue
        if isinstance(entries, (list, tuple)) and all(isinstance(entry, str) for entry in entries):
            yield target.id, list(entries)
