"""From the lines of `-X importtime` and of the probe to the code that runs while Python starts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from collectbench.model.interpreter_start import StartedModule, StartHook

_IMPORT = re.compile(r"import time: +(?P<own>\d+) \| +(?P<all>\d+) \| (?P<indent> *)(?P<name>\S+)")
_BEGIN, _END = "collectbench-begin ", "collectbench-end "


class _Import(NamedTuple):
    depth: int
    name: str
    own_us: int
    all_us: int


def start_hooks(lines: Iterable[str]) -> tuple[StartHook, ...]:
    """The hooks that the probe saw, in the order in which they first ended. Lines of another form are skipped.

    In a virtual environment, Python executes each line of a .pth file twice: the two are one hook.
    """
    hooks: dict[tuple[str, str], StartHook] = {}
    within: list[list[_Import]] = []
    for line in lines:
        if line.startswith(_BEGIN):
            within.append([])
        elif line.startswith(_END) and within:
            imports = within.pop()
            hook = _hook(line[len(_END) :], imports)
            if hook is not None and hook.path:
                earlier = hooks.get((hook.path, hook.text))
                hooks[hook.path, hook.text] = hook if earlier is None else _together(earlier, hook)
        elif within and (match := _IMPORT.match(line)):
            within[-1].append(_Import(len(match["indent"]) // 2, match["name"], int(match["own"]), int(match["all"])))
    return tuple(hooks.values())


def _together(one: StartHook, other: StartHook) -> StartHook:
    return replace(one, seconds=one.seconds + other.seconds, modules=(*one.modules, *other.modules))


def _hook(literal: str, imports: Sequence[_Import]) -> StartHook | None:
    try:
        path, text, ns = ast.literal_eval(literal)
        seconds = int(ns) / 1e9
    except (ValueError, SyntaxError, TypeError):
        return None
    return StartHook(path=str(path), text=str(text).strip(), seconds=seconds, modules=_nested(imports))


def _nested(imports: Sequence[_Import]) -> tuple[StartedModule, ...]:
    """The modules with their importers: importtime writes a module behind all those that it imports, less indented."""
    modules: list[StartedModule] = []
    around: list[_Import] = []
    for each in reversed(imports):
        while around and around[-1].depth >= each.depth:
            around.pop()
        modules.append(
            StartedModule(
                name=each.name,
                parent=around[-1].name if around else "",
                self_s=each.own_us / 1e6,
                cumulative_s=each.all_us / 1e6,
            )
        )
        around.append(each)
    return tuple(reversed(modules))
