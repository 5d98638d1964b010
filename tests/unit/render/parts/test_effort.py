"""What a paired comparison says about what it cost and spared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.model.comparison import Effort, Unaffected
from collectbench.render.parts.prose import comparison_statements

VOUCHED = Unaffected(baseline="main", created="2026-01-02T03:04:05Z", commit="0123456789abcdef", files=9)


@pytest.fixture
def spared(make):
    """One target that was measured, two that were not."""
    rows = (
        make.judged("a", affected="it reads x.py, which changed since the baseline"),
        make.judged("b", unaffected=VOUCHED),
        make.judged("c", unaffected=VOUCHED),
    )
    return make.comparison(*rows, effort=Effort(measured=1, unaffected=2, rounds=1, wall_s=241.0))


def texts(comparison, *, verbose=False):
    return [statement.text for statement in comparison_statements(comparison, verbose=verbose)]


def test_the_output_says_how_much_was_spared_by_which_run_and_what_the_rest_took(spared) -> None:
    effort = "1 of 3 targets measured, 2 unaffected since the baseline main (0123456789): 1 round, 4 m 01 s"
    assert texts(spared) == [effort]


def test_with_verbose_it_also_says_why_each_of_the_others_was_measured(spared) -> None:
    assert texts(spared, verbose=True)[-1] == "a: measured, since it reads x.py, which changed since the baseline"


def test_why_all_targets_were_measured_is_said_as_well(make) -> None:
    row = make.judged("a", affected="it is not in the baseline")
    measured = make.comparison(row, effort=Effort(measured=1, unaffected=0, rounds=9, wall_s=9.0))
    assert texts(measured) == []
    assert texts(measured, verbose=True)[-1] == "a: measured, since it is not in the baseline"


def test_outside_of_git_the_run_has_no_commit(spared, make) -> None:
    row = make.judged("b", unaffected=replace(VOUCHED, commit=None))
    only = make.comparison(row, effort=Effort(measured=0, unaffected=1, rounds=0, wall_s=0.5))
    assert texts(only)[0].startswith("0 of 1 target measured, 1 unaffected since the baseline main: 0 rounds, ")


def test_a_comparison_that_spared_nothing_says_nothing(make) -> None:
    measured = make.comparison(make.judged("a"), effort=Effort(measured=1, unaffected=0, rounds=9, wall_s=9.0))
    assert texts(measured) == []
    assert texts(make.comparison(make.judged("a"))) == []
