"""The tree before anything is planted: packages, modules that know each other, test files with imports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from lint_tree.draft import Draft
from lint_tree.prose import Prose
from lint_tree.words import VERBS, camel, fresh

LAYERS = 6
"""A module imports those of lower layers alone, so nothing is circular and no chain is long."""

SHARE_OF_TESTS = 0.6
FILES_OF_A_PACKAGE = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module of the application that others may import."""

    draft: Draft
    layer: int
    classes: tuple[str, ...]
    functions: tuple[str, ...]
    constants: tuple[str, ...]

    @property
    def dotted(self) -> str:
        """Its dotted name."""
        return self.draft.dotted

    @property
    def names(self) -> tuple[str, ...]:
        """All public names."""
        return self.classes + self.functions + self.constants


@dataclass(slots=True, kw_only=True)
class Tree:
    """All files of the tree.

    Attributes:
        rng: what decides.
        prose: writes text.
        drafts: the Python files by path.
        others: further files by path.
        modules: of the application, without those with a special purpose.
        tests: test files without a special purpose, in a random order.
        conftests: of the test packages.
        app_packages: dotted.
        test_packages: dotted.
        stems: names of files and packages, each of which exists once.
    """

    rng: Random
    prose: Prose
    drafts: dict[str, Draft] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    modules: list[Module] = field(default_factory=list)
    tests: list[Draft] = field(default_factory=list)
    conftests: list[Draft] = field(default_factory=list)
    app_packages: list[str] = field(default_factory=list)
    test_packages: list[str] = field(default_factory=list)
    stems: dict[str, None] = field(default_factory=dict)

    def draft(self, path: str, doc: str = "") -> Draft:
        """Add a Python file."""
        draft = self.drafts[path] = Draft(path=path, doc=doc)
        return draft

    def file(self, path: str, text: str, doc: str = "") -> Draft:
        """Add a small Python file with this text."""
        draft = self.draft(path, doc)
        if text:
            draft.add_head(text)
        return draft

    def stem(self) -> str:
        """Return the name of a module that no other module has."""
        return fresh(self.stems, self.prose.stem)

    def module(self, layer: int = LAYERS) -> Module:
        """Return a module that a file of this layer may import."""
        while True:
            module = self.rng.choice(self.modules)
            if module.layer < layer:
                return module

    def whole(self) -> list[Draft]:
        """Return the test files that pytest can collect."""
        return [draft for draft in self.tests if not draft.broken]


def make_skeleton(rng: Random, files: int, special: int) -> Tree:
    """Return a tree with so many Python files, less `special` ones that are added later."""
    tree = Tree(rng=rng, prose=Prose(rng))
    tree.file("app/__init__.py", "", "The application.")
    tree.file("tests/__init__.py", "")
    regular = files - special - 2
    apps = int(regular * (1 - SHARE_OF_TESTS))
    _packages(tree, "app", tree.app_packages, max(2, apps // FILES_OF_A_PACKAGE))
    _packages(tree, "tests", tree.test_packages, max(2, (regular - apps) // FILES_OF_A_PACKAGE))
    for package in tree.test_packages[::2]:
        tree.conftests.append(_conftest(tree, package))
    inits = [draft for path, draft in tree.drafts.items() if path.startswith("app/")]
    for index in range(apps - len(inits) + 1):
        tree.modules.append(_module(tree, tree.app_packages[index % len(tree.app_packages)], index % LAYERS))
    for index in range(files - special - len(tree.drafts)):
        tree.tests.append(_test_file(tree, tree.test_packages[index % len(tree.test_packages)]))
    for module in tree.modules:
        imports_of_a_module(tree, module)
    for draft in tree.tests:
        imports_of_a_test(tree, draft)
    rng.shuffle(tree.tests)
    return tree


def _packages(tree: Tree, top: str, names: list[str], count: int) -> None:
    """Add packages: each fifth one lies in the top package, the others in one of those."""
    for index in range(count):
        parent = top if index % 5 == 0 else names[index - index % 5]
        name = fresh(tree.stems, lambda: f"{tree.prose.noun()}_{tree.prose.noun()}s")
        names.append(f"{parent}.{name}")
        tree.file(f"{names[-1].replace('.', '/')}/__init__.py", "", f"All about the {name}.")


def _module(tree: Tree, package: str, layer: int) -> Module:
    stem = tree.stem()
    draft = tree.draft(f"{package.replace('.', '/')}/{stem}.py", f"The {stem.replace('_', ' ')}.")
    used = draft.used
    classes = [fresh(used, lambda: camel(f"{stem}_{tree.prose.noun()}")) for _ in range(tree.rng.randint(1, 3))]
    functions = [fresh(used, tree.prose.action) for _ in range(tree.rng.randint(3, 7))]
    constants = [fresh(used, tree.prose.constant) for _ in range(tree.rng.randint(2, 6))]
    return Module(
        draft=draft, layer=layer, classes=tuple(classes), functions=tuple(functions), constants=tuple(constants)
    )


def _test_file(tree: Tree, package: str) -> Draft:
    stem = tree.stem()
    return tree.draft(
        f"{package.replace('.', '/')}/test_{stem}.py", tree.rng.choice(("", f"Tests of the {stem.replace('_', ' ')}."))
    )


def _conftest(tree: Tree, package: str) -> Draft:
    draft = tree.draft(f"{package.replace('.', '/')}/conftest.py")
    draft.needs("import json", "import pytest")
    draft.known += ["json.dumps", "str"]
    for _ in range(tree.rng.randint(2, 9)):
        name = fresh(draft.used, lambda: f"{tree.prose.noun()}_{tree.prose.noun()}")
        body = tree.prose.statements("    ", draft.known, 3)
        draft.add(f'@pytest.fixture\ndef {name}():\n    """{tree.prose.sentence().capitalize()}."""\n{body}    yield\n')
    return draft


def names_from(tree: Tree, draft: Draft, module: Module) -> None:
    """Import some names of a module at module level."""
    pool: Sequence[str] = [name for name in module.functions + module.classes if name not in draft.used]
    names = sorted(tree.rng.sample(pool, min(len(pool), tree.rng.randint(1, 3))))
    if names:
        line = f"from {module.dotted} import {', '.join(names)}"
        if len(line) > 100:
            line = f"from {module.dotted} import (\n    " + ",\n    ".join(names) + ",\n)"
        draft.needs(line)
        draft.known += names
        draft.used |= dict.fromkeys(names)


def imports_of_a_module(tree: Tree, module: Module) -> None:
    """Let a module import others, and define what it promises."""
    draft, prose = module.draft, tree.prose
    draft.needs(
        "from __future__ import annotations", "import json", "import logging", "from dataclasses import dataclass"
    )
    draft.known += ["json.loads", "logging.getLogger", "len", *module.functions]
    if module.layer:
        for _ in range(tree.rng.randint(1, 3)):
            names_from(tree, draft, tree.module(module.layer))
    constants = "".join(
        f"{name} = {tree.rng.choice((3, 20, 1.5, repr(prose.noun()), (1, 2), {prose.noun(): 4}))!r}\n"
        for name in module.constants
    )
    draft.add_head(f"\nlogger = logging.getLogger(__name__)\n\n{constants}")
    for name in module.classes:
        fields = "".join(
            f"    {noun}: int = {number}\n" for number, noun in enumerate({prose.noun(): 0, prose.noun(): 0})
        )
        above = tree.rng.choice(("", "@dataclass\n"))
        methods = prose.members(2, draft.known, tests=False)
        draft.add(f'{above}class {name}:\n    """{prose.sentence().capitalize()}."""\n\n{fields}\n{methods}')
    for name in module.functions:
        draft.add(prose.function(name, "", draft.known))


def imports_of_a_test(tree: Tree, draft: Draft) -> None:
    """Let a test file import what it is about."""
    draft.needs("import pytest")
    draft.known += ["json.dumps", "len", "Decimal"]
    draft.needs("import json", "from decimal import Decimal")
    draft.used |= dict.fromkeys(("json", "pytest", "Decimal"))
    for _ in range(tree.rng.randint(1, 4)):
        names_from(tree, draft, tree.module())


def grow(tree: Tree, draft: Draft, module: Module | None) -> None:
    """Add functions and classes until the file has its size."""
    prose = tree.prose
    while draft.size < draft.target:
        roll = tree.rng.random()
        if module is not None:
            if roll < 0.7:
                draft.add(prose.function(fresh(draft.used, lambda: f"_{prose.action()}"), "", draft.known))
            else:
                name = fresh(draft.used, lambda: f"_{camel(prose.stem())}")
                draft.add(f"class {name}:\n{prose.members(int(roll * 8), draft.known, tests=False)}")
        elif roll < 0.45:
            draft.add(prose.test(fresh(draft.used, lambda: f"test_{prose.action()}"), "", draft.known))
        elif roll < 0.55:
            draft.add(prose.function(fresh(draft.used, lambda: f"_make_{prose.noun()}"), "", draft.known))
        elif roll < 0.62:
            _patched(tree, draft)
        else:
            name = fresh(draft.used, lambda: f"Test{camel(draft.stem)}{camel(tree.rng.choice(VERBS))}")
            draft.add(f"class {name}:\n{prose.members(int(roll * 9), draft.known, tests=True)}")


def _patched(tree: Tree, draft: Draft) -> None:
    """Add a test that patches a name that exists, and imports one in its body."""
    draft.needs("from unittest.mock import patch")
    target, module = tree.module(), tree.module()
    name = fresh(draft.used, lambda: f"test_{tree.prose.action()}")
    known = tree.rng.choice(module.functions)
    body = tree.prose.asserts("    ", [known], 3)
    draft.add(
        f'@patch("{target.dotted}.{tree.rng.choice(target.names)}")\ndef {name}(mocked):\n'
        f"    from {module.dotted} import {known}\n\n{body}    mocked.assert_not_called()\n"
    )
