"""Replaces a forbidden module by the one that the configuration names.

What it does:
    Follows the `replacement` of each entry of `[[tool.collectbench.lint.forbidden-imports]]`. A module below the
    forbidden one becomes the module at the same place below the replacement: with `module = "shop.legacy"` and
    `replacement = "shop.orders"`, `shop.legacy.prices` becomes `shop.orders.prices`. If there is no such module, it
    becomes the replacement itself, but only if that has each name which the file uses of the old module.

    It rewrites imports in all forms and at any depth, the uses of what they bind, the strings of `import_module`,
    `__import__`, `importorskip`, `patch`, `monkeypatch.setattr` and `sys.modules`, constants that hold such strings,
    quoted annotations, and the examples of docstrings. Names after `as` stay. `from shop import legacy` becomes
    `from shop import orders` with its uses renamed, or `from shop import orders as legacy` if a string, another file
    or another meaning of `orders` could get in the way.

Left alone:
    Each of these is named with its line: star imports; names that the new module does not have; entries without
    a replacement; strings of which nobody can tell whether they name the module; a fake that is put into
    `sys.modules` for good. Comments and texts that only mention the module are counted.

    Lines that a comment silences, files that the entry excepts, and tests that expect the import to fail stay as they
    are. If the replacement is not a module of the project, nobody can look whether the modules below it exist: these
    are rewritten with `--unsafe` alone.

Example:
    ```python
    import shop.legacy


    @patch("shop.legacy.send_mail")
    def test_order(send_mail):
        assert shop.legacy.Order()
    ```

    becomes

    ```python
    import shop.orders


    @patch("shop.orders.send_mail")
    def test_order(send_mail):
        assert shop.orders.Order()
    ```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectbench.codemods.codemod import Codemod, Request
from collectbench.codemods.references.destinations import Move, Moves
from collectbench.codemods.references.mentions import Mentions
from collectbench.codemods.references.module_moves import Tree, files_with, move_in
from collectbench.codemods.references.unit import Search
from collectbench.lint.forbidden_import import Entry, mentions_of
from collectbench.lint.heavy_modules import package_of
from collectbench.lint.rule import Evidence
from collectbench.model.fixes import Failure, Result
from collectbench.model.lint_settings import ForbiddenImport

_NO_REPLACEMENT = "the configuration names no replacement"


def rewrite(request: Request) -> Iterator[Result]:
    """Yield an edit for each file that refers to a forbidden module."""
    evidence = request.evidence
    entries = entries_of(evidence.settings.forbidden_imports, request.choices.names)
    tree = Tree(evidence=evidence, rule=CODEMOD.id, unsafe=request.choices.unsafe)
    modules = [entry.given.module for entry in entries]
    mentions = Mentions(modules)
    for path, source in files_with(evidence, [literal_of(each) for each in modules], _mentioning(evidence, entries)):
        if isinstance(source, Failure):
            yield source
            continue
        own_name = evidence.codebase.modules.name_of(path)
        moves = moves_of([entry for entry in entries if not entry.allows(path, own_name)])

        def is_wanted(line: int, _: str, __: Search, path: str = path) -> bool:
            return not tree.is_silenced(path, line)

        results = tuple(move_in(tree, path, source, moves, is_wanted))
        mentions.count(source, results)
        yield from results
    yield from mentions.notes()


def entries_of(given: Sequence[ForbiddenImport], modules: Sequence[str] = ()) -> list[Entry]:
    """Return the entries of the configuration; only those about some modules, if any are given."""
    return [Entry(each) for each in given if not modules or each.module in modules]


def literal_of(module: str) -> str:
    """Return what stands in each text that names a module: all of it, or the longest part without `*`."""
    return max(module.split("*"), key=len).strip(".")


def _mentioning(evidence: Evidence, entries: Sequence[Entry]) -> set[str]:
    """The files with imports that may be forbidden, in whatever form they are written."""
    codebase = evidence.codebase
    harmless = set[str]()  # absolute mentions mean the same in all files
    found = set[str]()
    for path in evidence.focus & codebase.facts.keys() if entries else ():
        if codebase.facts[path].mentions <= harmless:
            continue
        for mention, names in mentions_of(codebase, path, package_of(codebase.modules, path)):
            if mention in harmless:
                continue
            if any(entry.forbids(name) for entry in entries for name in names):
                found.add(path)
                break
            if mention[0] != ".":
                harmless.add(mention)
    return found


def moves_of(entries: Sequence[Entry]) -> Moves:
    """Return where the entries move a name: the first entry that forbids it decides."""

    def moves(name: str) -> Move | None:
        for entry in entries:
            old = entry.forbidden_part(name)
            if old is not None:
                return Move(old=old, new=entry.given.replacement, reason=_NO_REPLACEMENT)
        return None

    return moves


CODEMOD = Codemod(id="forbidden-import", doc=__doc__, rewrite=rewrite, option_names=frozenset({"names", "unsafe"}))
