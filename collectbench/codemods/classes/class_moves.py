"""Moves copies of classes to their home: what the home becomes, and what stays in each file."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collectbench.codemods.classes.bindings import Bindings
from collectbench.codemods.classes.class_copies import Copy, rename_objection
from collectbench.codemods.classes.file_uses import FileUses
from collectbench.codemods.classes.home_text import ClashError, HomeText
from collectbench.codemods.classes.homes import Home, Reach
from collectbench.codemods.classes.leaving import Leaving
from collectbench.codemods.classes.non_test_flag import FlagObjections
from collectbench.codemods.classes.outside_packages import OutsidePackages
from collectbench.codemods.classes.statements import Shape, texts_of
from collectbench.codemods.syntax import NotRewritableError, edit_of, parse_source
from collectbench.lint.certainty import is_kept
from collectbench.lint.class_text import Texts
from collectbench.lint.lineage import Lineages
from collectbench.model.fixes import Edit, Failure, Note, Result, Skip
from collectbench.sources.meanings import Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Equal copies, and the name of their class in the home."""

    name: str
    copies: tuple[Copy, ...]


class Moves:
    """Plans moves to one home, and then makes the edits of all."""

    def __init__(self, lineages: Lineages, home: Home) -> None:
        self._lineages = lineages
        self._codebase = lineages.evidence.codebase
        self._home = home
        self._reach = Reach(evidence=lineages.evidence, home=home)
        self._texts = Texts(lineages)
        self._objections = FlagObjections(lineages)
        self._uses = FileUses(codebase=self._codebase)
        self._text = HomeText(is_new=not home.exists, codebase=self._codebase)
        self._by_path: dict[str, Leaving] = defaultdict(Leaving)
        self._packages = OutsidePackages(codebase=self._codebase)
        self._asserting: list[str] = []

    def plan(self, move: Move) -> Iterator[Result]:
        """Take equal copies on; yields those that stay, and why."""
        ready: list[Copy] = []
        reads_late = self._reads_late(move)
        for copy in move.copies:
            reason = (
                self._reach.objection(copy.path)
                or self._flag_objection(copy, move.name)
                or self._lacking(copy.path)
                or (rename_objection(copy, self._codebase.read(copy.path)) if copy.name != move.name else None)
            )
            if copy.reads_annotations_late not in (None, reads_late):
                reason = "its annotations are read in another way there (from __future__ import annotations)"
            if reason is None:
                ready.append(copy)
            else:
                yield _skip(copy, reason)
        reason = self._settle(move.name, ready) if ready else None
        if reason is not None:
            for copy in ready:
                yield _skip(copy, reason)
            return
        for copy in ready:
            leaving = self._by_path[copy.path]
            leaving.copies.append(copy)
            alias = "" if copy.name == move.name else f" as {copy.name}"
            leaving.lines.append(f"from {self._home.module} import {move.name}{alias}")

    def _reads_late(self, move: Move) -> bool:
        """Whether the home has `from __future__ import annotations`, or will have it."""
        if self._home.exists:
            tree = self._codebase.tree(self._home.path)
            return tree is not None and "annotations" in Bindings(tree).future
        if self._text.reads_annotations_late is None:
            answers = Counter(copy.reads_annotations_late for copy in move.copies)
            self._text.reads_annotations_late = answers[True] > answers[False]
        return self._text.reads_annotations_late

    def edits(self) -> Iterator[Result]:
        """Yield the edit of the home, if it changes, and those of the files."""
        needs: tuple[str, ...] = ()
        if self._text.is_changed and self._by_path:
            edit = self._edit_of_home()
            if isinstance(edit, Failure):
                yield edit
                return
            yield from (Edit(path=path, before=None, after=b"") for path in self._home.inits)
            yield edit
            needs = (*self._home.inits, self._home.path)
        for path, leaving in sorted(self._by_path.items()):
            result = leaving.edit(self._codebase, path, self._uses, needs)
            if result is not None:
                yield result
        if self._asserting and self._by_path:
            yield Note(
                text=f"{', '.join(self._asserting)} uses assert: failures show no values unless a conftest calls "
                f'pytest.register_assert_rewrite("{self._home.module}") before the first import'
            )

    def _flag_objection(self, copy: Copy, name: str) -> str | None:
        """Why the class in the home cannot say `__test__ = False` for this copy; None if it can, or need not."""
        return self._objections.to(copy.definition) if self._is_flagged(copy, name) else None

    def _is_flagged(self, copy: Copy, name: str) -> bool:
        is_class_name = self._lineages.evidence.collection.is_class_name
        return (is_class_name(copy.name) or is_class_name(name)) and not self._is_marked(copy)

    def _is_marked(self, copy: Copy) -> bool:
        class_ = copy.definition.class_
        return class_ is not None and class_.test_flag == "False"

    def _settle(self, name: str, copies: Sequence[Copy]) -> str | None:
        """Add the class to the home; returns why that is not possible."""
        if (there := self._class_at_home(name)) is not None:
            return self._use(there, copies)
        home = self._home
        outline = self._codebase.outline(home.path) if home.exists else None
        if (outline is not None and name in outline.bindings) or self._text.holds(name):
            return f"{home.module} has something else named {name}; choose another module or name"
        if home.exists and outline is None:
            return f"{home.path} cannot be read"
        if len(copies) < 2:
            return "no other copy can move, so one would only change its place"
        return self._write(name, _most_common(copies))

    def _class_at_home(self, name: str) -> Definition | None:
        found = [each for each in self._lineages.definitions(self._home.path) if each.name == name]
        return found[-1] if found and self._home.exists else None

    def _use(self, there: Definition, copies: Sequence[Copy]) -> str | None:
        """Use the class that the home has."""
        name = there.name
        if not is_kept(self._codebase, there.path, name, there.place[1]):
            return f"{self._home.module} changes its {name}, or has it in a condition"
        if self._texts.of(there) != copies[0].text:
            return f"{self._home.module} has another class {name}; choose another module or name"
        if there.class_ and there.class_.test_flag != "False" and any(self._is_flagged(each, name) for each in copies):
            if (reason := self._objections.to(there)) is not None:
                return f"the class in {self._home.module} cannot be marked as no test: {reason}"
            self._text.flagged.add(name)
        return None

    def _write(self, name: str, copy: Copy) -> str | None:
        """Add the class to the home, as this copy has it."""
        shape = Shape(name=name, keeps_marks=copy.keeps_marks, is_flagged=self._is_flagged(copy, name))
        try:
            module = parse_source(self._codebase.read(copy.path))
            found = texts_of(module, {*copy.needs.locals, copy.name}, {copy.name: shape})
            present = self._present(copy)
            if (reason := self._missing_elsewhere(copy)) is not None:
                return reason
            texts = {each: found[each] for each in copy.needs.locals}
            self._text.add(copy.needs, present, {**texts, name: found[copy.name]})
        except NotRewritableError as error:
            return f"{copy.path}: {error}"
        except ClashError as error:
            return f"{self._home.module} cannot hold it: {error}"
        if any(isinstance(each, ast.Assert) for each in ast.walk(ast.parse(found[copy.name]))):
            self._asserting.append(name)
        return None

    def _lacking(self, path: str) -> str | None:
        """Why a file may be unable to import what the home imports for other classes; None if it surely is not."""
        wanted = self._packages.of_lines(self._text.import_lines())
        if self._home.exists:
            wanted |= self._packages.of_file(self._home.path)
        lacking = sorted(wanted - self._packages.of_file(path))
        return f"{self._home.module} imports {lacking[0]}, which this file does without" if lacking else None

    def _missing_elsewhere(self, copy: Copy) -> str | None:
        """Why the home cannot import what a class needs: files that use it otherwise may lack that."""
        new = self._packages.of_lines(line for lines in copy.needs.imports.values() for line in lines)
        for path in [self._home.path] if self._home.exists else list(self._by_path):
            if lacking := sorted(new - self._packages.of_file(path)):
                return f"it needs {lacking[0]}, which {path} does without; choose another module"
        return None

    def _present(self, copy: Copy) -> set[str]:
        """The names that the home binds already, and that mean the same there.

        Raises:
            ClashError: one means something else.
        """
        outline = self._codebase.outline(self._home.path) if self._home.exists else None
        present = copy.needs.names & (outline.bindings if outline else frozenset())
        for each in sorted(present):
            if self._texts.meaning_of(self._home.path, each) != self._texts.meaning_of(copy.path, each):
                raise ClashError(f"{each} means something else there")
        return set(present)

    def _edit_of_home(self) -> Edit | Failure:
        home = self._home
        if not home.exists:
            return Edit(path=home.path, before=None, after=self._text.text(), needs=home.inits)
        edit = edit_of(home.path, self._codebase.read(home.path), self._text.changed)
        return edit if edit is not None else Failure(path=home.path, reason="it would not change")


def _most_common(copies: Sequence[Copy]) -> Copy:
    """The copy whose text most files have; of several, the longest one, which has most to say."""
    counts = Counter(copy.source for copy in copies)
    return max(copies, key=lambda copy: (counts[copy.source], len(copy.source)))


def _skip(copy: Copy, reason: str) -> Skip:
    return Skip(path=copy.path, line=copy.definition.place[1], subject=copy.name, reason=reason)
