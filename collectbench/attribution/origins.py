"""Whose code a module is, and the form of paths in documents. Paths are compared as text: no file is accessed."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
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
    """The absolute paths that decide whose code a file is, of the interpreter that ran the tests."""

    rootdir: str
    targets: tuple[str, ...] = ()
    """The collected paths. They belong to the project, even if installed; then their whole package does."""
    stdlib: tuple[str, ...] = ()
    """sysconfig's `stdlib` and `platstdlib`."""
    site_packages: tuple[str, ...] = ()
    """sysconfig's `purelib` and `platlib`, and the user's site."""
    moved: tuple[str, str] | None = None
    """A tree, and the counterpart of it whose paths documents show."""
    node_ids_from: str = ""
    """The directory that node ids are relative to; empty for `rootdir`."""


def is_pytest(name: str) -> bool:
    """Whether a module is part of pytest itself."""
    return name.partition(".")[0] in PYTEST


def is_below(path: str, directory: str) -> bool:
    """Whether `path` is `directory` or lies in it."""
    return path == directory or path.startswith(directory.rstrip("/") + "/")


def display_path(path: str, places: Places) -> str:
    """`path` as documents write it: relative to the rootdir, `<site-packages>/…`, `<stdlib>/…`, else unchanged.

    The innermost of these directories counts, so an environment within the project is `<site-packages>`, and a project
    within `site-packages` is the project.
    """
    named = [(places.rootdir, ""), *((directory, "<site-packages>") for directory in places.site_packages)]
    named += [(directory, "<stdlib>") for directory in places.stdlib]
    parents = [(directory, name) for directory, name in named if isabs(path) and is_below(path, directory)]
    if not parents:
        return path if places.moved is None else moved_path(path, *places.moved)
    directory, name = max(parents, key=lambda parent: len(parent[0].rstrip("/")))
    rest = path[len(directory.rstrip("/")) :].strip("/")
    return f"{name}/{rest}".rstrip("/") if name else rest or "."


def moved_path(path: str, tree: str, counterpart: str) -> str:
    """`path` in the tree `counterpart` if it lies in `tree`, else unchanged."""
    return counterpart.rstrip("/") + path[len(tree.rstrip("/")) :] if is_below(path, tree) else path


def test_files(trace: Trace, places: Places) -> frozenset[str]:
    """The absolute paths of the collected files."""
    root = places.node_ids_from or places.rootdir
    ids = (collector.nodeid.partition("::")[0] for collector in trace.collectors)
    return frozenset(normpath(join(root, nodeid)) for nodeid in ids if nodeid.endswith(".py"))


def origins_of(modules: Modules, trace: Trace, places: Places) -> dict[Module, Origin]:
    """The origin of each module.

    `plugin` are the modules of the top-level package of an installed plugin that were imported while it was loaded.
    pytest itself and the modules that it needs are `third-party`.
    """
    tests = test_files(trace, places)
    of_plugins = _plugin_modules(modules, trace)
    by_path = {module: _by_path(module, places, tests, of_plugin=module in of_plugins) for module in modules.all}
    tops = {module.name: origin for module, origin in by_path.items() if origin and "." not in module.name}
    return {
        module: origin or tops.get(module.name.partition(".")[0], Origin.THIRD_PARTY)
        for module, origin in by_path.items()
    }


def _by_path(module: Module, places: Places, tests: Collection[str], *, of_plugin: bool) -> Origin | None:
    """The origin that the path of a module tells; None for a module without a file that is not of the stdlib."""
    path = module.path
    if path in tests:
        return Origin.TEST
    if basename(path) == "conftest.py":
        return Origin.CONFTEST
    if not isabs(path):  # compiled in, frozen, or not found
        return Origin.STDLIB if module.name.partition(".")[0] in sys.stdlib_module_names else None
    if _is_installed(path) and is_project_file(path, places):
        return Origin.FIRST_PARTY
    if _is_installed(path):
        return Origin.PLUGIN if of_plugin else Origin.THIRD_PARTY
    if any(is_below(path, directory) for directory in places.stdlib):
        return Origin.STDLIB
    return Origin.FIRST_PARTY if is_below(path, places.rootdir) else Origin.THIRD_PARTY


def is_project_file(path: str, places: Places) -> bool:
    """Whether a file belongs to the project: below the rootdir or a target, but not in an environment within."""
    return belongs_to(path, project_directories(places))


def belongs_to(path: str, directories: Iterable[str]) -> bool:
    """Whether a file belongs to a project in these directories, and not to an environment within them."""
    return any(_owns(directory, path) for directory in directories)


def project_directories(places: Places) -> tuple[str, ...]:
    """The directories that hold the project's code: the rootdir, and what is measured elsewhere, such as a package."""
    return tuple(dict.fromkeys((places.rootdir, *map(_whole_package, places.targets))))


def project_name(places: Places) -> str:
    """The name of the project: that of the installed package that is measured, else that of the rootdir."""
    packages = (_whole_package(target) for target in (*places.targets, places.rootdir))
    return basename(next((each for each in packages if _is_installed(each)), places.rootdir).rstrip("/"))


def _whole_package(target: str) -> str:
    """The top-level package of an installed target, else the target itself."""
    parts = target.split("/")
    inside = max((position for position, part in enumerate(parts) if part in INSTALLED), default=None)
    return target if inside is None else "/".join(parts[: inside + 2])


def _is_installed(path: str) -> bool:
    return any(f"/{name}/" in path for name in INSTALLED)


def _owns(directory: str, path: str) -> bool:
    """Whether `path` belongs to the project in `directory`, not to its neighbours or to an environment within it."""
    directory = directory.rstrip("/")
    return (
        basename(directory) not in INSTALLED and is_below(path, directory) and not _is_installed(path[len(directory) :])
    )


def _plugin_modules(modules: Modules, trace: Trace) -> set[Module]:
    """The modules of plugins: those of a package that the frame of a plugin imported itself, while it was loaded."""
    plugins = {frame.index for frame in trace.plugins if frame.kind == "plugin"}
    tops: dict[int, set[str]] = {plugin: set() for plugin in plugins}
    for imported in trace.imports:
        if imported.parent in plugins and not is_pytest(imported.module):
            tops[imported.parent].add(imported.module.partition(".")[0])
    of_plugins = set()
    plugin_around: dict[int, int] = {}
    frames: list[Frame] = [*trace.imports, *trace.plugins, *trace.collectors]
    for frame in sorted(frames, key=lambda frame: frame.index):  # a frame has a higher number than its parents
        plugin = frame.index if frame.index in plugins else plugin_around.get(frame.parent, -1)
        plugin_around[frame.index] = plugin
        if isinstance(frame, ImportFrame) and frame.module.partition(".")[0] in tops.get(plugin, ()):
            of_plugins.add(modules.of_frame[frame.index])
    return of_plugins
