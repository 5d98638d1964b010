"""Stacks by the function of pytest that runs in them or calls the project's code."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from collectbench.causes.evidence import Evidence
from collectbench.causes.running import MACHINERY, Running, is_pytest_path, running
from collectbench.model.samples import Call


def in_pytest(evidence: Evidence, functions: Collection[str]) -> Iterator[tuple[Running | None, Running]]:
    """Yields the stacks in which one of these functions of pytest runs in the innermost call of pytest.

    First the project's code that it calls, None if it calls none; then the whole stack from that function on.
    """
    for stack in evidence.stacks:
        if stack.part.kind not in ("hook", "frame", "root"):
            continue
        position = innermost_of(stack.calls, functions)
        if position is None:
            continue
        run = running(stack, evidence.is_project)
        if run is not None and len(run.calls) > position:
            continue  # the project's code calls pytest, not the other way round
        whole = Running(
            part=stack.part,
            frame=stack.frame,
            seconds=stack.seconds,
            calls=stack.calls[position::-1],
            callers=stack.calls[position + 1 :],
            project=(),
        )
        yield run, whole


def innermost_of(calls: tuple[Call, ...], functions: Collection[str]) -> int | None:
    """Returns the position of the innermost of these functions, within the innermost calls of pytest in one hook."""
    for position, call in enumerate(calls):
        if call.path.startswith(MACHINERY) or call.function == "_multicall":
            return None
        if is_pytest_path(call.path) and call.function in functions:
            return position
    return None


def definition_of(evidence: Evidence, call: Call) -> tuple[str, int]:
    """Returns path and line of the `def` around a call; its own line if there is none."""
    for node in reversed(evidence.sources.around(call.path, call.line)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == call.function:
            return call.path, node.lineno
    return call.path, call.line


def qualified_name(evidence: Evidence, call: Call) -> str:
    """Returns the name of the function of a call with the classes around it."""
    around = evidence.sources.around(call.path, call.line)
    names = [node.name for node in around if isinstance(node, ast.ClassDef)]
    return ".".join((*names, call.function))
