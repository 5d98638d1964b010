"""The histories in the tests and examples of apache-otava, from its source distribution. Not a script itself."""

from __future__ import annotations

import ast
import csv
import io
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from collectbench.judge.history.partition import SHORTEST


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicHistory:
    """Values that are long enough to have a step, and where they are: the file, and the function or column."""

    name: str
    values: tuple[float, ...]


def public_histories(folder: Path) -> list[PublicHistory]:
    """Return the histories of the source distribution in `folder`, each once, the longest first.

    Raises:
        SystemExit: there is no source distribution, or nothing in it.
    """
    archives = sorted(folder.glob("apache*otava-*.tar.gz"))
    if not archives:
        sys.exit(f"no source distribution of apache-otava in {folder}")
    histories: dict[tuple[float, ...], PublicHistory] = {}
    with tarfile.open(archives[-1]) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is None or not member.name.endswith((".py", ".csv")):
                continue
            text = content.read().decode()
            read = _in_tests(text) if member.name.endswith(".py") else _in_columns(text)
            for place, values in read:
                if len(values) >= 2 * SHORTEST and min(values) > 0:
                    name = f"{Path(member.name).name}, {place}"
                    histories.setdefault(values, PublicHistory(name=name, values=values))
    if not histories:
        sys.exit(f"{archives[-1]} has no histories")
    return sorted(histories.values(), key=lambda history: -len(history.values))


def _in_tests(text: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Lists of numbers in functions; those in assertions are the places of steps."""
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef):
            asserted = {
                id(node) for outer in ast.walk(function) if isinstance(outer, ast.Assert) for node in ast.walk(outer)
            }
            for node in ast.walk(function):
                if isinstance(node, ast.List) and id(node) not in asserted and (values := _numbers(node)):
                    yield function.name, values


def _numbers(node: ast.List) -> tuple[float, ...]:
    """The numbers of a list; empty if it holds anything else."""
    values = [element.value for element in node.elts if isinstance(element, ast.Constant)]
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    return tuple(numbers) if len(numbers) == len(node.elts) else ()


def _in_columns(text: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Columns of numbers, except the time."""
    rows = list(csv.DictReader(io.StringIO(text)))
    for name in [name for name in rows[0] if name != "time"] if rows else ():
        try:
            yield name, tuple(float(row[name]) for row in rows)
        except (TypeError, ValueError):
            continue
