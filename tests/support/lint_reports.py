"""Lint reports for the tests of formats: an ordinary one, one with a recorded state, one that tries to break out."""

from __future__ import annotations

from collectbench.model.lint import LintReport, Unreadable, Violation, summarize
from collectbench.model.run import Tool

TOOL = Tool(name="collectbench", version="1.2.3")
RULES = ("uncollected-tests", "duplicate-class", "missing-module", "missing-name", "heavy-import", "unused-ignore")


def violation(place, rule="missing-module", message="the module app.old does not exist", **changes):
    """A violation at `path:line`."""
    path, _, line = place.rpartition(":")
    return Violation(rule=rule, path=path, line=int(line), message=message, **changes)


def lint(*violations, files=100, rules=RULES, **changes):
    """A report on so many files."""
    return LintReport(
        tool=TOOL,
        created="2025-11-03T10:00:00Z",
        violations=violations,
        summary=summarize(files, rules, violations),
        **changes,
    )


def copies(name, number, *, message):
    """Copies of one class in as many files."""
    return [
        violation(
            f"tests/copies/test_{name.lower()}_{index}.py:{7 + index}",
            "duplicate-class",
            message.format(index=index),
            group=f"{number} copies of the class {name}",
            subject=name,
            fix=f"keep one {name} in a module that is not collected, and import it",
        )
        for index in range(number)
    ]


def ordinary_lint():
    """Single violations, one fix for several lines, copies of two classes, files that could not be checked."""
    init = "an `__init__` keeps pytest from collecting it: its {} never run"
    remove = "remove the line, or import what replaced the module"
    singles = [
        violation("tests/api/conftest.py:3", subject="app.settings.old", fix=remove),
        violation(
            "tests/api/test_users.py:12",
            "uncollected-tests",
            f"class TestUsers: {init.format('3 tests')}",
            subject="TestUsers",
            fix="move the body of `__init__` to a fixture, or to `setup_method`",
        ),
        violation(
            "tests/api/test_users.py:140",
            message="the module app.legacy.permissions.resolution does not exist, in the string of a patch",
            subject="app.legacy.permissions.resolution",
            fix=remove,
        ),
        violation(
            "tests/integration/accounts/subscriptions/renewals/test_renewal_of_expired_cards.py:1204",
            "missing-name",
            "app.billing has no name Card; app.payment.cards has one",
            subject="Card",
        ),
        violation("tests/test_a.py:1", "heavy-import", "pandas takes 480 ms", subject="pandas", fix="import it later"),
    ]
    same = copies("Client", 4, message="the class Client is defined in 4 test files")
    near = copies("Server", 2, message="the class Server is {index}% like that of tests/conftest.py")
    return lint(
        *sorted((*singles, *same, *near), key=lambda one: (one.path, one.line, one.rule)),
        files=10_000,
        unreadable=(
            Unreadable(path="tests/data/broken.py", message="line 3: invalid syntax"),
            *(Unreadable(path=f"tests/py2/test_{index}.py", message="line 1: print") for index in range(12)),
        ),
    )


def known_lint():
    """One new violation, since a recorded state has all others."""
    return lint(violation("tests/a.py:7", fix="remove the line"), known=840, files=1)


def nasty_lint(texts):
    """Texts that try to break out, in every field that holds one."""
    names = [
        violation(f"{text}:{index}", text, text, subject=text, fix=text) for index, text in enumerate(texts, start=1)
    ]
    numbered = enumerate(texts, start=1)
    groups = [violation(f"{text}:{index}", "copied", text, group=texts[-1]) for index, text in numbered]
    broken = tuple(Unreadable(path=text, message=text) for text in texts)
    return lint(*names, *groups, rules=(), unreadable=broken, known=1)
