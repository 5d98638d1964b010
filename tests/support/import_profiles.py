"""Profiles of trees that are made of texts: who imports what is read from the texts, the seconds are given."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping, Sequence
from textwrap import dedent

from collectbench.model.costs import ImportCost, Importer, ModuleCut, Origin, Profile
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Status


def profile_from(
    texts: Mapping[str, str],
    seconds: Mapping[str, float],
    *,
    others: Mapping[str, Sequence[str]] | None = None,
    cuts: Sequence[ModuleCut] = (),
    floor: Sequence[str] = (),
) -> Profile:
    """Return the profile of a target `tests` in which all files of a tree were imported.

    `seconds` are what modules cost, of the tree or outside of it. `others` are further importers of modules, as
    `path:line`. Modules of `floor` are those that pytest needs.
    """
    paths = {_module(path): path for path in texts}
    known = {**{name: f"<site-packages>/{name.replace('.', '/')}.py" for name in (*seconds, *(others or {}))}, **paths}
    importers: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for path, text in texts.items():
        for node in ast.walk(ast.parse(dedent(text))):
            for name in _imported(node):
                if name in known and not f"{_module(path)}.".startswith(f"{name}."):
                    importers[name].add((path, node.lineno))  # type: ignore[attr-defined]
    for name, places in (others or {}).items():
        importers[name].update((place.rpartition(":")[0], int(place.rpartition(":")[2])) for place in places)
    return Profile(
        tool=Tool(name="collectbench", version="0"),
        created="2026-01-02T03:04:05Z",
        environment=Environment(
            python="3.11.7",
            implementation="cpython",
            pytest="9.0.0",
            plugins={},
            platform="linux",
            cpu_model="",
            cpu_count=2,
            bytecode="written",
            flags={},
        ),
        target="tests",
        status=Status.OK,
        message="",
        complete=True,
        wall_s=2.0,
        traced_wall_s=2.0,
        counts=None,
        phases={},
        shares=(),
        imports=tuple(
            _cost(name, path, seconds.get(name, 0.0), sorted(importers[name]), is_floor=name in floor)
            for name, path in known.items()
        ),
        collectors=(),
        plugins=(),
        hooks=(),
        events=(),
        gc_s=0.0,
        gc_passes=0,
        cuts=tuple(cuts),
    )


def cut_of(module: str, saving_s: float, *lines: str) -> ModuleCut:
    """Return a cut with these lines, each as `path:line`; a plugin has the line 0."""
    pairs = (line.rpartition(":") for line in lines)
    return ModuleCut(
        module=module,
        path="",
        lines=tuple(Importer(path=path, line=int(line), saving_alone_s=0.0) for path, _, line in pairs),
        saving_s=saving_s,
    )


def _cost(name: str, path: str, cost_s: float, importers: Sequence[tuple[str, int]], *, is_floor: bool) -> ImportCost:
    return ImportCost(
        module=name,
        path=path,
        origin=Origin.THIRD_PARTY,
        self_s=cost_s,
        inclusive_s=cost_s,
        find_s=0.0,
        compile_s=0.0,
        bytecode="hit",
        importers=tuple(Importer(path=file, line=line, saving_alone_s=0.0) for file, line in importers),
        saving_alone_s=0.0,
        saving_joint_s=0.0 if is_floor else cost_s,
        floor=is_floor,
        begin_s=0.0,
    )


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []
