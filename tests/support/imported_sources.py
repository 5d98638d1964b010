"""Evidence about a project that is not run: its import statements are followed as Python would."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from collectbench.causes import Evidence
from collectbench.model.trace import CollectorFrame, Edge, ImportFrame, PluginFrame
from made_evidence import ROOT, collected, evidence, imported, loaded

SITE = "/venv/site-packages"
ABSENT = "no_such_module"
"""The only module that cannot be found; others without a source are there and cost nothing."""


@dataclass(kw_only=True)
class Project:
    """Sources by their path (relative to the project, or below SITE), and what pytest loads.

    `cost_s` has the seconds of modules by their path; the others take a millisecond. `plugins` are pairs of the name
    that pytest knows and the module.
    """

    files: Mapping[str, str]
    cost_s: Mapping[str, float] = field(default_factory=dict)
    plugins: tuple[tuple[str, str], ...] = ()
    conftests: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    roots: tuple[str, ...] = ("", "tests/", f"{SITE}/")
    """Where modules are searched."""

    def evidence(self, **fields: object) -> Evidence:
        """The evidence of a run that collects the tests."""
        return _Run(self).evidence(**fields)


class _Run:
    def __init__(self, project: Project) -> None:
        self.project = project
        self.loaded: set[str] = set()
        self.imports: list[ImportFrame] = []
        self.edges: list[Edge] = []
        self.now_s, self.count = 0.0, 0

    def evidence(self, **fields: object) -> Evidence:
        plugins: list[PluginFrame] = []
        collectors: list[CollectorFrame] = []
        for name, module in self.project.plugins:
            index = self.enter()
            self.load(module, index)
            plugins.append(loaded(index, "plugin", name, self_s=0.0))
        for path in self.project.conftests:
            index = self.enter()
            self.loaded.discard("conftest")  # pytest removes the one before
            self.load_file("conftest", path, index)
            plugins.append(loaded(index, "conftest", f"{ROOT}/{path}", self_s=0.0))
        for path in self.project.tests:
            index = self.enter()
            name = path.removeprefix("tests/").removesuffix(".py").replace("/", ".")
            works = name in self.loaded or self.load_file(name, path, index)
            error = {} if works else {"outcome": "failed", "error": "ModuleNotFoundError", "error_message": "none"}
            collectors.append(collected(index, -1, path, self_s=0.0, **error))
        collectors = list(fields.pop("collectors", collectors))
        return evidence(
            files={self.absolute(path): text for path, text in self.project.files.items()},
            imports=tuple(self.imports),
            edges=tuple(self.edges),
            plugins=tuple(plugins),
            collectors=tuple(collectors),
            **fields,
        )

    def enter(self) -> int:
        self.count += 1
        return self.count - 1

    def absolute(self, path: str) -> str:
        return path if path.startswith("/") else f"{ROOT}/{path}"

    def found(self, name: str) -> str | None:
        for root in self.project.roots:
            for path in (f"{root}{name.replace('.', '/')}.py", f"{root}{name.replace('.', '/')}/__init__.py"):
                if path in self.project.files:
                    return path
        return None

    def load(self, name: str, parent: int) -> bool:
        """Import a module by its name; whether it works."""
        path = self.found(name)
        if name == ABSENT:
            index = self.enter()
            self.imports.append(imported(index, parent, name, 0.0, path="", error="ModuleNotFoundError"))
            return False
        return name in self.loaded or path is None or self.load_file(name, path, parent)

    def load_file(self, name: str, path: str, parent: int) -> bool:
        index, begin_s = self.enter(), self.now_s
        package = name.rpartition(".")[0]
        if package and not self.load(package, index):
            return False
        if name in self.loaded:
            return True
        self.loaded.add(name)
        works = True
        for statement in _statements(ast.parse(self.project.files[path])):
            if not self.execute(statement, name, path, index):
                works = False
                break
        if not works:
            self.loaded.remove(name)
        own_s = self.project.cost_s.get(path, 0.001)
        self.now_s += own_s
        self.imports.append(
            imported(
                index, parent, name, own_s, path=self.absolute(path) if works else "", begin_s=begin_s,
                end_s=self.now_s, error="" if works else "ModuleNotFoundError",
            )
        )  # fmt: skip
        return works

    def execute(self, statement: ast.Import | ast.ImportFrom, name: str, path: str, index: int) -> bool:
        package = name if path.endswith("__init__.py") else name.rpartition(".")[0]
        if isinstance(statement, ast.Import):
            requests = [(alias.name, 0, ()) for alias in statement.names]
        else:
            requests = [(statement.module or "", statement.level, tuple(alias.name for alias in statement.names))]
        for wanted, level, names in requests:
            self.edges.append(
                Edge(
                    importer=name, package=package, path=self.absolute(path), line=statement.lineno, name=wanted,
                    level=level, fromlist=names, during=index,
                )
            )  # fmt: skip
            base = package.rsplit(".", level - 1)[0] if level else ""
            full = f"{base}.{wanted}".strip(".") if level else wanted
            if not self.load(full, index):
                return False
            for each in names:
                self.load(f"{full}.{each}", index)
        return True


def _statements(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that run."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not _is_later(node) and not _is_for_types(node):
            yield from _statements(node)


def _is_later(node: ast.AST) -> bool:
    """Whether it is a function that nobody calls during collection; pytest calls hooks."""
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("pytest_")


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
