"""Replaces a module that does not exist by the one that took its place.

What it does:
    Follows the entry of `[[tool.collectbench.lint.forbidden-imports]]` that covers the missing module, as
    `forbidden-import` does. If no entry covers it, and exactly one module of the project has its last name, that one is
    a likely replacement: `--unsafe` follows it, since two modules of one name may differ.

    Imports, their uses, strings and examples in docstrings are rewritten, in all forms that `forbidden-import` lists.
    Constants with the name of a missing module are found as well, which `lint` does not look at.

Left alone:
    Each of these is named with its line: modules without a replacement; those with a likely one, without `--unsafe`;
    names that the new module does not have; star imports; `importorskip`, which expects that the module may be missing;
    a fake that is put into `sys.modules` for good.

    Where `lint` reports nothing, an import is intended to fail, and stays: in `try` with something instead, and in
    `pytest.raises(ImportError)`.

Example:
    ```python
    def test_order():
        from shop.legacy.orders import Order  # shop/legacy was removed
    ```

    becomes, if shop/sales/orders.py is the only module called `orders`, and has an `Order`

    ```python
    def test_order():
        from shop.sales.orders import Order  # shop/legacy was removed
    ```
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from collectbench.codemods.codemod import Codemod, Request
from collectbench.codemods.forbidden_import import entries_of
from collectbench.codemods.references.destinations import Move
from collectbench.codemods.references.module_moves import Tree, files_with, move_in, unit_of
from collectbench.codemods.references.name_strings import Kind, name_strings
from collectbench.codemods.references.unit import Search
from collectbench.codemods.syntax import NotRewritableError
from collectbench.lint.absences import missing_modules
from collectbench.lint.forbidden_import import Entry
from collectbench.lint.rule import Evidence
from collectbench.model.fixes import Failure, Result
from collectbench.sources.outline import Guard
from collectbench.sources.references import Form, Reference

_CONSTANT = re.compile(rb"""=[ \t]*["']([A-Za-z_][\w.]*\.\w+)["']""")
_KEY = re.compile(rb"""(?:sys\.modules\[|\bmodules,\s*|\bpytest_plugins\s*=\s*[\[(]?\s*)["']([A-Za-z_][\w.]*)["']""")
_BEFORE_KEYS = (b"sys.modules", b"modules,", b"pytest_plugins")
"""Strings that may name a module and that lint does not look at; one of the last three is before each `_KEY`."""
_FORMS = {
    Kind.MODULE: Form.IMPORT_MODULE,
    Kind.TOP: Form.IMPORT_MODULE,
    Kind.OBJECT: Form.PATCH,
    Kind.HOLDER: Form.PATCH,
}


def rewrite(request: Request) -> Iterator[Result]:
    """Yield an edit for each file that refers to a missing module which has a replacement."""
    missing = _MissingModules(request)
    tree = Tree(evidence=request.evidence, rule=CODEMOD.id, unsafe=request.choices.unsafe, moves_optional=False)
    reported = {violation.path for violation in request.violations}
    for path, source in files_with(request.evidence, missing.names, reported):
        if isinstance(source, Failure):
            yield source
            continue

        def is_wanted(line: int, name: str, search: Search, path: str = path) -> bool:
            if search == Search.LINT:
                return missing.is_reported(path, line, name)
            return not tree.is_silenced(path, line)

        yield from move_in(tree, path, source, missing.move, is_wanted)


def _in_constants(evidence: Evidence) -> Iterator[str]:
    """Yield the names of missing modules in constants and other strings that lint does not look at."""
    codebase = evidence.codebase
    suspects: list[tuple[str, Reference]] = []
    innocent = set[bytes]()
    for path in sorted(evidence.focus & codebase.facts.keys()):
        try:
            source = codebase.read(path)
        except OSError:
            continue
        keys = _KEY.findall(source) if any(word in source for word in _BEFORE_KEYS) else ()
        found = {*_CONSTANT.findall(source), *keys} - innocent
        harmless = {name for name in found if codebase.missing(path, name.decode(), 0) is None}
        innocent |= harmless
        if found > harmless:
            suspects += ((path, reference) for reference in _references(evidence, path, source))
    for absence in missing_modules(codebase, suspects):
        yield absence.module


def _references(evidence: Evidence, path: str, source: bytes) -> Iterator[Reference]:
    """The strings of a file that surely name modules or objects, in the form of lint's references."""
    tree = Tree(evidence=evidence, rule=CODEMOD.id, unsafe=False)
    try:
        unit = unit_of(tree, path, source, lambda _: None, lambda *_: False)
    except NotRewritableError:
        return  # if lint reports something in it, it becomes a failure
    for each in name_strings(unit):
        if each.node not in unit.expected and each.kind in _FORMS and "." in each.value:
            yield Reference(each.node.lineno, 0, each.value, "", _FORMS[each.kind], Guard.NONE, False)


class _MissingModules:
    """The missing modules, where lint reports them, and what takes their place. `names` are theirs."""

    def __init__(self, request: Request) -> None:
        self._entries: list[Entry] = entries_of(request.evidence.settings.forbidden_imports)
        self._modules = request.evidence.codebase.modules
        self._unsafe = request.choices.unsafe
        self._reported: dict[tuple[str, int], set[str]] = defaultdict(set)
        for violation in request.violations:
            self._reported[violation.path, violation.line].add(violation.subject)
        found = {*(violation.subject for violation in request.violations), *_in_constants(request.evidence)}
        chosen = request.choices.names
        self.names = frozenset(found.intersection(chosen) if chosen else found)
        self._moves: dict[str, Move] = {}

    def is_reported(self, path: str, line: int, name: str) -> bool:
        """Whether lint reports the module of a name in a line."""
        return any(f"{name}.".startswith(f"{module}.") for module in self._reported.get((path, line), ()))

    def move(self, name: str) -> Move | None:
        """Return where a name moves: it is a missing module, or below one."""
        module = name
        while module and module not in self.names:
            module = module.rpartition(".")[0]
        if module and module not in self._moves:
            self._moves[module] = self._replacement(module)
        return self._moves.get(module)

    def _replacement(self, module: str) -> Move:
        for entry in self._entries:
            old = entry.forbidden_part(module)
            if old is not None and entry.given.replacement:
                return Move(old=old, new=entry.given.replacement)
        last = module.rpartition(".")[2]
        names = self._modules.called(last)
        if len(names) == 1 and self._unsafe:
            return Move(old=module, new=names[0])
        if len(names) == 1:
            reason = f"{names[0]} is only a likely replacement: it has the same name"
        elif names:
            reason = f"several modules are called {last}: {', '.join(names[:4])}" + (", …" if len(names) > 4 else "")
        else:
            reason = f"no module of the project is called {last}, and the configuration names no replacement"
        return Move(old=module, new=None, reason=reason)


CODEMOD = Codemod(id="missing-module", doc=__doc__, rewrite=rewrite, option_names=frozenset({"names", "unsafe"}))
