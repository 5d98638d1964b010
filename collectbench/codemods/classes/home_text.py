"""The text of the module that classes move to: made anew, or with more imports and definitions."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import libcst

from collectbench.codemods.classes.class_needs import Needs
from collectbench.codemods.classes.new_imports import with_imports
from collectbench.codemods.classes.statements import with_flags
from collectbench.sources.codebase import Codebase
from collectbench.sources.modules import Found

DOCSTRING = '"""Classes that several test files use."""'
_FUTURE = "from __future__ import annotations"


class ClashError(Exception):
    """A name that means something else in the home already. The message is a clause without a full stop."""


@dataclass(kw_only=True)
class HomeText:
    """A home in the making.

    Attributes:
        is_new: whether it does not exist yet.
        codebase: tells modules of the tree from installed ones.
        flagged: names of classes that it has already, and that are to say `__test__ = False`.
        reads_annotations_late: whether a new home has `from __future__ import annotations`; None if undecided.
    """

    is_new: bool
    codebase: Codebase
    flagged: set[str] = field(default_factory=set)
    reads_annotations_late: bool | None = None
    _imports: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _typing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._texts or self.flagged)

    def holds(self, name: str) -> bool:
        """Whether a class or definition of this name was added."""
        return name in self._texts

    def add(self, needs: Needs, present: Iterable[str], texts: dict[str, str]) -> None:
        """Add a class with what it needs. Names that are `present` in the existing home are not added again.

        Raises:
            ClashError: another class that was added before needs another meaning of a name.
        """
        there = set(present)
        new = {name: text for name, text in texts.items() if name not in there}
        for known, wanted in ((self._imports, needs.imports), (self._typing, needs.typing_imports), (self._texts, new)):
            for name, value in wanted.items():
                if known.get(name, value) != value or (name in self._names() and name not in known):
                    raise ClashError(f"{name} means something else there")
        self._imports |= {name: lines for name, lines in needs.imports.items() if name not in there}
        self._typing |= {name: lines for name, lines in needs.typing_imports.items() if name not in there}
        self._texts |= new

    def _names(self) -> set[str]:
        return {*self._imports, *self._typing, *self._texts}

    def import_lines(self) -> list[str]:
        """Return the imports that were added."""
        return [line for lines in self._imports.values() for line in lines]

    def text(self) -> bytes:
        """Return the text of a new home."""
        lines = self.import_lines()
        if self._typing:
            lines.append("from typing import TYPE_CHECKING")
        parts = [DOCSTRING]
        if self.reads_annotations_late:
            parts.append(_FUTURE)
        parts += ["\n".join(group) for group in self._grouped(lines) if group]
        if self._typing:
            parts.append(self._typing_block())
        definitions = "".join(f"\n\n{text.rstrip()}\n" for text in self._texts.values())
        return ("\n\n".join(parts) + "\n" + definitions).encode()

    def changed(self, module: libcst.Module) -> libcst.Module:
        """Return an existing home with what was added."""
        module = with_flags(module, self.flagged)
        lines = self.import_lines()
        block = []
        if self._typing:
            lines.append("from typing import TYPE_CHECKING")
            block = [self._typing_block()]
        present = {module.code_for_node(each).strip() for each in module.body}
        module = with_imports(module, [line for line in dict.fromkeys(lines) if line not in present])
        blank = [libcst.EmptyLine(indent=False)] * (2 if module.body else 0)
        added = []
        for text in (*block, *self._texts.values()):
            for statement in libcst.parse_module(text, config=module.config_for_parsing).body:
                own = getattr(statement, "leading_lines", ())
                added.append(statement.with_changes(leading_lines=[*blank, *own]))
        if added and not module.has_trailing_newline:
            module = module.with_changes(has_trailing_newline=True)
        return module.with_changes(body=[*module.body, *added])

    def _typing_block(self) -> str:
        lines = [line for each in self._typing.values() for line in each]
        return "if TYPE_CHECKING:\n" + "\n".join(f"    {line}" for line in _sorted(lines))

    def _grouped(self, lines: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
        """Import lines of the standard library, of other packages, and of the tree."""
        groups: tuple[list[str], list[str], list[str]] = ([], [], [])
        for line in _sorted(lines):
            top = line.split()[1].partition(".")[0]
            if top in sys.stdlib_module_names:
                groups[0].append(line)
            else:
                groups[2 if isinstance(self.codebase.modules.locate(top), Found) else 1].append(line)
        return groups


def _sorted(lines: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(lines), key=lambda line: (line.startswith("from "), line.split()[1], line))
