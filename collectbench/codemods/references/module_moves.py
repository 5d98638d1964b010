"""Moves modules and names in the files of a tree: imports, their uses, strings, and examples in docstrings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from collectbench.codemods.references.destinations import Destinations, Moves
from collectbench.codemods.references.docstring_examples import Examples, examples_in
from collectbench.codemods.references.module_chains import move_plain_imports
from collectbench.codemods.references.module_imports import move_aliased_imports, move_from_imports
from collectbench.codemods.references.module_strings import move_strings
from collectbench.codemods.references.splices import Text
from collectbench.codemods.references.unit import IsWanted, Search, Unit
from collectbench.codemods.syntax import NotRewritableError
from collectbench.lint.heavy_modules import package_of
from collectbench.lint.path_patterns import matches
from collectbench.lint.rule import Evidence
from collectbench.model.fixes import Edit, Effect, Failure, Permit, Result
from collectbench.sources.names import absolute
from collectbench.sources.parsing import UnparsableError, parse
from collectbench.sources.references import STAR

_WORD = re.compile(rb"[^\W\d]\w*")
_QUOTED_WORD = re.compile(rb"""["']([^\W\d]\w*)""")
Mover = Callable[[Unit], None]
ALL: tuple[Mover, ...] = (move_from_imports, move_aliased_imports, move_plain_imports, move_strings)
"""What moves: each kind of reference, in files and in the examples of docstrings."""


@dataclass(kw_only=True)
class Tree:
    """What the moves of all files have in common.

    Attributes:
        evidence: the files.
        rule: whose comments silence a line.
        unsafe: whether to follow a replacement below which nobody can look.
        moves_optional: whether names of modules move where the code expects that they may be missing.
        generated: by the place of a module that is not there, whether something generates it.
    """

    evidence: Evidence
    rule: str
    unsafe: bool
    moves_optional: bool = True
    generated: dict[str, bool] = field(default_factory=dict)

    def is_silenced(self, path: str, line: int) -> bool:
        """Whether a comment or the configuration accepts what the rule reports in a line."""
        for pattern, rules in self.evidence.settings.per_file_ignores.items():
            if self.rule in rules and matches(path, pattern):
                return True
        ignores = self.evidence.codebase.facts[path].ignores
        return any(self.rule in each.rules and line == each.line + each.is_alone for each in ignores)

    def is_imported(self, path: str, name: str) -> bool:
        """Whether another file may name something in this one."""
        stem = self.evidence.codebase.modules.stem_of(path)
        return any(self._importers.get((stem, each), path) != path for each in (name, STAR))

    @cached_property
    def _importers(self) -> dict[tuple[str, str], str]:
        """By the last part of a module and a name of it, the file that names both; empty if these are several."""
        found: dict[tuple[str, str], str] = {}
        codebase = self.evidence.codebase
        for path, facts in codebase.facts.items():
            for mention in facts.mentions:
                plain = mention.lstrip(".=")
                level = len(mention) - len(plain) if mention[0] == "." else 0
                module, _, name = plain.partition(":")
                base = absolute(module, level, package_of(codebase.modules, path)) if level else module
                parts = [*(base or "").split("."), name] if name else (base or "").split(".")
                for pair in pairwise(parts):
                    if found.setdefault(pair, path) != path:
                        found[pair] = ""
        return found


def files_with(
    evidence: Evidence, names: Collection[str], paths: Collection[str] = ()
) -> Iterator[tuple[str, bytes | Failure]]:
    """Yield the files that may be rewritten and may refer to some names, with their bytes.

    Those are `paths`, and files with a whole name in them. The last part of a name is enough in packages, which may
    export it, and in examples and strings.
    """
    words = {name.rpartition(".")[2].encode() for name in names}
    by_parent: dict[bytes, list[bytes]] = defaultdict(list)
    for name in names:
        by_parent[name.rpartition(".")[0].encode()].append(name.encode())

    def may_refer(path: str, source: bytes) -> bool:
        if any(parent in source and any(name in source for name in by_parent[parent]) for parent in by_parent):
            return True
        is_odd = b">>> " in source or path.endswith("__init__.py")
        return not words.isdisjoint((_WORD if is_odd else _QUOTED_WORD).findall(source))

    for path in sorted(evidence.focus & evidence.codebase.facts.keys()) if names else ():
        try:
            source = evidence.codebase.read(path)
        except OSError as error:
            if path in paths:
                yield path, Failure(path=path, reason=f"it cannot be read: {error.strerror or error}")
            continue
        if path in paths or may_refer(path, source):
            yield path, source


def unit_of(tree: Tree, path: str, source: bytes, moves: Moves, is_wanted: IsWanted) -> Unit:
    """Return a file with its syntax tree.

    Raises:
        NotRewritableError: it does not parse, or cannot be decoded.
    """
    try:
        syntax = parse(source)
    except UnparsableError as error:
        raise NotRewritableError(str(error)) from None
    codebase = tree.evidence.codebase
    return Unit(
        path=path,
        package=package_of(codebase.modules, path),
        text=Text(source),
        tree=syntax,
        moves=moves,
        destinations=Destinations(codebase=codebase, path=path, unsafe=tree.unsafe, generated=tree.generated),
        is_wanted=is_wanted,
        is_shared=lambda name: tree.is_imported(path, name),
        moves_optional=tree.moves_optional,
    )


def move_in(  # noqa: PLR0917 - the tree, a file of it, and what moves
    tree: Tree, path: str, source: bytes, moves: Moves, is_wanted: IsWanted, movers: Sequence[Mover] = ALL
) -> Iterator[Result]:
    """Yield what becomes of one file: an edit, skips, or a failure. `movers` do the work."""
    try:
        unit = unit_of(tree, path, source, moves, is_wanted)
    except NotRewritableError as error:
        yield Failure(path=path, reason=str(error))
        return
    for move in movers:
        move(unit)
    for examples in examples_in(unit.nodes, unit.text):
        _move_in_examples(unit, examples, movers)
    try:
        after = unit.text.spliced(unit.splices) if unit.splices else source
    except NotRewritableError as error:
        yield Failure(path=path, reason=str(error))
        return
    if after != source:
        yield Edit(path=path, before=source, after=after, permits=tuple(_permits(tree, unit)))
    yield from sorted(unit.skips, key=lambda skip: (skip.line, skip.subject))


def _move_in_examples(outer: Unit, examples: Examples, movers: Sequence[Mover]) -> None:
    """Rewrite the examples of one docstring; all of them or none."""

    def is_wanted(line: int, name: str, _: Search) -> bool:
        return outer.is_wanted(examples.places[line - 1][0], name, Search.CODEMOD)

    unit = Unit(
        path=outer.path,
        package=outer.package,
        text=Text(examples.source),
        tree=examples.tree,
        moves=outer.moves,
        destinations=outer.destinations,
        is_wanted=is_wanted,
        is_shared=lambda _: False,
        moves_optional=outer.moves_optional,
    )
    for move in movers:
        move(unit)
    for skip in unit.skips:
        outer.skip(examples.places[skip.line - 1][0], skip.subject, skip.reason)
    splices = [examples.in_file(splice) for splice in unit.splices]
    moved = [splice for splice in splices if splice is not None]
    if len(moved) < len(splices):
        for each in unit.moved:
            outer.skip(examples.places[each.line - 1][0], each.old, "the example would need more or fewer lines")
    else:
        outer.splices.extend(moved)
        outer.moved.extend(unit.moved)
    for reason, texts in (
        ("the example does not parse, or is written with escapes", examples.unparsable),
        ("the expected output of an example names it", examples.outputs),
    ):
        for line, text in texts:
            for name in re.findall(r"[A-Za-z_]\w*(?:\.\w+)+", text):
                if outer.moves(name) is not None and outer.is_wanted(line, name, Search.CODEMOD):
                    outer.skip(line, name, reason)


def _permits(tree: Tree, unit: Unit) -> Iterator[Permit]:
    """What pytest may collect otherwise: the file fails no more, and what the old module warned of is gone."""
    heals = any(each.at_import and _leads_nowhere(unit.destinations, each.old) for each in unit.moved)
    if heals:
        # Whoever imports an application module or gets the fixtures of a conftest is healed with it.
        path = unit.path if unit.path in tree.evidence.collection.files else ""
        yield Permit(effect=Effect.ERROR_GONE, path=path)
        yield Permit(effect=Effect.ID_GAINED, path=path)
    moves = (unit.moves(each.old) for each in unit.moved)
    for old in sorted({move.old for move in moves if move is not None}):
        if not _leads_nowhere(unit.destinations, old):
            yield Permit(effect=Effect.WARNING_GONE, path="", subject=old)


def _leads_nowhere(where: Destinations, old: str) -> bool:
    """Whether an import of a module, or of a name in one, fails."""
    module, _, name = old.rpartition(".")
    if where.exists(old) or (module and where.has(module, name)):
        return False
    return where.is_module(module or old) is False or (where.exists(module) and where.has(module, name) is False)
