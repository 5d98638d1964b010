"""Tests that run again because another module imports them.

What it detects:
    A test class or test function in the namespace of a collected file, imported there by name or by a star import,
    which another collected file defines or imports too. pytest collects it in each of them.

Why:
    The tests run once for each file. Mostly only a base class was wanted, or a helper beside the tests.

Example:
    ```python
    from tests.test_orders import TestOrders  # its tests run again here

    class TestSpecialOrders(TestOrders): ...
    ```

Fix:
    Import the module instead of the class: `from tests import test_orders`, then `test_orders.TestOrders`. For star
    imports, name what is needed. Move what is shared to a file that pytest does not collect.

Options:
    None.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from collectbench.lint.certainty import is_abstract, is_kept
from collectbench.lint.lineage import Answer, Lineages
from collectbench.lint.namespaces import Entry, imported_entries, possible_importers
from collectbench.lint.rule import Evidence, Rule
from collectbench.model.lint import Violation
from collectbench.sources.meanings import Definition


def check(evidence: Evidence) -> Iterator[Violation]:
    """Yield a violation for each import of tests that run elsewhere too."""
    if evidence.collection.is_custom or not evidence.collection.with_imported:
        return
    lineages = Lineages(evidence=evidence)
    brought: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for path in sorted(evidence.focus & evidence.collection.files):
        for entry in _entries(lineages, path):
            brought[path, entry.line].append(entry)
    others = _Others(lineages, [entry.definition for entries in brought.values() for entry in entries])
    for (path, _), entries in brought.items():
        again = {
            entry: other
            for entry in entries
            if (other := others.of(path, entry)) and is_kept(evidence.codebase, path, entry.name, entry.line)
        }
        if again:
            yield _violation(lineages, path, again)


def _entries(lineages: Lineages, path: str) -> Iterator[Entry]:
    """The imported tests that pytest collects in a file."""
    evidence = lineages.evidence
    outline = evidence.codebase.outline(path)
    if outline is not None and "" not in outline.not_tests and path not in evidence.collection.unsure:
        yield from (each for each in imported_entries(evidence, path, with_unittest=True) if _runs(lineages, each))


class _Others:
    """In which other files tests run."""

    def __init__(self, lineages: Lineages, definitions: Iterable[Definition]) -> None:
        self._evidence = lineages.evidence
        self._first: dict[tuple[str, int], str] = {}
        away = [definition for definition in definitions if not self._runs_at_home(definition)]
        waiting = {definition.place for definition in away}
        for path in possible_importers(lineages.evidence, away) if away else ():
            for entry in _entries(lineages, path):
                place = entry.definition.place
                if place in waiting and is_kept(self._evidence.codebase, path, entry.name, entry.line):
                    self._first[place] = path
                    waiting.remove(place)

    def of(self, path: str, entry: Entry) -> str | None:
        """Return the file in which the tests of an entry run anyway; None if they run only in this one.

        That is where they are defined or, if pytest does not collect that file, the first file that imports them.
        """
        if self._runs_at_home(entry.definition):
            return entry.definition.path
        first = self._first.get(entry.definition.place, path)
        return None if first == path else first

    def _runs_at_home(self, definition: Definition) -> bool:
        outline = self._evidence.codebase.outline(definition.path)
        collection = self._evidence.collection
        is_collected = definition.path in collection.files and definition.path not in collection.unsure
        return is_collected and outline is not None and "" not in outline.not_tests


def _runs(lineages: Lineages, entry: Entry) -> bool:
    """Whether pytest collects tests of this entry."""
    definition = entry.definition
    if definition.function is not None:
        outline = lineages.evidence.codebase.outline(definition.path)
        skipped = outline is not None and definition.name in outline.not_tests
        is_test = lineages.is_test(definition.function)
        return is_test and not skipped and lineages.evidence.collection.is_test_name(entry.name)
    if lineages.test_flag(definition) not in ("", "True") or not lineages.tests(definition):
        return False
    unittest = lineages.is_unittest(definition)
    if unittest is Answer.YES:
        return True
    named = lineages.evidence.collection.is_class_name(entry.name)
    complete = lineages.of(definition).is_complete
    is_test = named and complete and unittest is Answer.NO and lineages.constructor(definition) is None
    return is_test and not is_abstract(lineages, definition)


def _violation(lineages: Lineages, path: str, again: dict[Entry, str]) -> Violation:
    """The violation of one import and the entries that run elsewhere too."""
    entry = next(iter(again))
    what = ", and ".join(_count(lineages, each) for each in again)
    others = ", ".join(sorted(set(again.values())))
    star = entry.is_star
    return Violation(
        rule=RULE.id,
        path=path,
        line=entry.line,
        subject=entry.name,
        message=f"{what} again, since {'the star import' if star else 'the import'} brings "
        f"{'them' if len(again) > 1 or 'tests' in what else 'it'} here from {others}",
        fix="name what is needed instead of the star" if star else "import the module, and use the name through it",
    )


def _count(lineages: Lineages, entry: Entry) -> str:
    if entry.definition.class_ is None:
        return f"{entry.name} runs"
    number = len(lineages.tests(entry.definition))
    return f"1 test of {entry.name} runs" if number == 1 else f"{number} tests of {entry.name} run"


RULE = Rule(id="duplicate-items", doc=__doc__, in_tree=check)
