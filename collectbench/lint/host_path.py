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

from collectbench.lint.meanings import Meanings, meanings_of
from collectbench.lint.rule import Module, Rule
from collectbench.model.lint import Violation

_ABSOLUTE = re.compile(r"/\w|[A-Za-z]:[\\/]|\\\\\w")
_CALLS = frozenset({"sys.path.insert", "sys.path.append", "sys.path.extend", "site.addsitedir"})


def check(module: Module) -> Iterator[Violation]:
    """Yield a violation for each absolute path."""
    meanings = meanings_of(module)
    for node, _, _ in meanings.runs:
        for value in _put_on_path(node, meanings):
            for path, line in _strings(value):
                if _ABSOLUTE.match(path):
                    yield Violation(
                        rule=RULE.id,
                        path=module.path,
                        line=line,
                        subject=path,
                        message=f"{path!r} on sys.path exists on one machine only",
                        fix="remove the line and set pythonpath in the configuration of pytest, relative to it",
                    )


def _put_on_path(node: ast.AST, meanings: Meanings) -> list[ast.expr]:
    """The expressions that a call or an assignment puts on `sys.path`."""
    if isinstance(node, ast.Call) and meanings.call(node) in _CALLS:
        return node.args
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        places = [each.value if isinstance(each, ast.Subscript) else each for each in targets]  # sys.path[:0] = …
        return [node.value] if any(meanings.name(place) == "sys.path" for place in places) else []
    return []


def _strings(value: ast.expr) -> Iterator[tuple[str, int]]:
    """The strings in a list, in lists that are added up, or the one that it is, each with its line."""
    if isinstance(value, (ast.List, ast.Tuple)):
        for element in value.elts:
            yield from _strings(element)
    elif isinstance(value, ast.BinOp):
        for side in (value.left, value.right):
            if not isinstance(side, (ast.Constant, ast.BinOp)):  # parts of a string are no paths
                yield from _strings(side)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value, value.lineno


RULE = Rule(id="host-path", doc=__doc__, in_file=check, words=(b"sys.path", b"from sys", b"sys as", b"addsitedir"))
