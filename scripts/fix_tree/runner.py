"""Imports test files and calls what is planted in them, in a Python in which the old modules cannot be imported.

Usage: python runner.py ROOT LIST, where LIST is a JSON file with {"paths": [...], "blocked": [...]}; prints a JSON list
of [path, what, error] for all that fails.
"""

from __future__ import annotations

import doctest
import importlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType


class _Blocker:
    """Finds no old module."""

    def __init__(self, blocked: list[str]) -> None:
        self._blocked = tuple(blocked)

    def find_spec(self, name: str, *_: object) -> None:
        if name in self._blocked or name.startswith(tuple(f"{each}." for each in self._blocked)):
            raise ModuleNotFoundError(f"{name} is blocked")


def failures_in(path: str) -> Iterator[tuple[str, str, str]]:
    """Yield what fails in one file."""
    try:
        module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    except BaseException as error:  # noqa: BLE001 - pytest's skip is one
        yield path, "import", repr(error)
        return
    for name, function in vars(module).items():
        if name.startswith("test_runs_"):
            try:
                function()
            except BaseException as error:  # noqa: BLE001 - likewise
                yield path, name, repr(error)
    yield from _examples(path, module)


def _examples(path: str, module: ModuleType) -> Iterator[tuple[str, str, str]]:
    for name, function in vars(module).items():
        if name.startswith("example_"):
            runner, output = doctest.DocTestRunner(verbose=False), io.StringIO()
            for test in doctest.DocTestFinder(recurse=False).find(function, name, module):
                runner.run(test, out=output.write)
            if runner.failures:
                yield path, name, output.getvalue()


def main() -> None:
    """Run what the command line asks for."""
    root, listed = sys.argv[1:]
    given = json.loads(Path(listed).read_text(encoding="utf-8"))
    sys.path.insert(0, root)
    sys.meta_path.insert(0, _Blocker(given["blocked"]))
    print(json.dumps([each for path in given["paths"] for each in failures_in(path)]))


if __name__ == "__main__":
    main()
