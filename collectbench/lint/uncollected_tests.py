"""Tests that never run, because pytest does not collect them.

What it detects:
    - Test methods in a class with `__init__` or `__new__`, its own or inherited: pytest skips the class.
    - Tests in a file that lies where tests belong, but that no pattern of `python_files` matches. It is silent if a
      collected file imports that one, directly or through others: its classes are inherited there, and run.
    - A test that is replaced by a second definition of the same name in the same class or module.

    It is silent about classes whose bases, metaclass or decorators are unknown, about `__test__ = False`, and about
    unittest's classes, which pytest collects whatever they have.

Why:
    The suite is green, and nobody sees that these tests do not run. For a class, pytest shows a warning among many
    others; for a file and a replaced test, it shows nothing.

Example:
    ```python
    class TestOrders:
        def __init__(self):
            self.orders = []

        def test_empty(self):
            assert not self.orders
    ```

Fix:
    Turn `__init__` into a fixture or into `setup_method`. Rename the file so that a pattern matches it, or add a
    pattern. Give the second test a name of its own.

Options:
    None. `python_files`, `python_classes`, `python_functions` and `testpaths` of pytest decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from collectbench.lint.certainty import is_abstract, is_skipped
from collectbench.lint.hidden_heirs import HiddenHeirs
from collectbench.lint.lineage import Answer, Lineages
from collectbench.lint.rule import Evidence, Rule
from collectbench.lint.shadowing import is_used_between
from collectbench.model.lint import Violation
from collectbench.sources.meanings import Definition
from collectbench.sources.outline import NEVER_AT_COLLECTION, Guard, Method

_KEEPING = frozenset(
    """
    skip skipIf skipUnless expectedFailure staticmethod classmethod abstractmethod patch object multiple
    given settings example override_settings usefixtures timeout wraps no_type_check
    """.split()  # noqa: SIM905 - a list would take ten lines
)
"""The last part of decorators that hand the function to nobody else: others may run it under another name."""
_COMBINING = frozenset({"overload", "register", "setter", "getter", "deleter", "dispatch", "singledispatch"})
"""The last part of decorators that combine several definitions of one name."""


def check(evidence: Evidence) -> Iterator[Violation]:
    """Yield a violation for each class, for each file, and for each replaced test."""
    lineages = Lineages(evidence=evidence)
    hidden = HiddenHeirs(codebase=evidence.codebase)
    collected = evidence.collection.files
    for path in sorted(evidence.focus & collected):
        outline = evidence.codebase.outline(path)
        if outline is None or "" in outline.not_tests:
            continue
        if not evidence.collection.is_custom:
            yield from _in_classes(evidence, lineages, hidden, path)
        yield from _replaced(evidence, lineages, path)
    if evidence.collection.is_custom:
        return
    others = sorted(evidence.focus & (evidence.collection.tests - collected - evidence.collection.excluded))
    with_tests = [(path, tests) for path in others if (tests := sorted(_tests_of_file(evidence, lineages, path)))]
    words = [evidence.codebase.modules.stem_of(path).encode() for path, _ in with_tests]
    named = {word for _, word in evidence.codebase.unread_with(words)} if words else set()
    dynamic = _dynamic_directories(evidence) if with_tests else frozenset[str]()
    for (path, tests), word in zip(with_tests, words, strict=True):
        # A file that nobody has read, since it holds no tests, may import what it names.
        if word not in named and not _is_reached(evidence, path, dynamic):
            yield _of_file(path, tests)


def _in_classes(evidence: Evidence, lineages: Lineages, hidden: HiddenHeirs, path: str) -> Iterator[Violation]:
    for definition in lineages.definitions(path):
        if not _would_be_collected(evidence, lineages, definition):
            continue
        tests = lineages.tests(definition)
        constructor = lineages.constructor(definition) if tests else None
        if constructor is None or not _is_certain(lineages, definition):
            continue
        if not is_skipped(lineages, definition, constructor) or hidden.has(definition):
            continue
        name, owner = constructor
        where = "" if owner is definition else f" inherited from {owner.name if owner else 'a base'}"
        class_ = definition.class_
        yield Violation(
            rule=RULE.id,
            path=path,
            line=class_.line if class_ else 1,
            subject=definition.name,
            message=f"{_count(tests, definition.name)}: pytest skips a class with {name}{where}",
            fix=f"turn {name} into a fixture or setup_method",
        )


def _would_be_collected(evidence: Evidence, lineages: Lineages, definition: Definition) -> bool:
    """Whether pytest looks at a class: by its name, those of its outer classes, and `__test__`."""
    class_ = definition.class_
    if class_ is None or class_.guard in NEVER_AT_COLLECTION:
        return False
    if not all(map(evidence.collection.is_class_name, definition.name.split("."))):
        return False
    outer, _, _ = definition.name.rpartition(".")
    if outer:
        above = [each for each in lineages.definitions(definition.path) if each.name == outer]
        if not above or lineages.constructor(above[-1]) or not lineages.of(above[-1]).is_complete:
            return False  # the outer class is what is skipped
    return lineages.test_flag(definition) in ("", "True")


def _is_certain(lineages: Lineages, definition: Definition) -> bool:
    """Whether its tests run nowhere else: not as unittest's, and in no subclass that may be one."""
    if lineages.is_unittest(definition) is not Answer.NO or lineages.assigns_constructor(definition):
        return False
    outline = lineages.evidence.codebase.outline(definition.path)
    last = [class_ for class_ in (outline.classes if outline else ()) if class_.name == definition.name][-1:]
    if last and last[0] is not definition.class_:
        return False  # a second class of that name: `_replaced` reports it
    return all(
        lineages.is_unittest(child) is Answer.NO and not lineages.assigns_constructor(child)
        for child in lineages.subclasses(definition)
    )


def _replaced(evidence: Evidence, lineages: Lineages, path: str) -> Iterator[Violation]:
    outline = evidence.codebase.outline(path)
    if outline is None:
        return
    tests = [(each, "") for each in outline.functions if lineages.is_test(each)]
    for first, second in _pairs([each for each, _ in tests]):
        if not is_used_between(evidence.codebase, path, first.name, first.line, second.line):
            yield _replacement(path, first, "")
    for definition in lineages.definitions(path):
        class_ = definition.class_
        if class_ is None or class_.guard == Guard.TYPE_CHECKING or lineages.test_flag(definition) == "False":
            continue
        for first, second in _pairs([each for each in class_.methods if lineages.is_test(each)]):
            if not is_used_between(evidence.codebase, path, first.name, first.line, second.line):
                yield _replacement(path, first, definition.name)
    yield from _replaced_classes(evidence, lineages, path)


def _replaced_classes(evidence: Evidence, lineages: Lineages, path: str) -> Iterator[Violation]:
    definitions = [each for each in lineages.definitions(path) if _would_be_collected(evidence, lineages, each)]
    for position, first in enumerate(definitions):
        second = next((each for each in definitions[position + 1 :] if each.name == first.name), None)
        one, other = first.class_, second.class_ if second else None
        if second is None or one is None or other is None or one.block != other.block:
            continue
        tests = lineages.tests(first)
        if not tests or is_used_between(evidence.codebase, path, one.name.rpartition(".")[2], one.line, other.end):
            continue
        yield Violation(
            rule=RULE.id,
            path=path,
            line=one.line,
            subject=first.name,
            message=f"{_count(tests, first.name)}: a second class of that name replaces it",
            fix="give one of them a name of its own",
        )


def _pairs(methods: Sequence[Method]) -> Iterator[tuple[Method, Method]]:
    """Yield each function with the next one of the same name in the same list of statements."""
    latest: dict[tuple[str, int], Method] = {}
    for method in methods:
        before = latest.get((method.name, method.block))
        if (
            before is not None
            and all(map(_keeps, before.decorators))
            and not {each.rpartition(".")[2] for each in method.decorators} & _COMBINING
        ):
            yield before, method
        latest[method.name, method.block] = method


def _keeps(decorator: str) -> bool:
    """Whether a decorator only marks or wraps a function."""
    return decorator.startswith(("pytest.mark.", "mark.")) or decorator.rpartition(".")[2] in _KEEPING


def _replacement(path: str, method: Method, class_name: str) -> Violation:
    name = f"{class_name}.{method.name}" if class_name else method.name
    return Violation(
        rule=RULE.id,
        path=path,
        line=method.line,
        subject=name,
        message=f"{name} never runs: a second definition of that name replaces it",
        fix="give one of them a name of its own",
    )


def _tests_of_file(evidence: Evidence, lineages: Lineages, path: str) -> Iterator[tuple[int, str]]:
    """Yield the tests that a file would have if a pattern matched it, each behind its line."""
    outline = evidence.codebase.outline(path)
    if outline is None or "" in outline.not_tests or path.rpartition("/")[2] in ("conftest.py", "__init__.py"):
        return
    for function in {each.name: each for each in outline.functions}.values():  # the last one of each name
        if lineages.is_test(function) and function.name not in outline.not_tests:
            yield function.line, function.name
    for definition in lineages.definitions(path):
        class_ = definition.class_
        if class_ is None or "." in class_.name or not _would_be_collected(evidence, lineages, definition):
            continue
        if lineages.constructor(definition) is None and not is_abstract(lineages, definition):
            own = (method for method in class_.methods if lineages.is_test(method))
            yield from ((method.line, method.name) for method in own)


def _of_file(path: str, tests: Sequence[tuple[int, str]]) -> Violation:
    file = path.rpartition("/")[2]
    (line, first), *rest = tests
    names = f"{first} and {len(rest)} more tests" if len(rest) > 1 else f"{first} and {rest[0][1]}" if rest else first
    verb = "run" if rest else "runs"
    return Violation(
        rule=RULE.id,
        path=path,
        line=line,
        subject=first,
        message=f"{names} never {verb}: no pattern of python_files matches {file}, and no collected file imports it",
        fix=f"rename it to test_{file}, or move what it holds",
    )


def _is_reached(evidence: Evidence, path: str, dynamic: Collection[str]) -> bool:
    """Whether a collected file or a conftest imports a file, directly or through others."""
    codebase = evidence.codebase
    todo, seen = [path], {path}
    while todo:
        file = todo.pop()
        if _lies_below(file, dynamic):
            return True
        for importer in codebase.files_with({codebase.modules.stem_of(file)}):
            if importer not in seen and file in codebase.imported_files(importer):
                if importer in evidence.collection.files or importer.rpartition("/")[2] == "conftest.py":
                    return True
                seen.add(importer)
                todo.append(importer)
    return False


def _dynamic_directories(evidence: Evidence) -> frozenset[str]:
    """The directories with a collected file that brings names into its namespace that nobody can read.

    It may load the files beside it and below it.
    """
    outlines = ((path, evidence.codebase.outline(path)) for path in evidence.collection.files)
    return frozenset(
        path.rpartition("/")[0] for path, outline in outlines if outline is not None and outline.is_dynamic
    )


def _lies_below(path: str, directories: Collection[str]) -> bool:
    while path := path.rpartition("/")[0]:
        if path in directories:
            return True
    return False


def _count(tests: Collection[object], name: str) -> str:
    return f"1 test of {name} never runs" if len(tests) == 1 else f"{len(tests)} tests of {name} never run"


RULE = Rule(id="uncollected-tests", doc=__doc__, in_tree=check)
