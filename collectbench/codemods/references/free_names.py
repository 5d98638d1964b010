"""Whether another name can be bound in a scope without any use meaning something else than before."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Collection

from collectbench.codemods.references.scopes import Scope
from collectbench.codemods.references.unit import Unit

_BUILTINS = frozenset(dir(builtins))


def can_rename(unit: Unit, scope: Scope, old: str, new: str) -> bool:
    """Whether all uses of a name that imports in a scope bind can be renamed.

    Not in classes, whose names are attributes, and not where strings or other files may name it.
    """
    if isinstance(scope.node, ast.ClassDef) or keyword.iskeyword(new) or new in _BUILTINS:
        return False
    if scope.parent is None and (unit.is_shared(old) or any(_has_word(text, old) for _, text in unit.strings())):
        return False
    if any(old in each.outer for each in unit.names.all_scopes):
        return False
    return new not in scope.binders and is_free(unit, scope, new, [use.scope for use in unit.names.used(scope, old)])


def is_free(unit: Unit, scope: Scope, name: str, users: Collection[Scope], line: int = 0) -> bool:
    """Whether a scope may bind a name to be used in other scopes.

    It may bind it already by `import name.other`; uses after `line` of such an import further out do no harm.
    """
    outer = scope.resolve(name)
    if name in scope.outer or any(user.resolve(name) is not outer for user in users):
        return False
    if outer is scope:
        return all(_is_plain_import(node, name) for node in scope.binders[name])
    is_import = outer is not None and all(_is_plain_import(node, name) for node in outer.binders[name])
    captured = (use for use in unit.names.used(outer, name) if scope in use.scope.chain)
    return all(is_import and line and use.nodes[0].lineno > line for use in captured)


def _has_word(text: str, word: str) -> bool:
    return word in text and re.search(rf"\b{re.escape(word)}\b", text) is not None


def _is_plain_import(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Import) and all(
        alias.asname is None for alias in node.names if (alias.asname or alias.name.partition(".")[0]) == name
    )
