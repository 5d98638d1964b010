"""Which workers take part, and how the others are refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from collectbench.model.run import Environment
from collectbench.usecases.fleet.cluster import inspect
from collectbench.usecases.fleet.inspection import (
    SPARE_BYTES,
    Facts,
    Needs,
    expected_environment,
    lacks,
    largest_group,
    read_facts,
    why_other,
)

FACTS = Facts(
    label="w1 on host",
    python="3.11.7",
    implementation="CPython",
    distributions={"pytest": "8.3.5", "numpy": "2.0.1"},
    collectbench="1.0",
    git="2.39.5",
    free_bytes=2**30,
    temporary="/tmp",
    platform="Linux",
    cpu_model="Model A",
    cpu_count=8,
)
NEEDS = Needs(collectbench="1.0", bytes=2**20, git=True)


def facts(label: str, **changes: Any) -> Facts:
    return replace(FACTS, label=label, **changes)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"collectbench": ""}, "collectbench is not installed there; install collectbench[fleet]==1.0"),
        (
            {"collectbench": "0.9"},
            "collectbench 0.9 there, 1.0 here; install collectbench[fleet]==1.0 there",
        ),
        ({"distributions": {"numpy": "2.0.1"}}, "its interpreter has no pytest; install it there"),
        ({"git": ""}, "git is not on its PATH; install it there"),
        (
            {"free_bytes": 2**20},
            "1.0 MiB are free in /tmp, and 65.0 MiB are needed; free some space, or start it with another TMPDIR",
        ),
        ({"error": "/no/python cannot be started"}, "/no/python cannot be started"),
    ],
)
def test_a_worker_that_lacks_something_is_told_what(changes: dict[str, Any], reason: str) -> None:
    assert lacks(facts("w", **changes), NEEDS) == reason


def test_a_project_without_git_needs_no_git_on_workers() -> None:
    assert lacks(facts("w", git=""), replace(NEEDS, git=False)) == ""


def test_exactly_enough_space_is_enough() -> None:
    needed_bytes = NEEDS.bytes + SPARE_BYTES
    assert lacks(facts("w", free_bytes=needed_bytes), NEEDS) == ""
    assert lacks(facts("w", free_bytes=needed_bytes - 1), NEEDS)


def test_the_group_that_most_workers_share_takes_part() -> None:
    others = {"pytest": "8.3.5", "numpy": "1.26.4"}
    found = [facts("a", distributions=others), facts("b"), facts("c")]
    assert largest_group(found, here=facts("here", distributions=others)).label == "b"


def test_of_groups_of_one_size_that_of_this_machine_takes_part() -> None:
    others = {"pytest": "8.3.5", "numpy": "1.26.4"}
    found = [facts("a", distributions=others), facts("b")]
    assert largest_group(found, here=facts("here")).label == "b"
    assert largest_group(found, here=facts("here", distributions=others)).label == "a"


def test_of_groups_of_one_size_and_none_like_this_machine_the_first_name_decides() -> None:
    found = [facts("b", python="3.12.1"), facts("a", python="3.13.0")]
    assert largest_group(found, here=facts("here")).label == "a"


def test_a_difference_names_both_versions() -> None:
    other = facts("w", python="3.12.1", distributions={"pytest": "8.3.5", "numpy": "1.26.4", "attrs": "24.2"})
    assert why_other(other, FACTS) == (
        "Python 3.12.1 there, 3.11.7 on the others; attrs 24.2 there, missing on the others; "
        "numpy 1.26.4 there, 2.0.1 on the others"
    )
    assert why_other(facts("w", cpu_model="Model B", free_bytes=0), FACTS) == ""


def test_of_many_differences_only_the_first_are_listed() -> None:
    other = facts("w", distributions={**FACTS.distributions, **{f"d{index:02}": "1" for index in range(20)}})
    shown = why_other(other, FACTS)
    assert "d07 1 there" in shown
    assert shown.endswith("; and 12 more differences")
    assert "d08" not in shown


def test_the_facts_of_this_interpreter_can_be_read_from_text_alone() -> None:
    found = read_facts(eval(inspect("")), "w1")
    assert found.distributions["pytest"] == pytest.__version__
    assert found.label.startswith("w1 on ")
    assert found.git
    assert found.cpu_count > 0
    assert found.error == ""


def test_an_interpreter_that_cannot_be_started_is_an_error_of_that_worker() -> None:
    found = read_facts(eval(inspect("/no/such/python")), "w1")
    assert found.error == "/no/such/python cannot be started: No such file or directory"


def test_a_name_that_holds_the_host_is_not_followed_by_it() -> None:
    text = json.loads(eval(inspect("")))
    assert read_facts(json.dumps({**text, "host": "node7"}), "tcp://node7:1234").label == "tcp://node7:1234"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"host": "a"}', "null"])
def test_an_unexpected_answer_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"unexpected answer|Expecting value"):
        read_facts(text, "w")


def test_the_expected_environment_is_that_of_this_machine_with_the_facts_of_the_worker() -> None:
    here = Environment(
        python="3.12.0",
        implementation="CPython",
        pytest="7.0",
        plugins={"numpy": "1", "missing": "2"},
        platform="macOS",
        cpu_model="Model B",
        cpu_count=1,
        bytecode="written",
        flags={"PYTHONHASHSEED": "0"},
        started_in=".",
    )
    expected = expected_environment(here, FACTS)
    assert expected.pytest == "8.3.5"
    assert expected.plugins == {"numpy": "2.0.1"}
    assert expected.cpu_model == "Model A"
    assert expected.flags == here.flags
    assert expected.started_in == "."
