"""What pytest would collect, as far as its configuration and the names of files tell."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from collectbench.discovery.config_files import CONFIG_NAMES, shadowed_files, table_in
from collectbench.discovery.conftests import Lists, computes_ignore_lists, ignore_lists, named_plugins
from collectbench.discovery.patterns import PathPatterns, Patterns
from collectbench.discovery.pytest_settings import PytestSettings
from collectbench.discovery.starts import absolute, existing_test_paths
from collectbench.model.lint_settings import Collection

COLLECTING_HOOKS = (b"pytest_pycollect_makeitem", b"pytest_pycollect_makemodule", b"pytest_collect_file")
"""Hooks by which a conftest decides itself what is a test."""

_MARKS = ("pyvenv.cfg", "conda-meta/history")
_NAMES_OF_TEST_DIRECTORIES = frozenset(("test", "tests"))


def collection_of(root: Path, paths: Sequence[str], settings: PytestSettings) -> Collection:
    """Return what pytest would collect if it was started in its rootdir without arguments.

    Args:
        root: what the paths are relative to; absolute.
        paths: of Python files, with `/`.
        settings: of pytest.
    """
    by_directory: dict[str, list[str]] = {}
    for path in paths:
        directory, _, name = path.rpartition("/")
        if name.endswith(".py"):
            by_directory.setdefault(directory, []).append(name)
    tree = _Tree(str(root), by_directory, settings)
    files = frozenset(tree.files())
    tests, excluded = tree.tests(files)
    return Collection(
        files=files,
        tests=tests,
        excluded=excluded,
        class_names=settings.python_classes,
        function_names=settings.python_functions,
        unsure=frozenset(path for path in files if tree.may_leave_out(path)),
        is_custom=tree.is_custom(),
        with_imported=settings.collect_imported_tests,
        hidden_configurations=tuple(_hidden(root, settings)),
        file_names=settings.python_files,
        search=tuple(_relative(root, settings.rootdir / each) for each in settings.pythonpath),
        import_mode=settings.import_mode,
    )


def _relative(root: Path, directory: Path) -> str:
    relative = os.path.relpath(directory, root)
    return "" if relative == "." else relative


def _hidden(root: Path, settings: PytestSettings) -> Iterator[tuple[str, str]]:
    for name, _ in shadowed_files(settings.inifile):
        hiding = "" if settings.inifile is None else settings.inifile.name
        yield tuple(os.path.relpath(settings.rootdir / each, root) for each in (name, hiding))  # type: ignore[misc]


class _Tree:
    """The directories that hold Python files. Each is judged once; all directories here are absolute."""

    def __init__(self, root: str, by_directory: dict[str, list[str]], settings: PytestSettings) -> None:
        self._root = root
        self._rootdir = str(settings.rootdir)
        self._plugins = settings.plugins
        self._unsure: dict[str, bool] = {}
        self._own: dict[str, bool] = {}
        # By directory: itself relative to the root, and the names of its files.
        self._names = {f"{root}/{each}" if each else root: (each, names) for each, names in by_directory.items()}
        self._test_names = Patterns(settings.python_files)
        self._not_entered = Patterns(settings.norecursedirs)
        self._ignored = frozenset(absolute(path, self._rootdir) for path in settings.ignore)
        self._ignored_patterns = PathPatterns(settings.ignore_glob, self._rootdir)
        self._sources: dict[str, bytes] = {}
        self._lists: dict[str, Lists] = {}
        self._globs: dict[frozenset[str], PathPatterns] = {}
        self._test_paths = frozenset(existing_test_paths(settings.testpaths, self._rootdir, self._names, self._files()))
        self._starts = self._test_paths or frozenset((self._rootdir,))
        self._above_starts = frozenset(str(parent) for start in self._starts for parent in Path(start).parents)
        self._entered: dict[str, bool] = {}
        self._below_test_paths: dict[str, bool] = {}

    def _files(self) -> Iterator[str]:
        return (f"{directory}/{name}" for directory, (_, names) in self._names.items() for name in names)

    def files(self) -> Iterator[str]:
        """The files that pytest collects."""
        for directory, (relative, names) in self._names.items():
            is_entered = self._enters(directory)
            prefix = f"{relative}/" if relative else ""
            for name in names:
                path = f"{directory}/{name}"
                if path in self._starts or (
                    is_entered and self._test_names.match(directory, name) and not self._is_ignored(directory, path)
                ):
                    yield prefix + name

    def tests(self, files: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        """The files that lie where tests belong, and those of them that are left out on purpose."""
        tests, excluded = set[str](), set[str]()
        for directory, (relative, names) in self._names.items():
            prefix = f"{relative}/" if relative else ""
            paths = [prefix + name for name in names]
            if self._test_paths:
                holds_tests = self._is_below_test_paths(directory)
            else:
                is_below = directory.startswith(f"{self._rootdir}/")
                parts = (directory[len(self._rootdir) :] if is_below else relative).split("/")
                holds_tests = not _NAMES_OF_TEST_DIRECTORIES.isdisjoint(parts) or not files.isdisjoint(paths)
            here = paths if holds_tests else files.intersection(paths)
            tests.update(here)
            if not self._enters(directory) or self._is_configured_alone(directory):
                excluded.update(set(here).difference(files))
            else:
                excluded.update(
                    path
                    for path in here
                    if path not in files and self._is_ignored(directory, f"{directory}/{path[len(prefix) :]}")
                )
        return frozenset(tests), frozenset(excluded)

    def is_custom(self) -> bool:
        """Whether a conftest that pytest loads, or a plugin that it names, decides itself what is a test."""
        sources = [
            self._source(directory)
            for directory, (_, names) in self._names.items()
            if "conftest.py" in names and (directory in self._above_starts or self._enters(directory))
        ]
        named = {*self._plugins, *(name for source in sources for name in named_plugins(source))}
        sources += self._plugin_sources(named) if named else ()
        return any(hook in source for source in sources for hook in COLLECTING_HOOKS)

    def _plugin_sources(self, modules: set[str]) -> Iterator[bytes]:
        """The files that may be these modules, wherever they are."""
        tails = tuple(f"/{name.replace('.', '/')}{end}" for name in modules for end in (".py", "/__init__.py"))
        for path in self._files():
            if path.endswith(tails):
                yield _read(path)

    def may_leave_out(self, path: str) -> bool:
        """Whether a conftest above a file, which is relative to the root, may leave it out when it runs."""
        return self._is_unsure(f"{self._root}/{path}".rpartition("/")[0])

    def _is_unsure(self, directory: str) -> bool:
        known = self._unsure.get(directory)
        if known is None:
            source = self._source(directory)
            is_below = len(directory) > len(self._rootdir)
            known = self._unsure[directory] = (
                b"pytest_ignore_collect" in source
                or (b"collect_ignore" in source and computes_ignore_lists(source))
                or (is_below and self._is_unsure(directory.rpartition("/")[0]))
            )
        return known

    def _enters(self, directory: str) -> bool:
        known = self._entered.get(directory)
        if known is None:
            known = directory in self._starts or self._enters_from_above(directory)
            self._entered[directory] = known
        return known

    def _enters_from_above(self, directory: str) -> bool:
        parent, _, name = directory.rpartition("/")
        if not parent or not self._enters(parent):
            return False
        if directory in self._above_starts:
            return True
        return not (
            name == "__pycache__"
            or self._not_entered.match(parent, name)
            or self._is_ignored(parent, directory)
            or any(os.path.isfile(f"{directory}/{mark}") for mark in _MARKS)  # noqa: PTH113 - one of many
        )

    def _is_configured_alone(self, directory: str) -> bool:
        """Whether a directory below the rootdir has a configuration of pytest: somebody starts pytest there."""
        known = self._own.get(directory)
        if known is None:
            is_below = directory.startswith(f"{self._rootdir}/")
            known = self._own[directory] = is_below and (
                _is_configured(directory) or self._is_configured_alone(directory.rpartition("/")[0])
            )
        return known

    def _is_below_test_paths(self, directory: str) -> bool:
        known = self._below_test_paths.get(directory)
        if known is None:
            parent = directory.rpartition("/")[0]
            known = directory in self._test_paths or (bool(parent) and self._is_below_test_paths(parent))
            self._below_test_paths[directory] = known
        return known

    def _is_ignored(self, directory: str, path: str) -> bool:
        if path in self._ignored or self._ignored_patterns.match(path):
            return True
        lists = self._lists_in(directory)
        if not lists:
            return False
        globs = lists.get("collect_ignore_glob", frozenset())
        if globs not in self._globs:
            self._globs[globs] = PathPatterns(globs)
        return path in lists.get("collect_ignore", ()) or self._globs[globs].match(path)

    def _lists_in(self, directory: str) -> Lists:
        """The nearest conftest replaces a list of those above it."""
        known = self._lists.get(directory)
        if known is None:
            above = {} if len(directory) <= len(self._rootdir) else self._lists_in(directory.rpartition("/")[0])
            try:
                own = ignore_lists(self._source(directory), directory)
            except ValueError:
                own = {}
            known = self._lists[directory] = {**above, **own} if own else above
        return known

    def _source(self, directory: str) -> bytes:
        """The conftest of a directory; nothing if there is none that can be read."""
        if "conftest.py" not in self._names.get(directory, ("", ()))[1]:
            return b""
        if directory not in self._sources:
            self._sources[directory] = _read(f"{directory}/conftest.py")
        return self._sources[directory]


def _is_configured(directory: str) -> bool:
    for name in CONFIG_NAMES:
        try:
            if table_in(Path(f"{directory}/{name}")) is not None:
                return True
        except (OSError, ValueError):
            continue
    return False


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""
