"""Imports and patches of modules and names that do not exist, in all forms in which people write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lint_tree.draft import Draft, Mark
from lint_tree.skeleton import Tree
from lint_tree.words import camel, fresh

MODULE, NAME = "missing-module", "missing-name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What a reference names: a module that does not exist, or a name that a module lacks."""

    rule: str
    module: str
    name: str

    @property
    def subject(self) -> str:
        """What does not exist, dotted."""
        return self.module if self.rule == MODULE else f"{self.module}.{self.name}"

    @property
    def target(self) -> str:
        """What a patch names."""
        return f"{self.module}.{self.name}"

    def mark(self, form: str, line: int = 0, first: int | None = None, last: int | None = None) -> Mark:
        """Return the entry of truth.json."""
        return Mark(rule=self.rule, subject=self.subject, form=form, line=line, first=first, last=last)


def relative(draft: Draft, module: str) -> str | None:
    """Return the module as a relative import of this file names it, or None if it is in another top package."""
    here, there = draft.package.split("."), module.split(".")
    common = 0
    while common < min(len(here), len(there) - 1) and here[common] == there[common]:
        common += 1
    return "." * (len(here) - common + 1) + ".".join(there[common:]) if common else None


def from_import(tree: Tree, draft: Draft, gone: Gone, p: str) -> tuple[str, Mark]:
    """Return a statement in one of its forms, indented by `p`, and its mark."""
    form = tree.rng.choice(
        ("plain", "plain", "plain", "alias", "several", "parentheses", "backslash", "semicolon", "relative")
    )
    module, name, other = gone.module, gone.name, camel(tree.prose.stem())
    if gone.rule == NAME and form in ("several", "parentheses"):
        form = "alias"  # one name that is missing in each statement
    if form == "relative":
        near = relative(draft, module)
        module, form = (near, form) if near else (module, "plain")
    texts: dict[str, tuple[str, int]] = {
        "plain": (f"from {module} import {name}", 1),
        "relative": (f"from {module} import {name}", 1),
        "alias": (f"from {module} import {name} as {tree.prose.noun()}_alias", 1),
        "several": (f"from {module} import {name}, {other}", 1),
        "parentheses": (f"from {module} import (\n{p}    {name},\n{p}    {other} as other,\n{p})", 4),
        "backslash": (f"from {module} \\\n{p}    import {name}", 2),
        "semicolon": (f"import math; from {module} import {name}", 1),
    }
    text, lines = texts[form]
    return f"{p}{text}\n", gone.mark(f"from, {form}", last=lines - 1)


def import_statement(tree: Tree, gone: Gone, p: str) -> tuple[str, Mark]:
    """Return `import a.b.c` in one of its forms."""
    form, text = tree.rng.choice(
        (
            ("import, plain", f"import {gone.module}"),
            ("import, alias", f"import {gone.module} as {gone.module.rpartition('.')[2]}"),
            ("import, several", f"import json, {gone.module}"),
        )
    )
    return f"{p}{text}\n", gone.mark(form)


def moved(mark: Mark, lines: int, form: str = "") -> Mark:
    """Return the mark that many lines further down, with words before its form."""
    return Mark(
        rule=mark.rule,
        subject=mark.subject,
        form=f"{form}{mark.form}",
        line=mark.line + lines,
        first=lines + (mark.line if mark.first is None else mark.first),
        last=lines + (mark.line if mark.last is None else mark.last),
        listed=mark.listed,
        more=mark.more,
    )


def place(tree: Tree, draft: Draft, text: str, mark: Mark) -> None:
    """Add a function, method or fixture with this statement, indented by eight or four, in its body."""
    prose = tree.prose
    is_test = draft.path.rpartition("/")[2].startswith("test_")
    in_class = text.startswith(" " * 8)
    p = "        " if in_class else "    "
    name = f"{'test_' if is_test else ''}{prose.action()}"
    before = prose.statements(p, draft.known, tree.rng.randint(0, 2))
    after = (prose.asserts if is_test else prose.statements)(p, draft.known, 2)
    if in_class:
        label = "Test" if is_test else ""
        owner = fresh(draft.used, lambda: f"{label}{camel(draft.stem)}{camel(prose.noun())}")
        top = f"class {owner}:\n    def {name}(self):\n"
    else:
        top = f"def {fresh(draft.used, lambda: name)}():\n"
        if tree.rng.random() < 0.3:
            top += f'{p}"""{prose.sentence().capitalize()}."""\n'
    start = top + before
    draft.add(start + text + after, moved(mark, start.count("\n")))


def in_function(tree: Tree, draft: Draft, write: Callable[[str], tuple[str, Mark]]) -> None:
    """Add a function or a class with the statement that `write` returns for an indentation."""
    place(tree, draft, *write(tree.rng.choice(("    ", "    ", "        "))))


TRIES = {
    "try/finally": "{p}finally:\n{p}    done = True\n",
    "try/except ValueError": "{p}except ValueError:\n{p}    done = None\n",
    "try/except ImportError, pass": "{p}except ImportError:\n{p}    pass\n",
    "try/except ImportError, raise": "{p}except ImportError as error:\n{p}    raise RuntimeError from error\n",
    "try/except ImportError, skip": '{p}except ImportError:\n{p}    pytest.skip("not installed")\n',
    "try/except ModuleNotFoundError, raise": "{p}except ModuleNotFoundError:\n{p}    raise\n",
}


def in_try(tree: Tree, draft: Draft, gone: Gone) -> None:
    """Add an import within try whose handlers do not stand in for it."""
    form = tree.rng.choice(list(TRIES))
    draft.needs("import pytest")

    def write(p: str) -> tuple[str, Mark]:
        text, mark = from_import(tree, draft, gone, p + "    ")
        return f"{p}try:\n{text}{TRIES[form].format(p=p)}", moved(mark, 1, f"{form}: ")

    in_function(tree, draft, write)


def at_module_level(tree: Tree, draft: Draft, gone: Gone) -> None:
    """Add an import after the others; below TYPE_CHECKING unless the file may be broken."""
    if not draft.broken:
        draft.needs("from typing import TYPE_CHECKING")
        text, mark = from_import(tree, draft, gone, "    ")
        draft.add_head(f"\nif TYPE_CHECKING:\n{text}", moved(mark, 2, "TYPE_CHECKING: "))
    elif gone.rule == MODULE and tree.rng.random() < 0.2:
        text, mark = import_statement(tree, gone, "")
        draft.add_head(text, moved(mark, 0, "module level: "))
    elif gone.rule == MODULE and tree.rng.random() < 0.1:
        draft.add_head(f"from {gone.module} import *\n", gone.mark("module level: from, star"))
    else:
        text, mark = from_import(tree, draft, gone, "")
        draft.add_head(text, moved(mark, 0, "module level: "))


def by_import_module(tree: Tree, draft: Draft, gone: Gone) -> None:
    """Add `importlib.import_module` with a constant."""
    draft.needs("import importlib")
    text = f'    module = importlib.import_module("{gone.module}")\n'
    in_function(tree, draft, lambda p: (p + text.lstrip(), gone.mark("import_module")))


def patched(tree: Tree, draft: Draft, gone: Gone) -> None:
    """Add a patch in one of its forms."""
    draft.needs("from unittest import mock", "from unittest.mock import patch")
    target, good = gone.target, tree.module()
    exists = f"{good.dotted}.{tree.rng.choice(good.names)}"
    within: tuple[tuple[str, str, int, int], ...] = (
        ("with patch", f'with patch("{target}") as mocked:\n{{p}}    mocked.assert_called_once()\n', 0, 0),
        ("with mock.patch, after another", f'with patch("{exists}"), mock.patch("{target}"):\n{{p}}    pass\n', 0, 0),
        (
            "with in parentheses",
            f'with (\n{{p}}    patch("{exists}"),\n{{p}}    patch("{target}", new=3),\n{{p}}):\n{{p}}    pass\n',
            2,
            3,
        ),
        ("mocker.patch", f'mocked = mocker.patch("{target}", return_value={{{{}}}})\n', 0, 0),
        ("monkeypatch.setattr", f'monkeypatch.setattr("{target}", lambda *_: None)\n', 0, 0),
        ("patcher.start", f'patcher = mock.patch("{target}")\n{{p}}patcher.start()\n', 0, 0),
    )
    decorators: tuple[tuple[str, str, int], ...] = (
        ("@patch", f'@patch("{target}")\n', 0),
        ("@mock.patch, options", f'@mock.patch("{target}", autospec=True)\n', 0),
        ("@patch, several lines", f'@patch(\n{{p}}    "{target}",\n{{p}}    return_value=3,\n{{p}})\n', 1),
        ("@patch, above another", f'@patch("{target}")\n{{p}}@patch("{exists}")\n', 0),
    )
    if tree.rng.random() < 0.5:
        form, text, line, last = tree.rng.choice(within)
        in_function(tree, draft, lambda p: (p + text.format(p=p), gone.mark(form, line, 0, last)))
        return
    form, text, line = tree.rng.choice(decorators)
    name = fresh(draft.used, lambda: f"test_{tree.prose.action()}")
    body = f"def {name}(*mocks):\n" + tree.prose.asserts("    ", draft.known, 2)
    plain = text.format(p="")
    draft.add(plain + body, gone.mark(form, line, 0, 3 if "several" in form else 0))


Writer = Callable[[Tree, Draft, Gone], None]


def plant(tree: Tree, drafts: Iterable[Draft], gone: Iterable[Gone], writers: Iterable[Writer]) -> None:
    """Let each writer write one reference into one file."""
    for draft, one, write in zip(drafts, gone, writers, strict=True):
        write(tree, draft, one)
