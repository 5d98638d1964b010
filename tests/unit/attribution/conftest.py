"""A small import system that leaves a trace as a real one does, and can run without a line to find its saving."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from collectbench.attribution.frame_costs import Calibration
from collectbench.attribution.imports import import_graph
from collectbench.attribution.modules import modules_of
from collectbench.attribution.origins import Places, origins_of, test_files
from collectbench.attribution.savings import savings
from collectbench.model.trace import CollectorFrame, Edge, ImportFrame, PluginFrame, Trace

SITE = "/env/lib/python3.11/site-packages"
PLACES = Places(rootdir="/p", targets=("/p/tests",), stdlib=("/usr/lib/python3.11",), site_packages=(SITE,))
STDLIB = ("json", "decimal", "enum")
PYTEST = ("pytest", "_pytest", "pluggy", "iniconfig")


def file_of(module: str) -> str:
    """The path of a module of the invented projects."""
    top, path = module.partition(".")[0], module.replace(".", "/") + ".py"
    if top in STDLIB:
        return f"/usr/lib/python3.11/{path}"
    return f"/p/{path}" if top in ("tests", "conftest", "ours") else f"{SITE}/{path}"


@dataclass(frozen=True, kw_only=True)
class Project:
    """Modules with their lines, all of them imports; `cost_s` is 1 for modules that it does not name.

    What pytest does: imports itself (if there is a module `pytest`), loads plugins and conftests, collects tests.
    """

    code: Mapping[str, Sequence[str]]
    cost_s: Mapping[str, float] = field(default_factory=dict)
    fails: frozenset[str] = frozenset()
    plugins: tuple[str, ...] = ()
    conftests: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()

    def trace(self, keeps: Callable[[str, int, str], bool] = lambda *_: True) -> Trace:
        """The trace of a run with only the lines that `keeps` accepts (importer, line number, wanted module)."""
        return _Run(self, keeps).trace()

    def total_s(self, keeps: Callable[[str, int, str], bool] = lambda *_: True) -> float:
        """The time of all imports of such a run."""
        return sum(frame.self_s for frame in self.trace(keeps).imports)


class _Run:
    def __init__(self, project: Project, keeps: Callable[[str, int, str], bool]) -> None:
        self.project, self.keeps = project, keeps
        self.loaded: set[str] = set()
        self.imports: list[ImportFrame] = []
        self.edges: list[Edge] = []
        self.count, self.now_s = 0, 0.0

    def trace(self) -> Trace:
        project, plugins, collectors = self.project, [], []
        self.load("pytest", -1)
        for kind, names in (("plugin", project.plugins), ("conftest", project.conftests)):
            for name in names:
                index, begin_s = self.enter()
                self.load(name, index)
                shown = name if kind == "plugin" else file_of(name)
                plugins.append(plugin_frame(index, -1, kind, shown, begin_s=begin_s, end_s=self.now_s))
        for name in project.tests:
            index, begin_s = self.enter()
            self.load(name, index)
            nodeid = file_of(name).removeprefix("/p/")
            collectors.append(collector_frame(index, -1, nodeid, begin_s=begin_s, end_s=self.now_s))
        return Trace(
            complete=True,
            imports=tuple(self.imports),
            edges=tuple(self.edges),
            plugins=tuple(plugins),
            collectors=tuple(collectors),
        )

    def enter(self) -> tuple[int, float]:
        self.count, self.now_s = self.count + 1, self.now_s + 0.001
        return self.count - 1, self.now_s

    def load(self, name: str, parent: int) -> bool:
        """Import `name`, as import_module does: its package within, then its own lines."""
        if name in self.loaded or name not in self.project.code:
            return True
        index, begin_s = self.enter()
        package = name.rpartition(".")[0]
        works = not package or self.load(package, index)
        if works and name in self.loaded:  # its package has imported it
            return True
        if works:
            self.loaded.add(name)
            for line, text in enumerate(self.project.code[name], 1):
                for statement in edges_of(text, name, line, index):
                    self.edges.append(statement)
                    self.execute(statement, index)
            works = name not in self.project.fails
            if not works:
                self.loaded.remove(name)
        own_s = self.project.cost_s.get(name, 1.0)
        self.now_s += own_s
        self.imports.append(
            import_frame(
                index,
                parent,
                name,
                path=file_of(name) if works else "",
                begin_s=begin_s,
                end_s=self.now_s,
                self_s=own_s,
                error="" if works else "ImportError",
            )
        )
        return works

    def execute(self, statement: Edge, index: int) -> None:
        parts = statement.name.split(".")
        wanted = [".".join(parts[: end + 1]) for end in range(len(parts))]
        wanted += [f"{statement.name}.{name}" for name in statement.fromlist]
        for name in wanted:
            if self.keeps(statement.importer, statement.line, name) and not self.load(name, index):
                return


def edges_of(text: str, importer: str, line: int, during: int) -> Iterator[Edge]:
    """The import statements of a line as the probe writes them; the invented lines import absolutely."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom):
            requests = [(node.module or "", tuple(alias.name for alias in node.names))]
        else:
            assert isinstance(node, ast.Import)
            requests = [(alias.name, ()) for alias in node.names]
        for name, fromlist in requests:
            yield edge(importer, name, during, line=line, fromlist=fromlist)


class Attributed:
    """The savings of a trace by names."""

    file_of = staticmethod(file_of)

    def __init__(self, trace: Trace, **calibration: float) -> None:
        self.modules = modules = modules_of(trace)
        self.origins = origins_of(modules, trace, PLACES)
        tests = test_files(trace, PLACES)
        self.graph = import_graph(trace, modules, self.origins, tests, Calibration(**calibration))
        self.savings = saved = savings(self.graph, modules)
        self.starts_s = {start.name: seconds for start, seconds in saved.of_starts.items()}
        self.joint_s = {module.name: saving.joint_s for module, saving in saved.of_modules.items()}
        self.lines = {
            module.name: {(line.path, line.line): line.saving_s for line in saving.lines}
            for module, saving in saved.of_modules.items()
        }
        self.floor = {module.name for module in modules.all if module in self.graph.floor}

    def alone_s(self, module: str, importer: str, line: int) -> float:
        """The saving of one line of `importer`, in the list of the module that it imports."""
        return self.lines[module][file_of(importer), line]


def import_frame(index: int, parent: int, module: str, **fields: object) -> ImportFrame:
    """An import that takes a second of its own, at the second of its number."""
    usual = {
        "path": file_of(module),
        "begin_s": float(index),
        "end_s": index + 1.0,
        "self_s": 1.0,
        "find_s": 0.0,
        "read_s": 0.0,
        "compile_s": 0.0,
    }
    return ImportFrame(index=index, parent=parent, module=module, **{**usual, **fields})


def edge(importer: str, name: str, during: int, **fields: object) -> Edge:
    """`import name` in the first line of `importer`."""
    usual = {"package": "", "path": file_of(importer), "line": 1, "level": 0, "fromlist": ()}
    return Edge(importer=importer, name=name, during=during, **{**usual, **fields})


def plugin_frame(index: int, parent: int, kind: str, name: str, **fields: object) -> PluginFrame:
    """The loading of a plugin or conftest that takes two seconds, half a second of them its own."""
    usual = {"begin_s": float(index), "end_s": index + 2.0, "self_s": 0.5}
    return PluginFrame(index=index, parent=parent, kind=kind, name=name, **{**usual, **fields})


def collector_frame(index: int, parent: int, nodeid: str, **fields: object) -> CollectorFrame:
    """The collection of a module that takes two seconds, a quarter of a second of them its own."""
    usual = {"type": "Module", "begin_s": float(index), "end_s": index + 2.0, "self_s": 0.25, "items": 3}
    return CollectorFrame(index=index, parent=parent, nodeid=nodeid, **{**usual, **fields})


class Made:
    """Hand-made parts of a trace."""

    file_of = staticmethod(file_of)
    import_frame = staticmethod(import_frame)
    edge = staticmethod(edge)
    plugin_frame = staticmethod(plugin_frame)
    collector_frame = staticmethod(collector_frame)


@pytest.fixture(scope="session")
def made() -> type[Made]:
    return Made


@pytest.fixture(scope="session")
def project_of() -> type[Project]:
    return Project


@pytest.fixture(scope="session")
def attributed() -> type[Attributed]:
    return Attributed


@pytest.fixture(scope="session")
def places() -> Places:
    return PLACES
