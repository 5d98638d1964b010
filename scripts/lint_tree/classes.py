"""Test classes that pytest does not collect, and the helper class that lives in many files."""

from __future__ import annotations

from collections.abc import Callable

from lint_tree.draft import Draft, Mark
from lint_tree.plan import Plan
from lint_tree.skeleton import Tree
from lint_tree.words import camel, fresh

UNCOLLECTED, NON_TEST = "uncollected-tests", "non-test-class"
INIT = "    def __init__(self, {a}=None, {b}={n}):\n        self.{a} = {a}\n        self.{b} = {b}\n"
NEW = "    def __new__(cls, *args):\n        made = super().__new__(cls)\n        made.{a} = {n}\n        return made\n"


def _signature(tree: Tree, template: str) -> str:
    a, b = tree.prose.noun(), f"{tree.prose.noun()}_count"
    return template.format(a=a, b=b, n=tree.rng.randint(1, 99))


def _name(tree: Tree, draft: Draft) -> str:
    return fresh(draft.used, lambda: f"Test{camel(draft.stem)}{camel(tree.prose.noun())}")


def uncollected(tree: Tree, plan: Plan) -> None:
    """Plant classes whose tests never run."""
    rng, prose, whole = tree.rng, tree.prose, tree.whole()
    support = [draft for path, draft in tree.drafts.items() if path.startswith("tests/support/bases")]
    forms = ["own __init__"] * plan.own_init + ["__new__"] * plan.own_new
    forms += [("inherited __init__", "inherited __init__, other file")[i % 2] for i in range(plan.inherited_init)]
    for form in forms:
        draft = rng.choice(whole)
        base, before = "", ""
        if form == "inherited __init__":
            base = fresh(draft.used, lambda: f"{camel(prose.stem())}Base")
            before = f"class {base}:\n{_signature(tree, INIT)}\n\n"
        elif form == "inherited __init__, other file":
            base = fresh(draft.used, lambda: f"{camel(prose.stem())}Base")
            owner = rng.choice(support)
            owner.add(f"class {base}:\n{_signature(tree, INIT)}")
            draft.needs(f"from {owner.dotted} import {base}")
        bases = f"({base})" if base else ""
        count = rng.randint(1, 5)
        name = _name(tree, draft)
        tests = prose.members(count, draft.known, tests=True)
        above = {"own __init__": INIT, "__new__": NEW}.get(form, "")
        start = f"class {name}{bases}:\n" + (f"{_signature(tree, above)}\n" if above else "")
        mark = Mark(rule=UNCOLLECTED, subject=name, form=form, line=before.count("\n"), more={"tests": count})
        draft.add(before + start + tests, mark)


def other_uncollected(tree: Tree, plan: Plan) -> None:
    """Plant tests that a second definition hides, and files with tests that no pattern matches."""
    for _ in range(plan.shadowed):
        draft = tree.rng.choice(tree.whole())
        name = fresh(draft.used, lambda: f"test_{tree.prose.action()}")
        hidden = f"def {name}():\n{tree.prose.asserts('    ', draft.known, 2)}"
        mark = Mark(rule=UNCOLLECTED, subject=name, form="shadowed", more={"tests": 1})
        draft.add(f"{hidden}\n\ndef {name}():\n{tree.prose.asserts('    ', draft.known, 3)}", mark)
    for index in range(plan.unmatched):
        package = tree.rng.choice(tree.test_packages).replace(".", "/")
        draft = tree.draft(f"{package}/check_{tree.stem()}.py")
        draft.known.append("len")
        draft.needs("import pytest")
        name = f"test_{tree.prose.action()}"
        text = tree.prose.asserts("    ", draft.known, 2)
        mark = Mark(rule=UNCOLLECTED, subject=name, form="file without pattern", more={"tests": 1})
        if index % 2:
            text = f"class TestUnmatched{index}:\n    def {name}(self):\n" + text.replace("    ", "        ")
            mark = Mark(rule=UNCOLLECTED, subject=name, form=mark.form, line=1, first=0, more={"tests": 1})
        else:
            text = f"def {name}():\n{text}"
        draft.add(text, mark)


def without_tests(tree: Tree, plan: Plan) -> None:
    """Plant classes with the name of test classes that hold no tests."""
    rng, prose = tree.rng, tree.prose

    def own(draft: Draft, name: str) -> tuple[str, int]:
        methods = prose.members(rng.randint(1, 3), draft.known, tests=False)
        return f"class {name}:\n{_signature(tree, INIT)}\n{methods}", 0

    def data(draft: Draft, name: str) -> tuple[str, int]:
        draft.needs("from dataclasses import dataclass")
        return f"@dataclass(frozen=True)\nclass {name}:\n    {prose.noun()}: int = 3\n    name: str = ''\n", 1

    def enum(draft: Draft, name: str) -> tuple[str, int]:
        draft.needs("from enum import Enum")
        return f"class {name}(Enum):\n    {prose.noun().upper()} = 1\n    OTHER_{prose.noun().upper()} = 'two'\n", 0

    kinds: tuple[tuple[str, Callable[[Draft, str], tuple[str, int]]], ...] = (
        ("own __init__", own), ("own __init__", own), ("own __init__", own), ("dataclass", data), ("Enum", enum)
    )  # fmt: skip
    for index in range(plan.without_tests):
        draft = rng.choice(tree.whole())
        form, write = kinds[index % len(kinds)]
        name = _name(tree, draft)
        text, line = write(draft, name)
        draft.add(text, Mark(rule=NON_TEST, subject=name, form=form, line=line, first=0))
