"""Whose code a module is, and how paths are written in documents. Paths are compared as text: nothing is looked up."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass
from posixpath import basename, isabs, join, normpath

from collectbench.attribution.modules import Module, Modules
from collectbench.model.costs import Origin
from collectbench.model.trace import Frame, ImportFrame, Trace

INSTALLED = ("site-packages", "dist-packages")
PYTEST = frozenset(("pytest", "_pytest", "pluggy"))
"""The top-level packages that are pytest itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The absolute paths that tell whose code a file is, of the interpreter that ran the tests."""

    rootdir: str
    targets: tuple[str, ...] = ()
    """What was collected: its code is the project's own, even where it is installed; then its whole package is."""
    stdlib: tuple[str, ...] = ()
    """sysconfig's `stdlib` and `platstdlib`."""
    site_packages: tuple[str, ...] = ()
    """sysconfig's `purelib` and `platlib`, and the user's site."""
    moved: tuple[str, str] | None = None
    """A tree that is another one's counterpart, and that one: paths are told as they are there."""


def is_pytest(name: str) -> bool:
    """Whether a module is part of pytest itself."""
    return name.partition(".")[0] in PYTEST


def is_below(path: str, directory: str) -> bool:
    """Whether `path` is `directory` or lies in it."""
    return path == directory or path.startswith(directory.rstrip("/") + "/")


def display_path(path: str, places: Places) -> str:
    """`path` as documents write it: relative to the rootdir, `<site-packages>/…`, `<stdlib>/…`, else as it is.

    The innermost of these places counts, so an environment within the project is `<site-packages>`, and a project
    within `site-packages` is the project.
    """
    named = [(places.rootdir, ""), *((directory, "<site-packages>") for directory in places.site_packages)]
    named += [(directory, "<stdlib>") for directory in places.stdlib]
    around = [(directory, name) for directory, name in named if isabs(path) and is_below(path, directory)]
    if not around:
        return path if places.moved is None else moved_path(path, *places.moved)
    directory, name = max(around, key=lambda place: len(place[0].rstrip("/")))
    rest = path[len(directory.rstrip("/")) :].strip("/")
    return f"{name}/{rest}".rstrip("/") if name else rest or "."


def moved_path(path: str, tree: str, told: str) -> str:
    """`path`, where it lies in `tree`, as its counterpart in the tree `told`."""
    return told.rstrip("/") + path[len(tree.rstrip("/")) :] if is_below(path, tree) else path


def test_files(trace: Trace, places: Places) -> frozenset[str]:
    """The absolute paths of the files that were collected; node ids are relative to the rootdir."""
    ids = (collector.nodeid.partition("::")[0] for collector in trace.collectors)
    return frozenset(normpath(join(places.rootdir, nodeid)) for nodeid in ids if nodeid.endswith(".py"))


def origins_of(modules: Modules, trace: Trace, places: Places) -> dict[Module, Origin]:
    """The origin of each module.

    A plugin's are those modules of its top-level package that were imported while it was loaded, where it is
    installed; pytest itself and what it needs are third-party.
    """
    tests = test_files(trace, places)
    of_plugins = _plugin_modules(modules, trace)
    found = {module: _by_path(module, places, tests, module in of_plugins) for module in modules.all}
    tops = {module.name: origin for module, origin in found.items() if origin and "." not in module.name}
    return {
        module: origin or tops.get(module.name.partition(".")[0], Origin.THIRD_PARTY)
        for module, origin in found.items()
    }


def _by_path(module: Module, places: Places, tests: Collection[str], plugin: bool) -> Origin | None:  # noqa: FBT001
    path = module.path
    if path in tests:
        return Origin.TEST
    if basename(path) == "conftest.py":
        return Origin.CONFTEST
    if not isabs(path):  # compiled in, frozen, or not found
        return Origin.STDLIB if module.name.partition(".")[0] in sys.stdlib_module_names else None
    if _is_installed(path) and is_the_projects(path, places):
        return Origin.FIRST_PARTY
    if _is_installed(path):
        return Origin.PLUGIN if plugin else Origin.THIRD_PARTY
    if any(is_below(path, directory) for directory in places.stdlib):
        return Origin.STDLIB
    return Origin.FIRST_PARTY if is_below(path, places.rootdir) else Origin.THIRD_PARTY


def is_the_projects(path: str, places: Places) -> bool:
    """Whether a file is the project's own: below the rootdir or a target, but not in an environment within."""
    return any(_owns(folder, path) for folder in (places.rootdir, *map(_whole_package, places.targets)))


def _whole_package(target: str) -> str:
    """The top-level package of a target that is installed, else the target itself."""
    parts = target.split("/")
    inside = max((position for position, part in enumerate(parts) if part in INSTALLED), default=None)
    return target if inside is None else "/".join(parts[: inside + 2])


def _is_installed(path: str) -> bool:
    return any(f"/{name}/" in path for name in INSTALLED)


def _owns(directory: str, path: str) -> bool:
    """Whether `path` belongs to the project in `directory`, not to an environment within it or to its neighbours."""
    directory = directory.rstrip("/")
    return (
        basename(directory) not in INSTALLED and is_below(path, directory) and not _is_installed(path[len(directory) :])
    )


def _plugin_modules(modules: Modules, trace: Trace) -> set[Module]:
    """What belongs to the plugin that was being loaded: the package of a module that its frame imported itself."""
    plugins = {frame.index for frame in trace.plugins if frame.kind == "plugin"}
    tops: dict[int, set[str]] = {plugin: set() for plugin in plugins}
    for loaded in trace.imports:
        if loaded.parent in plugins and not is_pytest(loaded.module):
            tops[loaded.parent].add(loaded.module.partition(".")[0])
    found = set()
    around: dict[int, int] = {}
    frames: list[Frame] = [*trace.imports, *trace.plugins, *trace.collectors]
    for frame in sorted(frames, key=lambda one: one.index):  # a frame has a higher number than those around it
        plugin = frame.index if frame.index in plugins else around.get(frame.parent, -1)
        around[frame.index] = plugin
        if isinstance(frame, ImportFrame) and frame.module.partition(".")[0] in tops.get(plugin, ()):
            found.add(modules.of_frame[frame.index])
    return found
