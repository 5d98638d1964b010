"""A lint report in pieces that several formats share: blocks of violations, the table by rule, statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count as count_from

from collectbench.model.lint import LintReport, Violation
from collectbench.render.parts.escape import printable
from collectbench.render.parts.prose import Statement, state
from collectbench.render.parts.quantities import count, pluralize
from collectbench.render.parts.tables import Column, Labels, Table

UNREADABLE_SHOWN = 10
"""The most files that could not be checked, in a list of them; with `verbose` it has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Violations that are shown together: one, or those of a group, such as the copies of a class.

    Attributes:
        violations: of one rule, at least one.
        message: that of all of them; what they have in common if each has its own.
        has_own_messages: whether each of them has its own message.
        fix: what to do about all of them; empty if nothing is known, or if each has its own fix.
    """

    violations: tuple[Violation, ...]
    message: str
    has_own_messages: bool = False
    fix: str = ""

    @property
    def rule(self) -> str:
        """The rule that all of them violate."""
        return self.violations[0].rule

    def own_text(self, violation: Violation) -> str:
        """Return what only this line of the block says: its message, its fix; empty if the block says all of it."""
        message = violation.message if self.has_own_messages else ""
        return "; ".join(filter(None, (message, violation.fix if self.fix != violation.fix else "")))


def blocks(violations: Iterable[Violation]) -> list[Block]:
    """Return violations in blocks, in the order of their first lines."""
    numbers = count_from()
    groups: dict[object, list[Violation]] = {}
    for violation in violations:
        key = next(numbers) if violation.group is None else (violation.rule, violation.group)
        groups.setdefault(key, []).append(violation)
    return [_block(tuple(group)) for group in groups.values()]


def _block(group: tuple[Violation, ...]) -> Block:
    first = group[0]
    has_one_message = len({violation.message for violation in group}) == 1
    return Block(
        violations=group,
        message=first.message if has_one_message else first.group or "",
        has_own_messages=not has_one_message,
        fix=first.fix if len({violation.fix for violation in group}) == 1 else "",
    )


def shared_fixes(all_blocks: Iterable[Block]) -> dict[tuple[str, str], int]:
    """Return each rule and fix that several blocks have, with the number of their lines: it is shown only once."""
    lines, sharing = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for block in all_blocks:
        if block.fix:
            lines[block.rule, block.fix] += len(block.violations)
            sharing[block.rule, block.fix] += 1
    return {key: lines[key] for key in sharing if sharing[key] > 1}


def fix_statements(fixes: dict[tuple[str, str], int]) -> Iterator[Statement]:
    """Yield a statement for each shared fix, the one of most lines first."""
    for (rule, fix), lines in sorted(fixes.items(), key=lambda item: -item[1]):
        yield Statement(word="fix", text=f"{rule}: {fix} ({pluralize(lines, 'line')})")


def rule_table(report: LintReport, *, verbose: bool) -> Table:
    """Return every rule with violations, the most first, then all of them; with `verbose` every rule checked."""
    counts, paths = Counter(report.summary.by_rule), dict[str, set[str]]()
    for violation in report.violations:
        paths.setdefault(violation.rule, set()).add(violation.path)
    rules = [rule for rule, number in counts.most_common() if number or verbose]
    total = ("all rules",) if len(rules) > 1 else ()
    violations = [*(counts[rule] for rule in rules), *(counts.total() for _ in total)]
    files = [*(len(paths.get(rule, ())) for rule in rules), *(len(set().union(*paths.values())) for _ in total)]
    return Table(
        labels=(Labels(title="rule", texts=(*rules, *total)),),
        columns=(
            Column(title="violations", cells=tuple(map(count, violations)), drop=0),
            Column(title="files", cells=tuple(map(count, files)), drop=1),
        ),
        parts=len(rules),
    )


def headline(report: LintReport) -> str:
    """Return how many violations there are, and how many files comply."""
    summary = report.summary
    checked = f"{pluralize(summary.files, 'file')} checked"
    if not report.violations:
        return f"{checked}, no {'new ' if report.known else ''}violation"
    found = pluralize(len(report.violations), "new violation" if report.known else "violation")
    comply = f"{count(summary.compliant_files)} {'complies' if summary.compliant_files == 1 else 'comply'}"
    return f"{found}; {checked}, {comply} ({summary.compliant_percent:.1f} %)"


def lint_statements(report: LintReport, *, verbose: bool) -> Iterator[Statement]:
    """Yield notes: files that could not be checked, and known violations."""
    unreadable = report.unreadable
    if unreadable:
        shown = unreadable if verbose else unreadable[:UNREADABLE_SHOWN]
        lines = [f"{printable(file.path)}: {printable(file.message)}" for file in shown]
        omitted = len(unreadable) - len(shown)
        lines += [f"and {count(omitted)} more"] if omitted else []
        were = "file was" if len(unreadable) == 1 else "files were"
        yield Statement(word="note", text=f"{count(len(unreadable))} {were} not checked", detail="\n".join(lines))
    if report.known:
        yield state("note", f"{pluralize(report.known, 'known violation')} omitted")
    yield from (state("hint", hint) for hint in report.hints)
