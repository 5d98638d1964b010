"""New names for classes: in the file that defines them, in files that import them, and in strings that name them."""

from __future__ import annotations

import keyword
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from collectbench.codemods.classes.class_uses import FileRenames, NotRenamableError, check, renamed
from collectbench.codemods.classes.file_uses import FileUses
from collectbench.codemods.syntax import edit_of
from collectbench.lint.lineage import Lineages
from collectbench.model.fixes import Edit, Effect, Failure, Permit, Result, Skip
from collectbench.sources.meanings import BUILTINS, Definition
from collectbench.sources.references import STAR

_AFFIXES = ("Tests", "Test")


@dataclass(kw_only=True)
class _Plan:
    """A new name of one class, and what changes for it by file."""

    definition: Definition
    new: str
    files: dict[str, FileRenames] = field(default_factory=dict)


class Renaming:
    """Renames classes so that pytest does not take them for tests."""

    def __init__(self, lineages: Lineages) -> None:
        self._lineages = lineages
        self._codebase = lineages.evidence.codebase
        self._uses = FileUses(codebase=self._codebase)

    def results(self, definitions: Sequence[Definition]) -> Iterator[Result]:
        """Yield the edits of all files that have one of the names, and the classes that keep theirs."""
        plans: list[_Plan] = []
        taken: dict[str, set[str]] = defaultdict(set)
        for definition in definitions:
            try:
                plan = self._plan(definition)
            except NotRenamableError as error:
                yield _skip(definition, str(error))
                continue
            if twice := [path for path in plan.files if plan.new in taken[path]]:
                yield _skip(definition, f"{twice[0]} would have two classes named {plan.new}")
                continue
            for path in plan.files:
                taken[path].add(plan.new)
            plans.append(plan)
        for group in _connected(plans):
            yield from self._edits(group)

    def _plan(self, definition: Definition) -> _Plan:
        plan = _Plan(definition=definition, new=self._new_name(definition))
        todo, seen = [definition.path], set[str]()
        while todo:
            owner = todo.pop()
            if owner in seen:
                continue
            seen.add(owner)
            self._in_file(plan, owner)
            for use in self._uses.of(owner):
                if use.name == definition.name:
                    renames = self._in_file(plan, use.path)
                    if use.is_string:
                        renames.prefixes.add(use.prefix)
                    else:
                        renames.owners.add(owner)
                        todo.append(use.path)
                elif use.name in ("", STAR) and definition.name.encode() in self._uses.source(use.path):
                    if use.name == STAR:
                        raise NotRenamableError(f"{use.path}:{use.line} imports all names of {owner}")
                    self._in_file(plan, use.path).owners.add(owner)
        for path, renames in plan.files.items():
            check(self._codebase, path, definition, renames)
        return plan

    def _in_file(self, plan: _Plan, path: str) -> FileRenames:
        if path not in plan.files:
            if self._codebase.tree(path) is None:
                raise NotRenamableError(f"{path} uses it and cannot be read")
            if path not in self._lineages.evidence.focus:
                raise NotRenamableError(f"{path} uses it and is not among the files to rewrite")
            plan.files[path] = FileRenames(old=plan.definition.name, new=plan.new)
        return plan.files[path]

    def _new_name(self, definition: Definition) -> str:
        """The name without what makes it one of a test."""
        name, collection = definition.name, self._lineages.evidence.collection
        tries = [name.removeprefix(affix).lstrip("_") for affix in _AFFIXES if name.startswith(affix)]
        tries += [name.removesuffix(affix) for affix in _AFFIXES if name.endswith(affix)]
        for each in tries:
            is_free = each.isidentifier() and not keyword.iskeyword(each) and each not in BUILTINS
            if is_free and each[:1].isupper() and not collection.is_class_name(each):
                return each
        raise NotRenamableError("nothing is left of its name without the part that pytest looks for")

    def _edits(self, plans: Sequence[_Plan]) -> Iterator[Result]:
        """The edits of classes that share files: all of them, or none."""
        by_path: dict[str, list[FileRenames]] = defaultdict(list)
        gone: dict[str, list[str]] = defaultdict(list)
        for plan in plans:
            gone[plan.definition.path].append(plan.definition.name)
            for path, renames in plan.files.items():
                by_path[path].append(renames)
        edits: list[Edit] = []
        for path, own in sorted(by_path.items()):
            permits = tuple(Permit(effect=Effect.WARNING_GONE, path="", subject=name) for name in gone.get(path, ()))
            needs = tuple(each for each in sorted(by_path) if each != path)
            change = partial(renamed, renames=own)
            edit = edit_of(path, self._codebase.read(path), change, needs=needs, permits=permits)
            if isinstance(edit, Failure):
                yield edit
                yield from (_skip(plan.definition, f"{path} uses it and cannot be rewritten") for plan in plans)
                return
            if edit is not None:
                edits.append(edit)
        yield from edits


def _connected(plans: Sequence[_Plan]) -> list[list[_Plan]]:
    """The plans in groups that share no file."""
    groups: list[tuple[set[str], list[_Plan]]] = []
    for plan in plans:
        paths, members = set(plan.files), [plan]
        for group in [each for each in groups if each[0] & paths]:
            groups.remove(group)
            paths |= group[0]
            members = [*group[1], *members]
        groups.append((paths, members))
    return [members for _, members in groups]


def _skip(definition: Definition, reason: str) -> Skip:
    path, line = definition.place
    return Skip(path=path, line=line, subject=definition.name, reason=f"it cannot be renamed: {reason}")
