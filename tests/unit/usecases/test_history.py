"""Filling the history, looking for the commit of a step, and what to do next: with commits that nothing measures."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest

from collectbench.checkouts.history import Commit
from collectbench.judge.bisection import Sides
from collectbench.model.errors import UsageError
from collectbench.model.history import Bisection
from collectbench.usecases.command_line import CommandLine
from collectbench.usecases.history.bisecting import Search, last_step
from collectbench.usecases.history.next_steps import next_steps
from collectbench.usecases.history.past import why_not_measured
from histories import commit_of, counter_step, history, ordinary_history, time_step, trend

COMMITS = tuple(
    Commit(name=commit_of(number), committed="2026-01-01T00:00:00Z", subject=f"change {number}")
    for number in range(1, 9)
)
BASE = commit_of(0)


class MadePast:
    """Commits whose counter is known; those without one cannot be collected, or measured at all."""

    def __init__(self, counts):
        self.counts = counts
        self.messages = []
        self.feedback = SimpleNamespace(say=self.messages.append)

    @contextmanager
    def at(self, commit):
        count = self.counts[int(commit.name[:7], 16)]
        if count is None:
            raise UsageError("--against: the base has none of tests/api, so there is nothing to compare; give another")
        work = SimpleNamespace(counters={"modules": count} if count else {})
        rounds = (SimpleNamespace(work=work), SimpleNamespace(work=None))
        yield SimpleNamespace(rounds={"tests/api": rounds})


def search(counts, before=80, after=120, base=80):
    """The result for commits with these counters, and what was said; the last counter is the recorded one."""
    past = MadePast({0: base, **dict(enumerate(counts, start=1))})
    sides = Sides(figure="modules", before=before, after=after)
    return Search(past=past, target="tests/api", sides=sides, commits=COMMITS[: len(counts)]).found(BASE), past.messages


@pytest.mark.parametrize("index", range(8))
def test_the_commit_is_found_by_at_most_three_of_eight(index) -> None:
    found, messages = search([80] * index + [120] * (8 - index))
    assert (found.commit, found.subject) == (COMMITS[index].name, f"change {index + 1}")
    assert found.parent == (COMMITS[index - 1].name if index else BASE)
    assert (found.low, found.high, found.reason) == (80, 120, "")
    assert len(found.measured) == len(messages) == 3
    assert found.commits == 8


def test_a_commit_that_made_a_part_of_the_step_is_named_with_its_part() -> None:
    found, _ = search([80, 80, 110, 110, 110, 110, 120, 120])
    assert found.commit == COMMITS[2].name
    assert found.reason == "it made 75% of the step; other commits, or another environment, made the rest"


def test_an_environment_that_counts_otherwise_is_told_from_a_step() -> None:
    found, _ = search([123] * 8, base=83)
    assert (found.commit, found.low, found.high) == (COMMITS[0].name, 83, 123)
    found, _ = search([123] * 8, base=123)
    assert found.commit is None
    assert found.reason == (
        "the counter of 0000000ccccc is not the recorded one here, so this environment counts otherwise; "
        "measure both ends of the step here first (--from-git)"
    )
    assert len(found.measured) == 4
    found, _ = search([83] * 8)
    assert "the counter of 0000008ccccc is not the recorded one here" in found.reason
    found, _ = search([83] * 7 + [123])
    assert (found.commit, found.low, found.high) == (COMMITS[7].name, 83, 123)
    assert found.reason == ""


def test_an_end_that_cannot_be_measured_has_its_reason() -> None:
    found, _ = search([123] * 8, base=None)
    assert found.reason == "0000000ccccc cannot be measured: this commit has none of tests/api"


def test_the_only_commit_needs_no_round() -> None:
    found, _ = search([120])
    assert (found.commit, found.parent, found.measured, found.reason) == (COMMITS[0].name, BASE, (), "")


def test_a_commit_that_cannot_be_measured_is_left_out() -> None:
    found, messages = search([80, 80, 80, None, 120, 120, 120, 120])
    assert found.commit is None
    assert found.reason == (
        "one of 2 commits in 0000003ccccc..0000005ccccc; the others of them cannot be measured: "
        "this commit has none of tests/api"
    )
    assert "not measured: this commit has none of tests/api" in messages
    found, _ = search([80, 80, None, 80, 80, 120, 120, 120])
    assert found.commit == COMMITS[5].name


def test_a_commit_whose_target_cannot_be_collected_is_on_no_side() -> None:
    found, _ = search([80, 0, 120])
    assert "cannot be measured: tests/api cannot be collected there" in found.reason


def test_the_latest_step_is_looked_for_and_that_of_the_suite_first() -> None:
    late, early = counter_step(5, "modules", 1, 2), time_step(2, 1.0, 2.0)
    trends = (trend("suite", [1.0] * 6, late), trend("z", [1.0] * 6, late), trend("a", [1.0] * 6, early))
    assert last_step(trends) == (trends[0], late)
    assert last_step(trends[2:]) == (trends[2], early)
    with pytest.raises(UsageError, match="there is no step in these trends"):
        last_step((trend("suite", [1.0]),))


def test_what_follows_a_step_is_its_commits_and_a_comparison() -> None:
    options = (("--from-git", ("HEAD",)), ("--rounds", ("3",)), ("--history-dir", ("kept",)))
    typed = CommandLine(command="history", targets=("suite",), options=options)
    steps = next_steps(ordinary_history(), typed)
    base, head = commit_of(8)[:12], commit_of(9)[:12]
    assert [step.command for step in steps] == [
        f"git log {base}..{head}",
        f"collectbench compare tests/api --against {base}",
        "collectbench history suite --history-dir kept --bisect",
    ]


def test_what_follows_a_step_of_the_suite_compares_all() -> None:
    steps = next_steps(history(trend("suite", [1.0] * 6, time_step(5, 1.0, 2.0))), CommandLine(command="history"))
    assert [step.command for step in steps][1:] == [f"collectbench compare --against {commit_of(4)[:12]}"]


def test_without_known_commits_nothing_is_advised() -> None:
    unknown = counter_step(1, "modules", 1, 2, base=None)
    assert next_steps(history(trend("suite", [1.0] * 2, unknown)), CommandLine(command="history")) == ()
    assert next_steps(history(trend("suite", [1.0] * 2)), CommandLine(command="history")) == ()


def test_a_commit_that_was_found_is_shown_next() -> None:
    found = Bisection(target="suite", figure="modules", before=1, after=2, commits=3, commit=commit_of(3))
    steps = next_steps(replace(ordinary_history(), bisection=found), CommandLine(command="history"))
    assert [step.command for step in steps] == [f"git show {commit_of(3)[:12]}"]


def test_the_reason_of_a_commit_names_no_option_of_another_command() -> None:
    error = UsageError("--against: the base has none of a, so there is nothing to compare; give another", "b is gone")
    assert why_not_measured(error) == "this commit has none of a; b is gone"
