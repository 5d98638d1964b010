"""Who uses the names of a module from other files: imports them from it, reads or patches them in it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from collectbench.sources.codebase import Codebase
from collectbench.sources.modules import INIT, Found
from collectbench.sources.names import dotted
from collectbench.sources.references import STAR


def outside_uses(codebase: Codebase, names: Mapping[str, Collection[str]]) -> dict[str, dict[str, str]]:
    """Return by file and name the first other use, as `tests/test_b.py:3 imports it from here`.

    `names` are those of interest, by file. Only files that hold the last part of the name of such a file are parsed.
    """
    patterns = {path: _pattern(codebase.modules.stem_of(path), names[path]) for path in names}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path in sorted(codebase.facts):
        try:
            source = codebase.read(path)
        except OSError:
            continue
        subjects = [
            subject for subject, (stem, pattern) in patterns.items() if stem in source and pattern.search(source)
        ]
        tree = codebase.tree(path) if subjects else None
        if tree is None:
            continue
        nodes = _Nodes.of(tree)
        for subject in subjects:
            reader = _Reader(codebase, path, subject, frozenset(names[subject]))
            for line, name, how in reader.uses(nodes):
                found[subject].setdefault(name, f"{path}:{line} {how}")
    return found


def _pattern(stem: str, names: Collection[str]) -> tuple[bytes, re.Pattern[bytes]]:
    """The last part of the name of a module, and one of its names or a star import."""
    words = b"|".join(re.escape(name.encode()) for name in sorted(names))
    return stem.encode(), re.compile(rb"\b(?:" + words + rb")\b|import[ \t]*\*")


@dataclass(frozen=True, slots=True)
class _Nodes:
    """The nodes of a file that may use another one: many subjects look at them, and a walk takes long."""

    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    strings: list[tuple[ast.Constant, str]] = field(default_factory=list)
    expressions: list[ast.Attribute | ast.Call] = field(default_factory=list)

    @classmethod
    def of(cls, tree: ast.Module) -> _Nodes:
        nodes = cls()
        for node in ast.walk(tree):
            if isinstance(node, (ast.Attribute, ast.Call)):
                nodes.expressions.append(node)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                nodes.imports.append(node)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
                nodes.strings.append((node, node.value))
        return nodes


@dataclass(slots=True)
class _Reader:
    """Reads one file for its uses of another, or of itself as a module."""

    codebase: Codebase
    path: str
    subject: str
    names: frozenset[str]
    aliases: set[str] = field(default_factory=set)
    """Dotted names that mean the subject here."""

    def uses(self, nodes: _Nodes) -> Iterator[tuple[int, str, str]]:
        """Yield line, name and what the line does."""
        for node in nodes.imports:
            if isinstance(node, ast.ImportFrom):
                yield from self._from(node)
            else:
                subject = (alias for alias in node.names if self._means_subject(alias.name, 0))
                self.aliases.update(alias.asname or alias.name for alias in subject)
        stem = self.codebase.modules.stem_of(self.subject)
        for constant, value in nodes.strings:
            if stem and stem in value:
                yield from self._string(constant, value, stem)
        for expression in nodes.expressions if self.aliases else ():
            yield from self._of_alias(expression)

    def _of_alias(self, node: ast.Attribute | ast.Call) -> Iterator[tuple[int, str, str]]:
        """`test_shop.pd`, and calls such as `setattr(test_shop, "pd", …)`."""
        if isinstance(node, ast.Attribute):
            if node.attr in self.names and dotted(node.value) in self.aliases:
                yield node.lineno, node.attr, f"uses it as {dotted(node)}"
        elif len(node.args) > 1 and dotted(node.args[0]) in self.aliases:
            name = node.args[1].value if isinstance(node.args[1], ast.Constant) else None
            if name in self.names:
                yield node.lineno, str(name), f"names it in {dotted(node.func) or 'a call'}"

    def _from(self, node: ast.ImportFrom) -> Iterator[tuple[int, str, str]]:
        module = node.module or ""
        is_subject = self.path != self.subject and self._means_subject(module, node.level)
        for alias in node.names:
            if is_subject and alias.name == STAR:
                for name in self.names:
                    if self.codebase.exports(self.subject, name):
                        yield node.lineno, name, "imports * from here"
            elif is_subject and alias.name in self.names:
                yield node.lineno, alias.name, "imports it from here"
            elif self._means_subject(f"{module}.{alias.name}".strip("."), node.level):
                self.aliases.add(alias.asname or alias.name)

    def _means_subject(self, module: str, level: int) -> bool:
        modules = self.codebase.modules
        location = modules.locate(module, level, self.path)
        if not isinstance(location, Found) or location.path is None:
            return False
        if location.path == self.subject:
            return True
        file = self.subject.rpartition("/")[2]
        is_alike = (file != INIT and location.path.endswith(f"/{file}")) or location.path == file
        return is_alike and self.subject in modules.namesakes(location.path)

    def _string(self, node: ast.Constant, value: str, stem: str) -> Iterator[tuple[int, str, str]]:
        """A path such as `tests.test_b.pd` in a call of `patch`."""
        parts = value.split(".")
        for before, name in pairwise(parts):
            if before == stem and name in self.names:
                yield node.lineno, name, f"names it as {value!r}"
