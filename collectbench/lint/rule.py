"""What a rule is: its id, its documentation, and functions from sources to violations."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from collectbench.model.lint import Violation
from collectbench.model.lint_settings import Collection, LintSettings
from collectbench.sources.codebase import Codebase
from collectbench.sources.outline import Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A test file or conftest, for rules that look at one file alone.

    Attributes:
        path: relative to the root.
        source: its bytes.
        tree: the syntax tree, in which most functions have no body but `pass`; positions are those of the source.
        outline: the same as values.
        settings: of the user.
    """

    path: str
    source: bytes
    tree: ast.Module
    outline: Outline
    settings: LintSettings

    @property
    def is_conftest(self) -> bool:
        """Whether it is a conftest."""
        return self.path.rpartition("/")[2] == "conftest.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The whole tree, for rules that look at several files.

    Attributes:
        codebase: the files and what names in them mean.
        collection: what pytest collects.
        settings: of the user.
        focus: the files whose violations are asked for.
        heavy: modules whose import is slow, each with the measured seconds, or None if the user says so.
        unused: by file, the lines and modules of imports that ruff found to be unused.
    """

    codebase: Codebase
    collection: Collection
    settings: LintSettings
    focus: frozenset[str]
    heavy: dict[str, float | None] = field(default_factory=dict)
    unused: dict[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule. It has `in_file` or `in_tree`, or both.

    Attributes:
        id: as users write it.
        doc: the documentation page: the docstring of the rule's module.
        in_file: yields the violations in one test file or conftest.
        words: bytes, one of which stands outside of functions in each file that violates `in_file`; empty to look at
            each file.
        hints: likewise, one of these as well: a pattern takes far longer than to look for a word.
        pattern: likewise, matches there; tried if one of the words is there.
        in_tree: yields the violations that several files together have.
        in_functions: whether it looks into the bodies of functions, which takes longer.
    """

    id: str
    doc: str
    in_file: Callable[[Module], Iterator[Violation]] | None = None
    words: tuple[bytes, ...] = ()
    hints: tuple[bytes, ...] = ()
    pattern: re.Pattern[bytes] | None = None
    in_tree: Callable[[Evidence], Iterator[Violation]] | None = None
    in_functions: bool = False

    def may_find(self, outside: bytes) -> bool:
        """Whether a file with this source outside of functions can violate `in_file`."""
        if self.in_file is None or (self.words and not any(word in outside for word in self.words)):
            return False
        if self.hints and not any(hint in outside for hint in self.hints):
            return False
        return self.pattern is None or self.pattern.search(outside) is not None

    @property
    def title(self) -> str:
        """The first sentence of the documentation."""
        return self.doc.strip().partition("\n")[0].rstrip(".")
