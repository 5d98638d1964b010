"""Checks one file: bytes in, facts and violations out. Each file is independent of all others."""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from collectbench.lint.rule import Module, Rule
from collectbench.model.lint import Violation
from collectbench.model.lint_settings import LintSettings
from collectbench.sources.facts import Facts, from_plain, read_file, skim_file, to_plain

_FIELDS = tuple(field.name for field in fields(Violation))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheck:
    """How files are checked.

    Attributes:
        rules: those of them with `in_file` are checked in tests and conftests.
        settings: of the user.
        with_mentions: whether some rule looks into functions.
    """

    rules: tuple[Rule, ...]
    settings: LintSettings
    with_mentions: bool

    def skim(self, source: bytes) -> bytes | None:
        """Return facts without an outline, packed; None if the file has to be read, since it may hold tests."""
        if b"TestCase" in source or b"unittest" in source:
            return None  # pytest collects such classes under any name
        facts = skim_file(source)
        return None if facts is None else marshal.dumps((to_plain(facts), ()))

    def __call__(self, path: str, source: bytes, *, is_test: bool) -> bytes:
        """Return the facts about a file and its violations, packed. `is_test`: it is a test file or a conftest."""
        facts, outside, tree = read_file(source, with_mentions=self.with_mentions)
        violations: list[Violation] = []
        if is_test and tree is not None and facts.outline is not None:
            module = Module(path=path, source=source, tree=tree, outline=facts.outline, settings=self.settings)
            for rule in self.rules:
                if rule.in_file is not None and rule.may_find(outside):
                    violations.extend(rule.in_file(module))
        rows = tuple(tuple(getattr(violation, name) for name in _FIELDS) for violation in violations)
        return marshal.dumps((to_plain(facts), rows))


def unpack(packed: bytes) -> tuple[Facts, tuple[Violation, ...]]:
    """Return the facts and violations that a `FileCheck` has packed."""
    facts, rows = marshal.loads(packed)  # noqa: S302 - written by this program, in a directory of the user's
    return from_plain(facts), tuple(_violations(rows))


def _violations(rows: tuple[tuple[Any, ...], ...]) -> Iterator[Violation]:
    for row in rows:
        yield Violation(**dict(zip(_FIELDS, row, strict=True)))
