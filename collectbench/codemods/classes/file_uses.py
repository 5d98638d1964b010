"""Who refers to a file and its names: imports in other files, and strings of `patch` and its like in all files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from collectbench.sources.codebase import Codebase
from collectbench.sources.facts import Facts
from collectbench.sources.modules import Found
from collectbench.sources.references import STAR, Form, Reference


class Use(NamedTuple):
    """A reference to a file.

    Attributes:
        path: the file with the reference.
        line: of it, from 1.
        name: of the object in the file that is referred to; empty for the whole module, `*` for a star import.
        is_string: whether it is a string.
        prefix: of a string, what stands before the name, with the dot.
    """

    path: str
    line: int
    name: str
    is_string: bool
    prefix: str = ""


@dataclass(kw_only=True)
class FileUses:
    """Finds the references to files; each file is asked about once."""

    codebase: Codebase

    def __post_init__(self) -> None:
        """Start with nothing known."""
        self._of: dict[str, tuple[Use, ...]] = {}

    def of(self, path: str) -> tuple[Use, ...]:
        """Return the references to a file, those of its own strings too, in the order of the files."""
        if path not in self._of:
            self._of[path] = tuple(self._find(path))
        return self._of[path]

    def objection(self, path: str, names: frozenset[str], word: str) -> str | None:
        """Return why some names of a file must stay what they are; None if nobody refers to them.

        Files that import the whole module count if they hold `word`.
        """
        for use in self.of(path):
            if use.name in names:
                what = "a string" if use.is_string else "an import"
                return f"{what} in {use.path}:{use.line} names {use.name} of this file"
            if use.name in ("", STAR) and use.path != path and word.encode() in self.source(use.path):
                return f"{use.path}:{use.line} imports this file as a whole and may use its {word}"
        return None

    def source(self, path: str) -> bytes:
        """Return the bytes of a file; none if it cannot be read."""
        try:
            return self.codebase.read(path)
        except OSError:
            return b""

    def _find(self, path: str) -> Iterator[Use]:
        word = self.codebase.modules.stem_of(path)
        files = dict.fromkeys(self.codebase.files_with({word}))
        files |= dict.fromkeys(file for file, _ in self.codebase.unread_with([word.encode()]))
        for file in files:
            facts = self._facts(file)
            mentions = {each for each in facts.mentions if word in each or each.startswith(".")} if facts else ()
            close = {each for each in mentions if any(self._resolved(file, path, *_parts(each)))}
            for reference in self.codebase.references(file, close) if close else ():
                yield from self._of_reference(file, path, reference)

    def _facts(self, file: str) -> Facts | None:
        facts = self.codebase.facts.get(file)
        return facts if facts is None or self.codebase.is_read(file) else self.codebase.complete(file)

    def _of_reference(self, file: str, path: str, reference: Reference) -> Iterator[Use]:
        is_string = reference.form in (Form.PATCH, Form.IMPORT_MODULE)
        module = "=" if is_string else "." * reference.level
        for name, prefix in self._resolved(file, path, f"{module}{reference.module}", reference.name):
            if file != path or is_string:
                yield Use(file, reference.line, name, is_string, prefix)

    def _resolved(self, file: str, path: str, module: str, name: str) -> Iterator[tuple[str, str]]:
        """Yield the name in the file `path` that a mention in `file` means, and what stands before it in a string."""
        plain = module.lstrip(".=")
        level = len(module) - len(module.lstrip("."))
        if module.startswith("="):
            parts = plain.split(".")
            for length in range(len(parts), 0, -1):
                if self._is_file(".".join(parts[:length]), 0, file, path):
                    yield parts[length] if length < len(parts) else "", "".join(f"{each}." for each in parts[:length])
                    return
        elif self._is_file(plain, level, file, path):
            yield name, ""
        elif name and name != STAR and self._is_file(f"{plain}.{name}".strip("."), level, file, path):
            yield "", ""

    def _is_file(self, module: str, level: int, importer: str, path: str) -> bool:
        location = self.codebase.modules.locate(module, level, importer)
        return isinstance(location, Found) and location.path == path


def _parts(mention: str) -> tuple[str, str]:
    """The module of a mention with its dots or `=`, and the name."""
    module, _, name = mention.partition(":")
    return module, name
