"""The tests whose time or outcome an experiment can change."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from collectbench.experiments import Arms
from collectbench.sources.codebase import Codebase
from collectbench.sources.modules import Found
from collectbench.sources.parsing import UnparsableError, parse
from collectbench.usecases.fixing.affected import Affected

ONLY_SOURCES = frozenset({"values"})
"""Actions that belong to served sources, and change nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The user's files: `root` is absolute, and paths of the codebase and of the test files are relative to it."""

    root: Path
    codebase: Codebase
    test_files: frozenset[str]


@dataclass(kw_only=True)
class AffectedTests:
    """Finds the tests that an experiment can affect.

    Attributes:
        ids_from: the directory that node ids are relative to.
        read_tree: reads the user's files; called once, when an experiment serves sources.
    """

    ids_from: Path
    read_tree: Callable[[], Tree]

    def of(self, arms: Arms, nodeids: Sequence[str]) -> tuple[str, ...] | None:
        """Return those of the ids that an experiment can affect; None for all.

        With other sources, these are the tests of these files, of files that import them, and of files that import a
        module which only one arm imports at once: there it may be imported for the first time. If nothing is known to
        import the files, such as a plugin, or if more than sources differ, these are all tests.
        """
        changed = changed_files(arms)
        if not changed or not _differ_in_sources(arms):
            return None
        paths = {path: os.path.relpath(path, self._root) for path in changed}
        if not all(self._affected.tests_of([relative]) for relative in paths.values()):
            return None
        seeds = set(paths.values())
        for path, relative in paths.items():
            moved = _imports_of(arms.head.served[path]) - _imports_of(arms.base.served[path])
            seeds.update(self._with_imports(moved, relative))
        affected = {os.path.realpath(f"{self._root}/{each}") for each in self._affected.tests_of(seeds)}
        chosen = tuple(each for each in nodeids if self._file_of(each) in affected)
        return chosen if 0 < len(chosen) < len(nodeids) else None

    def _with_imports(self, moved: Collection[tuple[str, int]], path: str) -> Iterator[str]:
        """Yield the file of each module that is imported later, or the files that mention a module from elsewhere."""
        codebase = self._tree.codebase
        for module, level in moved:
            location = codebase.modules.locate(module, level, path)
            if isinstance(location, Found) and location.path:
                yield location.path
            elif not level:
                top = module.partition(".")[0]
                for each, facts in codebase.facts.items():
                    if any(_package(mention) == top for mention in facts.mentions):
                        yield each

    def _file_of(self, nodeid: str) -> str:
        return os.path.realpath(self.ids_from / nodeid.partition("::")[0])

    @cached_property
    def _tree(self) -> Tree:
        return self.read_tree()

    @cached_property
    def _root(self) -> str:
        return os.path.realpath(self._tree.root)

    @cached_property
    def _affected(self) -> Affected:
        return Affected(codebase=self._tree.codebase, test_files=self._tree.test_files)


def changed_files(arms: Arms) -> tuple[str, ...]:
    """Return the absolute paths of the files whose sources differ between the arms."""
    before = arms.head.served
    return tuple(path for path, source in arms.base.served.items() if path in before and before[path] != source)


def _differ_in_sources(arms: Arms) -> bool:
    """Whether the arms differ in nothing but sources, so that the tests of other files are the same."""
    base = arms.base
    names = {str(action[0]) for action in base.actions}
    return not (base.pytest_args or base.env) and base.user_args is None and names <= ONLY_SOURCES


def _imports_of(source: bytes) -> frozenset[tuple[str, int]]:
    """The modules that a source imports outside of functions, each with the number of its leading dots."""
    try:
        tree = parse(source)
    except UnparsableError:
        return frozenset()
    return frozenset(_imports_in(tree))


def _imports_in(node: ast.AST) -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from ((name.name, 0) for name in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield child.module or "", child.level or 0
        elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _imports_in(child)


def _package(mention: str) -> str:
    """The top-level package of what a file refers to; empty for relative imports."""
    return mention.removeprefix("=").partition(":")[0].partition(".")[0]
