"""A helper class that is copied into several test files.

What it detects:
    Classes of one name in several test files that are equal but for comments, docstrings, the layout and the order of
    their methods, and whose free names mean the same: the same imports, or local definitions that are equal too. A
    `@pytest.mark` and a `__test__` count only if a test class inherits from the class: on a helper they mean nothing.

    Near copies are told apart, each with its similarity to the copy that most files have: the share of equal lines.
    Test classes whose tests pytest runs are not looked at, since fixtures of their files may make them differ.

Why:
    A mistake is mended in one copy and stays in the others. Each copy is parsed and rewritten in its file, and a helper
    named `Test…` yields a warning for each.

Example:
    ```python
    class ApiHelper:  # the same in tests/test_orders.py and in tests/test_customers.py
        def __init__(self, client):
            self.client = client
            self.calls = 0

        def get(self, path):
            self.calls += 1
            return self.client.get(path).json()
    ```

Fix:
    Keep one in a module that all of them import, or make it a fixture in a conftest.

Options:
    `min-statements`: the fewest statements of a class that counts, by default 5. `min-similarity`: from which
    similarity on a class counts as a near copy, by default 80 %.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from collectbench.lint.class_text import ClassText, Texts
from collectbench.lint.lineage import Answer, Lineages
from collectbench.lint.rule import Evidence, Rule
from collectbench.model.lint import Violation
from collectbench.sources.meanings import Definition
from collectbench.sources.outline import NEVER_AT_COLLECTION

_ALIKE = 0.5
"""Classes that share less than this part of their members are no near copies, so they are not parsed."""
_FEW = 20
"""To look for one name takes this part of the time for reading all classes, about."""
_NEAR = "near copies of the class"
_FIX = "keep one, in a module that all of them import"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Variant:
    """Copies that are equal, by path, and their text."""

    text: ClassText
    copies: tuple[Definition, ...]

    @property
    def home(self) -> str:
        """The first file that has it."""
        return self.copies[0].path


def check(evidence: Evidence) -> Iterator[Violation]:
    """Yield a violation for each copy."""
    lineages = Lineages(evidence=evidence)
    texts = Texts(lineages)
    tests = evidence.collection.tests | evidence.collection.files
    names = {each.name for path in evidence.focus & tests for each in _helpers(lineages, path)}
    for name, definitions in sorted(_by_name(lineages, tests, names).items()):
        alike = _alike(definitions)
        if len({each.path for each in alike}) > 1:
            yield from (each for each in _of_name(texts, name, alike) if each.path in evidence.focus)


def is_near(violation: Violation) -> bool:
    """Whether a violation of this rule is about a near copy; else it is about one of some equal copies."""
    return (violation.group or "").startswith(_NEAR)


def _by_name(lineages: Lineages, tests: frozenset[str], names: set[str]) -> dict[str, list[Definition]]:
    found: dict[str, list[Definition]] = defaultdict(list)
    few = len(names) * _FEW < len(tests)
    files = tests.intersection(lineages.evidence.codebase.files_with(names)) if few else tests
    for path in sorted(files):
        for definition in _helpers(lineages, path):
            if definition.name in names:
                found[definition.name].append(definition)
    return {name: definitions for name, definitions in found.items() if len(definitions) > 1}


def _helpers(lineages: Lineages, path: str) -> Iterator[Definition]:
    """The classes of a file whose tests, if they have some, pytest does not run."""
    for definition in lineages.definitions(path):
        class_ = definition.class_
        if class_ is None or "." in class_.name or class_.guard in NEVER_AT_COLLECTION:
            continue
        if not any(map(lineages.is_test, class_.methods)) or (
            lineages.constructor(definition) and lineages.is_unittest(definition) is Answer.NO
        ):
            yield definition


def _alike(definitions: list[Definition]) -> list[Definition]:
    """Those that share most members with another one."""
    members = [_members(definition) for definition in definitions]
    distinct = [(each, members.count(each)) for each in dict.fromkeys(members)]
    close = {
        one
        for one, number in distinct
        if number > 1
        or any(one is not other and len(one & other) >= _ALIKE * len(one | other) for other, _ in distinct)
    }
    return [definition for definition, own in zip(definitions, members, strict=True) if own in close]


def _members(definition: Definition) -> frozenset[str]:
    class_ = definition.class_
    return frozenset((*(each.name for each in class_.methods), *class_.attributes)) if class_ else frozenset()


def _of_name(texts: Texts, name: str, definitions: Iterable[Definition]) -> Iterator[Violation]:
    by_text: dict[ClassText, list[Definition]] = defaultdict(list)
    minimum = texts.settings.min_statements
    for definition in definitions:
        text = texts.of(definition)
        if text is not None and text.statements >= minimum:
            by_text[text].append(definition)
    variants = [_Variant(text=text, copies=tuple(copies)) for text, copies in by_text.items()]
    variants.sort(key=lambda each: (-len(each.copies), each.home))
    if not variants:
        return
    most = variants[0]
    for variant in variants:
        if len({each.path for each in variant.copies}) > 1:
            yield from _equal(name, variant)
        elif variant is not most:
            similarity = SequenceMatcher(None, most.text.lines, variant.text.lines, autojunk=False).ratio()
            if similarity >= texts.settings.min_similarity:
                yield _near(name, variant, most, similarity)


def _equal(name: str, variant: _Variant) -> Iterator[Violation]:
    number = len(variant.copies)
    for copy in variant.copies:
        yield Violation(
            rule=RULE.id,
            path=copy.path,
            line=copy.place[1],
            subject=name,
            group=f"{number} copies of the class {name}, first in {variant.home}",
            message=f"the class {name} is the same in {number} files",
            fix=_FIX,
        )


def _near(name: str, variant: _Variant, most: _Variant, similarity: float) -> Violation:
    copy = variant.copies[0]
    where = f"{len(most.copies)} files, such as {most.home}" if len(most.copies) > 1 else most.home
    return Violation(
        rule=RULE.id,
        path=copy.path,
        line=copy.place[1],
        subject=name,
        group=f"{_NEAR} {name} in {most.home}",
        message=f"the class {name} is {min(int(similarity * 100), 99)} % the same as in {where}",
        fix=_FIX,
    )


RULE = Rule(id="duplicate-class", doc=__doc__, in_tree=check, in_functions=True)
