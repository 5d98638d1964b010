"""What lint finds: violations of rules, and a summary over all files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from collectbench.model.run import Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One line that violates a rule.

    Attributes:
        rule: the id of the rule: `missing-module`.
        path: relative to the rootdir, with `/`.
        line: from 1.
        message: what is wrong, in one sentence without a full stop. It names no line of its own file, so that it stays
            the same if lines move.
        group: what violations in several places have in common, such as copies of one class; None if it is alone.
        subject: the name that it is about: a class, a test, a module.
        fix: what to do about this line, an imperative; empty if the message says it.
    """

    rule: str
    path: str
    line: int
    message: str
    group: str | None = None
    subject: str = ""
    fix: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What stays the same if lines move: two violations with one identity are the same one."""
        return self.rule, self.path, self.subject or self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A file that was not checked, and why, such as a syntax error with its line."""

    path: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LintSummary:
    """How many files comply.

    Attributes:
        files: the files that were checked.
        compliant_files: those of them without a violation.
        compliant_percent: their share, 0 to 100; 100 if there are no files.
        by_rule: violations of each rule that was checked, also if there are none.
    """

    files: int
    compliant_files: int
    compliant_percent: float
    by_rule: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LintReport:
    """The result of `collectbench lint`.

    Attributes:
        tool: what made it.
        created: UTC, ISO 8601.
        violations: sorted by path, line and rule.
        summary: over the files that were checked.
        unreadable: files that could not be checked.
        known: how many violations were left out because a recorded state has them.
        hints: what to do next, in words of the command line; not a part of the result.
    """

    tool: Tool
    created: str
    violations: tuple[Violation, ...]
    summary: LintSummary
    unreadable: tuple[Unreadable, ...] = ()
    known: int = 0
    hints: tuple[str, ...] = ()


def summarize(files: int, rules: Iterable[str], violations: Iterable[Violation]) -> LintSummary:
    """Return the summary of violations in so many files, with a count for each of the rules."""
    by_rule = dict.fromkeys(rules, 0)
    paths = set[str]()
    for violation in violations:
        by_rule[violation.rule] = by_rule.get(violation.rule, 0) + 1
        paths.add(violation.path)
    compliant = max(files - len(paths), 0)
    percent = 100.0 if not files else int(1000 * compliant / files) / 10  # rounded down: 100 means all
    return LintSummary(files=files, compliant_files=compliant, compliant_percent=percent, by_rule=by_rule)
