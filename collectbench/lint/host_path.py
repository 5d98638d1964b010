"""An absolute path of one machine on `sys.path`.

What it detects:
    `sys.path.insert`, `append` or `extend`, an assignment to `sys.path`, and `site.addsitedir` with an absolute path
    that is written out, outside of functions in test files and conftests.

Why:
    The path exists on the machine of its author. Elsewhere the imports fail, or find another copy of the modules. Each
    entry is also searched at every import.

Example:
    ```python
    import sys

    sys.path.insert(0, "/home/ann/project/src")
    ```

Fix:
    Set `pythonpath` in the configuration of pytest, relative to it:

    ```toml
    [tool.pytest.ini_options]
    pythonpath = ["src"]
    ```

Options:
    None.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from collectbench.lint.rule import Module, Rule
from collectbench.lint.statements import run_at_import
from collectbench.model.lint import Violation
from collectbench.sources.names import dotted

_ABSOLUTE = re.compile(r"(?:/|~[/\w]|[A-Za-z]:[\\/]|\\\\)")
_CALLS = frozenset({"sys.path.insert", "sys.path.append", "sys.path.extend", "site.addsitedir"})


def check(module: Module) -> Iterator[Violation]:
    """Yield a violation for each absolute path."""
    for node in run_at_import(module.tree):
        for path, line in _written_paths(node):
            if _ABSOLUTE.match(path):
                yield Violation(
                    rule=RULE.id,
                    path=module.path,
                    line=line,
                    subject=path,
                    message=f"{path!r} on sys.path exists on one machine only",
                    fix="remove the line and set pythonpath in the configuration of pytest, relative to it",
                )


def _written_paths(node: ast.AST) -> Iterator[tuple[str, int]]:
    """The strings that a call or an assignment puts on `sys.path`, each with its line."""
    if isinstance(node, ast.Call) and dotted(node.func) in _CALLS:
        values: list[ast.expr] = list(node.args)
    elif isinstance(node, (ast.Assign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        on_path = any(
            dotted(getattr(each, "value", None)) == "sys.path" or dotted(each) == "sys.path" for each in targets
        )
        values = [node.value] if on_path else []
    else:
        return
    for value in values:
        for element in value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]:
            if isinstance(element, ast.BinOp):
                parts: list[ast.expr] = [element.left, element.right]
            else:
                parts = [element]
            for part in parts:
                for each in part.elts if isinstance(part, (ast.List, ast.Tuple)) else [part]:
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield each.value, each.lineno


RULE = Rule(id="host-path", doc=__doc__, in_file=check, words=(b"sys.path", b"addsitedir"))
