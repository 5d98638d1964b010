"""Imports a name from the module that defines it now.

What it does:
    If exactly one module of the project defines a function, a class or a constant of that name, `--unsafe` imports it
    from there: `from shop.orders import send_mail` becomes `from shop.mail import send_mail`. Names after `as` stay.

Left alone:
    Each of these is named with its line: names that no module or several modules define, those that one module
    defines, without `--unsafe`, and the strings of `patch`: they name the module in which a name is looked up, which
    need not be the one that defines it.

Example:
    ```python
    def test_mail():
        from shop.orders import send_mail  # is in shop/mail.py now
    ```

    becomes

    ```python
    def test_mail():
        from shop.mail import send_mail  # is in shop/mail.py now
    ```
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from collectbench.codemods.codemod import Codemod, Request
from collectbench.codemods.references.destinations import Move
from collectbench.codemods.references.module_imports import move_from_imports
from collectbench.codemods.references.module_moves import Tree, move_in
from collectbench.codemods.references.unit import Search
from collectbench.model.fixes import Failure, Result, Skip
from collectbench.model.lint import Violation
from collectbench.sources.codebase import Codebase

_IN_STRING = "patch names the module in which a name is looked up, which need not be the one that defines it"


def rewrite(request: Request) -> Iterator[Result]:
    """Yield an edit for each file that imports such names."""
    codebase = request.evidence.codebase
    by_path: dict[str, list[Violation]] = defaultdict(list)
    wanted = request.choices.names
    for violation in request.violations:
        if not wanted or violation.subject in wanted:
            by_path[violation.path].append(violation)
    owners = _owners(codebase, {each.subject.rpartition(".")[2] for each in request.violations})
    tree = Tree(evidence=request.evidence, rule=CODEMOD.id, unsafe=request.choices.unsafe)
    for path, violations in by_path.items():
        try:
            source = codebase.read(path)
        except OSError as error:
            yield Failure(path=path, reason=f"it cannot be read: {error.strerror or error}")
            continue
        syntax = codebase.tree(path)
        lines = {node.lineno for node in ast.walk(syntax) if isinstance(node, ast.ImportFrom)} if syntax else set()
        for each in violations:
            if syntax is not None and each.line not in lines:
                yield Skip(path=path, line=each.line, subject=each.subject, reason=_IN_STRING)
        found = {(each.line, each.subject) for each in violations}
        subjects = {each.subject for each in violations}

        def moves(name: str, subjects: set[str] = subjects) -> Move | None:
            return _move(name, owners, is_followed=request.choices.unsafe) if name in subjects else None

        def is_wanted(line: int, name: str, search: Search, found: set[tuple[int, str]] = found) -> bool:
            return search == Search.LINT and (line, name) in found

        yield from move_in(tree, path, source, moves, is_wanted, (move_from_imports,))


def _owners(codebase: Codebase, names: set[str]) -> dict[str, list[str]]:
    """The modules that define each of some names themselves."""
    owners: dict[str, list[str]] = defaultdict(list)
    for path, facts in codebase.facts.items():
        defined = facts.light_names
        if facts.outline is not None:
            imported = {bound for each in facts.outline.imports for _, bound in each.names}
            defined = facts.outline.bindings - imported
        for name in names.intersection(defined or ()):
            owners[name].append(codebase.modules.name_of(path))
    return owners


def _move(subject: str, owners: dict[str, list[str]], *, is_followed: bool) -> Move:
    name = subject.rpartition(".")[2]
    modules = sorted(owners.get(name, ()))
    if len(modules) == 1 and is_followed:
        return Move(old=subject, new=f"{modules[0]}.{name}")
    if len(modules) == 1:
        reason = f"{modules[0]} is only a likely place: it defines a {name}"
    elif modules:
        reason = f"several modules define it: {', '.join(modules[:4])}" + (", …" if len(modules) > 4 else "")
    else:
        reason = f"no module of the project defines {name}"
    return Move(old=subject, new=None, reason=reason)


CODEMOD = Codemod(id="missing-name", doc=__doc__, rewrite=rewrite, option_names=frozenset({"names", "unsafe"}))
