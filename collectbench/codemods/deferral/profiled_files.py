"""Whether a file is still the one that a profile has seen: the lines of its imports tell."""

from __future__ import annotations

import ast
from collections import defaultdict

from collectbench.lint.heavy_modules import package_of
from collectbench.model.costs import Profile
from collectbench.sources.codebase import Codebase
from collectbench.sources.names import absolute
from collectbench.sources.outline import Guard, Import


class Freshness:
    """Compares the imports of files with those in a profile."""

    def __init__(self, profile: Profile, codebase: Codebase) -> None:
        """Index the profile."""
        self._codebase = codebase
        self._lines: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        """By path and module, the lines that import it there."""
        self._modules: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        """By path and line, the modules that it imports."""
        self._known = {cost.module for cost in profile.imports}
        for cost in profile.imports:
            for each in cost.importers:
                self._lines[each.path, cost.module].add(each.line)
                self._modules[each.path, each.line].add(cost.module)

    def is_as_profiled(self, path: str, line: int) -> bool:
        """Whether a line may import something, and the imports of its file stand where the profile has them."""
        tree = self._codebase.tree(path)
        if tree is not None and not any(_may_import_at(node, line) for node in ast.walk(tree)):
            return False
        outline = self._codebase.outline(path)
        if outline is None:
            return True
        here = [each for each in outline.imports if each.line == line]
        if here and not any(self._was_there(path, each) for each in here):
            return False  # another statement has come into the line, such as one that a rewrite has added
        return all(self._is_in_place(path, each) for each in outline.imports)

    def _was_there(self, path: str, each: Import) -> bool:
        """Whether the profile has seen an import statement load one of its modules in its line."""
        module = absolute(each.module, each.level, package_of(self._codebase.modules, path)) or ""
        names = {module, *(f"{module}.{name}" for name, _ in each.names)}
        return not names.isdisjoint(self._modules[path, each.line])

    def _is_in_place(self, path: str, each: Import) -> bool:
        """Whether the profile has an import in its line. It lacks built-in modules, and packages around the file."""
        own = self._codebase.modules.name_of(path)
        module = absolute(each.module, each.level, package_of(self._codebase.modules, path))
        if each.guard != Guard.NONE or module not in self._known or f"{own}.".startswith(f"{module}."):
            return True
        if each.line not in self._lines[path, module]:
            return False
        names = {f"{module}.{name}" for name, _ in each.names}
        below = {name for name in self._modules[path, each.line] if name.rpartition(".")[0] == module}
        return not each.names or below <= names


def _may_import_at(node: ast.AST, line: int) -> bool:
    """Whether it is an import in a line, or an expression that may run one."""
    if not isinstance(node, (ast.Import, ast.ImportFrom, ast.Call, ast.Attribute)):
        return False
    return node.lineno <= line <= (node.end_lineno or node.lineno)
