"""Code that looks like a violation and is none.

In the texts, `#: rule: kind` at the end of a line says what the line looks like. It is removed from the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lint_tree.draft import Block, Mark
from lint_tree.lookalike_modules import MODULES, OTHERS
from lint_tree.lookalike_tests import TESTS
from lint_tree.skeleton import Tree

NOTE = re.compile(r"[ \t]*#: ([\w-]+): (.+)$", re.MULTILINE)

SPECIAL_FILES = len(MODULES) + len(TESTS)
"""How many Python files are added here."""


def lookalikes(tree: Tree) -> None:
    """Add the files with look-alikes, and what they need."""
    module = tree.module()
    names = {
        "MODULE": module.dotted,
        "PACKAGE": module.draft.package,
        "STEM": module.draft.stem,
        "CLASS": module.classes[0],
        "FUNCTION": module.functions[0],
    }
    for path, text in {**MODULES, **TESTS}.items():
        _add(tree, path, text, names)
    tree.others.update(OTHERS)


def _add(tree: Tree, path: str, text: str, names: Mapping[str, str]) -> None:
    filled = re.sub(r"<([A-Z]+)>", lambda match: names[match[1]], text.lstrip("\n"))
    marks = [
        Mark(rule=match[1], subject="", form=match[2], line=filled.count("\n", 0, match.start()), listed="lookalikes")
        for match in NOTE.finditer(filled)
    ]
    draft = tree.draft(path)
    draft.head.append(Block(text=NOTE.sub("", filled), marks=tuple(marks)))
