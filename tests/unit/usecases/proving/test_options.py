"""What `--try` takes, and which intervention tests a finding."""

from __future__ import annotations

import pytest

from collectbench.experiments import INTERVENTIONS
from collectbench.model.errors import UsageError
from collectbench.usecases.proving.options import Attempt, ProveOptions, attempts_of
from collectbench.usecases.proving.prove import attempts_for
from tests.unit.experiments.test_kinds import finding

BY_ID = {kind.id: kind for kind in INTERVENTIONS}


def test_an_intervention_has_a_name_and_an_argument() -> None:
    (one, other) = attempts_of(["options-changed=-o a=b", "collector-paused"])
    assert one == Attempt(kind=BY_ID["options-changed"], argument="-o a=b")
    assert (one.text, other.text) == ("options-changed=-o a=b", "collector-paused")


def test_each_mistake_is_named_with_the_way_out() -> None:
    with pytest.raises(UsageError) as raised:
        attempts_of(["plugin-of=x", "nothing-like-it", "plugin-off", "collector-paused=1"])
    messages = [str(reason) for reason in raised.value.reasons]
    assert messages[0] == "--try plugin-of=x: there is no such intervention; did you mean plugin-off?"
    assert "there are imports-deferred" in messages[1]
    assert messages[2:] == [
        "--try plugin-off: it needs an argument: --try plugin-off=NAME",
        "--try collector-paused=1: collector-paused takes no argument; use --try collector-paused",
    ]


@pytest.mark.parametrize(
    ("cause", "subject", "place", "texts"),
    [
        ("plugin-import", "cov", "", ["plugin-off=cov"]),
        ("plugin-import", "mine: pandas", "mine.py:3", ["imports-deferred=pandas"]),
        ("plugin-import", "slow", "conftest.py:1", ["imports-deferred=slow", "plugin-off=slow"]),
        ("plugin-chain", "mine: pandas", "mine.py:3", ["imports-deferred=pandas", "plugin-off=mine"]),
        ("custom-collector", "CaseFile", "conftest.py:3", ["calls-remembered=conftest.py:3"]),
        ("gc-passes", "gc", "", ["collector-unfrozen"]),
        ("launcher", "tox", "", []),
    ],
)
def test_each_kind_with_an_argument_for_a_finding_may_test_it(cause, subject, place, texts) -> None:
    attempts = attempts_for(finding(cause, subject, *filter(None, [place])), 0.02)
    assert [attempt.text for attempt in attempts] == texts


def test_a_finding_that_claims_little_is_tested_only_if_its_estimate_is_a_lower_limit() -> None:
    assert list(attempts_for(finding("gc-passes", estimated_saving_s=0.01), 0.02)) == []
    (attempt,) = attempts_for(finding("tracing-active", "trace", "conftest.py:8", estimated_saving_s=0.0), 0.02)
    assert attempt.text == "calls-remembered=conftest.py:8"


def test_without_any_there_is_no_experiment() -> None:
    assert ProveOptions(pairs=3).is_empty
    assert not ProveOptions(findings=True).is_empty
    assert not ProveOptions(attempts=attempts_of(["collector-paused"])).is_empty


def test_findings_that_are_to_be_tested_need_more_than_one_round() -> None:
    assert [ProveOptions(findings=findings).rounds for findings in (False, True)] == [1, 3]
