"""unused-ignore: comments silence the violations in their line, and those that silence nothing are reported."""

from __future__ import annotations

import pytest

from collectbench.lint.unused_ignore import RULE, apply_ignores
from collectbench.model.lint import Violation
from collectbench.sources.facts import Ignore

RULES = ("host-path", "missing-module", "unused-ignore")


def at(line: int, rule: str = "host-path", path: str = "a.py") -> Violation:
    return Violation(rule=rule, path=path, line=line, message="wrong")


def applied(violations: list[Violation], *comments: Ignore, checked: tuple[str, ...] = RULES) -> list[tuple[str, int]]:
    found = apply_ignores(violations, {"a.py": comments}, checked, RULES)
    return [(violation.rule, violation.line) for violation in found]


@pytest.mark.parametrize(
    ("comment", "remaining"),
    [
        (Ignore(2, ("host-path",), False), [1, 3]),
        (Ignore(2, ("host-path",), True), [1, 2]),
        (Ignore(2, ("missing-module", "host-path"), False), [1, 3]),
        (Ignore(2, ("missing-module",), False), [1, 2, 3]),
        (Ignore(2, (), False), [1, 2, 3]),
    ],
)
def test_a_comment_silences_its_rules_in_its_line_or_the_next(comment: Ignore, remaining: list[int]) -> None:
    found = applied([at(1), at(2), at(3)], comment, checked=("host-path",))
    assert found == [("host-path", line) for line in remaining]


def test_a_comment_silences_all_violations_of_a_rule_in_a_line() -> None:
    assert applied([at(1), at(1)], Ignore(1, ("host-path",), False)) == []


def test_a_comment_is_about_its_own_file() -> None:
    found = applied([at(1, path="b.py")], Ignore(1, ("host-path",), False))
    assert found == [("host-path", 1), ("unused-ignore", 1)]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        (Ignore(3, ("host-path",), False), "host-path reports nothing here, so the comment silences nothing"),
        (Ignore(3, ("host-pat",), False), "there is no rule host-pat; did you mean host-path?"),
        (Ignore(3, ("zzz",), False), "there is no rule zzz"),
        (Ignore(3, (), False), "the comment names no rule, so it silences nothing: write ignore[rule]"),
    ],
)
def test_a_comment_that_silences_nothing_is_reported_at_its_line(comment: Ignore, message: str) -> None:
    (violation,) = apply_ignores([], {"a.py": (comment,)}, RULES, RULES)
    assert (violation.rule, violation.path, violation.line) == (RULE.id, "a.py", 3)
    assert (violation.message, violation.fix) == (message, "remove it")


def test_each_rule_of_a_comment_is_judged() -> None:
    found = applied([at(1)], Ignore(1, ("host-path", "missing-module", "zzz"), False))
    assert found == [("unused-ignore", 1), ("unused-ignore", 1)]


def test_rules_that_were_not_checked_are_not_judged() -> None:
    comment = Ignore(1, ("missing-module",), False)
    assert applied([], comment, checked=("host-path", "unused-ignore")) == []
    assert applied([], comment, checked=("host-path", "missing-module")) == []
