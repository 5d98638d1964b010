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
from collections.abc import Iterator

from collectbench.lint.lineage import Answer, Lineages
from collectbench.lint.namespaces import Entry, imported_entries
from collectbench.lint.rule import Evidence, Rule
from collectbench.model.lint import Violation


def check(evidence: Evidence) -> Iterator[Violation]:
    """Yield a violation for each import of tests that run elsewhere too."""
    if evidence.collection.is_custom:
        return
    lineages = Lineages(evidence=evidence)
    holders: dict[tuple[str, int], set[str]] = defaultdict(set)
    imports: list[tuple[str, Entry]] = []
    for path in sorted(evidence.collection.files):
        outline = evidence.codebase.outline(path)
        if outline is None or "" in outline.not_tests:
            continue
        for entry in imported_entries(evidence, path):
            if _runs(lineages, entry):
                holders[entry.definition.place].add(path)
                imports.append((path, entry))
    for path, entry in imports:
        home = entry.definition.path
        places = holders[entry.definition.place] | ({home} if home in evidence.collection.files else set())
        others = sorted(places - {path})
        # If the home is not collected, the first importer is where the tests are meant to run.
        if path not in evidence.focus or not others or (home not in places and path < others[0]):
            continue
        yield _violation(lineages, path, entry, home if home in places else others[0])


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
    return named and complete and unittest is Answer.NO and lineages.constructor(definition) is None


def _violation(lineages: Lineages, path: str, entry: Entry, other: str) -> Violation:
    definition = entry.definition
    if definition.class_ is None:
        what = f"{entry.name} runs"
    else:
        number = len(lineages.tests(definition))
        what = f"1 test of {entry.name} runs" if number == 1 else f"{number} tests of {entry.name} run"
    how = "the star import brings it" if entry.is_star else "this line imports it"
    return Violation(
        rule=RULE.id,
        path=path,
        line=entry.line,
        subject=entry.name,
        group=f"{definition.path}::{definition.name}",
        message=f"{what} here and in {other}: {how}, and pytest collects it in each file",
        fix="import the module that holds it, not the name"
        if not entry.is_star
        else "name what is needed instead of the star",
    )


RULE = Rule(id="duplicate-items", doc=__doc__, in_tree=check)
