"""Which tests a change of some files can affect: those that import them, and those below a conftest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from collectbench.sources.codebase import Codebase
from collectbench.sources.modules import Found

_CONFTEST = "conftest.py"


@dataclass(kw_only=True)
class Affected:
    """The test files that depend on other files, in a tree as it was before the edits.

    Attributes:
        codebase: the tree.
        test_files: those that pytest collects.
    """

    codebase: Codebase
    test_files: frozenset[str]

    def tests_of(self, paths: Collection[str]) -> frozenset[str]:
        """Return the test files among some files, and those that import one of them, directly or through others."""
        seen, pending = set(paths), list(paths)
        while pending:
            path = pending.pop()
            new = self._importers.get(path, set()) | self._below_conftest(path)
            pending += new - seen
            seen |= new
        return self.test_files & seen

    def _below_conftest(self, path: str) -> set[str]:
        directory, _, name = path.rpartition("/")
        if name != _CONFTEST:
            return set()
        return {each for each in self.test_files if not directory or each.startswith(f"{directory}/")}

    @cached_property
    def _importers(self) -> dict[str, set[str]]:
        importers: dict[str, set[str]] = defaultdict(set)
        for path, facts in self.codebase.facts.items():
            if not facts.problem:
                for imported in (*self.codebase.imported_files(path), *self._patched_files(path)):
                    importers[imported].add(path)
        return importers

    def _patched_files(self, path: str) -> Iterator[str]:
        """Yield the files that hold the objects whose dotted names stand in strings: `patch("shop.orders.send")`."""
        for mention in self.codebase.facts[path].mentions:
            name = mention.removeprefix("=")
            while name != mention and "." in name:
                name = name.rpartition(".")[0]
                location = self.codebase.modules.locate(name)
                if isinstance(location, Found) and location.path:
                    yield location.path
                    break
