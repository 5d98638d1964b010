"""A helper class with the name of a test class.

What it detects:
    A class that pytest would take for a test class by its name, and skips with a warning: it has `__init__` or
    `__new__`, its own, inherited, or made by a dataclass or an Enum, and no test methods. It counts where a collected
    file defines or imports it.

    It is silent about classes with `__test__ = False`, and about classes whose bases are unknown.

Why:
    Each file that has the class in its namespace yields a PytestCollectionWarning at each run, and the warnings that
    matter drown in them.

Example:
    ```python
    class TestClient:
        def __init__(self, url):
            self.url = url
    ```

Fix:
    Set `__test__ = False` in the class, or give it a name that does not begin with `Test`.

Options:
    None. `python_classes` of pytest decides which names count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from collectbench.lint.certainty import has_test_attribute, is_kept, is_skipped
from collectbench.lint.lineage import Answer, Lineages
from collectbench.lint.namespaces import Entry, imported_entries, is_part, possible_importers
from collectbench.lint.rule import Evidence, Rule
from collectbench.model.lint import Violation
from collectbench.sources.meanings import Definition
from collectbench.sources.outline import NEVER_AT_COLLECTION


def check(evidence: Evidence) -> Iterator[Violation]:
    """Yield a violation for each class, at its definition."""
    if evidence.collection.is_custom:
        return
    lineages = Lineages(evidence=evidence)
    collection, codebase = evidence.collection, evidence.codebase
    # If all files are checked, helpers outside of the tests are found where they are imported.
    own = evidence.focus if is_part(evidence) else evidence.focus & collection.files
    candidates = {
        definition.place: definition
        for path in own
        for definition in lineages.definitions(path)
        if "." not in definition.name
        and collection.is_class_name(definition.name)
        and _is_candidate(lineages, definition)
    }
    importers: dict[tuple[str, int], list[tuple[str, Entry]]] = defaultdict(list)
    for path in possible_importers(evidence, candidates.values()) if collection.with_imported else ():
        outline = codebase.outline(path)
        if path in collection.unsure or outline is None or "" in outline.not_tests:
            continue
        for entry in imported_entries(evidence, path, with_unittest=False):
            definition = entry.definition
            if definition.class_ is None or not collection.is_class_name(entry.name):
                continue
            importers[definition.place].append((path, entry))
            if definition.path in evidence.focus and _is_candidate(lineages, definition):
                candidates[definition.place] = definition
    for place, definition in sorted(candidates.items(), key=lambda item: item[0]):
        if (violation := _violation(lineages, definition, importers[place])) is not None:
            yield violation


def _is_candidate(lineages: Lineages, definition: Definition) -> bool:
    """Whether pytest would warn about a class if it was in the namespace of a collected file."""
    class_ = definition.class_
    if class_ is None or class_.guard in NEVER_AT_COLLECTION or lineages.test_flag(definition) not in ("", "True"):
        return False
    if lineages.tests(definition) or lineages.is_unittest(definition) is not Answer.NO:
        return False
    return lineages.constructor(definition) is not None and not lineages.assigns_constructor(definition)


def _violation(lineages: Lineages, definition: Definition, importers: list[tuple[str, Entry]]) -> Violation | None:
    class_, constructor = definition.class_, lineages.constructor(definition)
    if class_ is None or constructor is None or has_test_attribute(lineages, definition):
        return None
    if not is_skipped(lineages, definition, constructor):
        return None
    codebase, collected = lineages.evidence.codebase, lineages.evidence.collection
    outline = codebase.outline(definition.path)
    is_at_home = definition.path in collected.files and outline is not None and "" not in outline.not_tests
    is_at_home = is_at_home and definition.path not in collected.unsure
    if not is_at_home and not any(is_kept(codebase, path, entry.name, entry.line) for path, entry in importers):
        return None
    also = ""
    if importers:
        also = (
            f", also in {len(importers)} files that import it" if len(importers) > 1 else ", also where it is imported"
        )
    return Violation(
        rule=RULE.id,
        path=definition.path,
        line=class_.line,
        subject=definition.name,
        message=f"{definition.name} has the name of a test class but no tests: pytest warns about its "
        f"{constructor[0]}{also}",
        fix="set __test__ = False in it, or rename it",
    )


RULE = Rule(id="non-test-class", doc=__doc__, in_tree=check)
