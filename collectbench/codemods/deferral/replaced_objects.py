"""Objects that tests replace where they come from: an import while they are replaced would bring the replacement."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from collectbench.sources.names import dotted

_REPLACES = frozenset({"setattr", "delattr"})
_RELOADS = frozenset({"reload"})


def replaced_objects(
    tree: ast.Module, bound: Mapping[str, Sequence[ast.Import | ast.ImportFrom]]
) -> Iterator[tuple[int, str, str]]:
    """Yield line, name and what the line does, for names whose import later than now may bring something else."""
    objects: defaultdict[str, list[str]] = defaultdict(list)
    packages: defaultdict[str, list[str]] = defaultdict(list)
    for name, nodes in bound.items():
        for node in nodes:
            module = node.module if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                if (alias.asname or alias.name.partition(".")[0]) == name:
                    packages[(module or alias.name).partition(".")[0]].append(name)
                    if isinstance(node, ast.ImportFrom):
                        objects[alias.name].append(name)
    every = list(ast.walk(tree))
    for each in every:
        if isinstance(each, ast.Call):
            yield from _call(each, objects)
    if any(isinstance(part, ast.Attribute) and dotted(part) == "sys.modules" for part in every):
        yield from _in_table(every, packages)


def _call(node: ast.Call, objects: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, str, str]]:
    called = dotted(node.func)
    if "patch" in called or called.rpartition(".")[2] in _REPLACES:
        for text in _texts((*node.args[:2], *(keyword.value for keyword in node.keywords))):
            for name in objects.get(text.rpartition(".")[2], ()):
                yield node.lineno, name, f"replaces {text}, so that a later import may bring the replacement"
    elif called.rpartition(".")[2] in _RELOADS:
        for names in objects.values():
            yield from ((node.lineno, name, "reloads a module, which a later import would see") for name in names)


def _in_table(nodes: Sequence[ast.AST], packages: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, str, str]]:
    """The names of modules in a file that reads or changes `sys.modules`."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for name in packages.get(node.value.partition(".")[0], ()):
                yield node.lineno, name, f"names {node.value}, and the file uses sys.modules"


def _texts(nodes: Iterable[ast.AST]) -> set[str]:
    parts = (part for node in nodes for part in ast.walk(node))
    return {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
