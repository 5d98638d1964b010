"""`--shard auto`: which part of how many, from the variables of CI services."""

from __future__ import annotations

import pytest

from collectbench.discovery.shard_numbers import chosen_shard

GITLAB = {"GITLAB_CI": "true", "CI_NODE_TOTAL": "4"}


@pytest.mark.parametrize(
    ("text", "env", "part"),
    [
        ("2/4", {}, (2, 4)),
        ("2/4", {"CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "9"}, (2, 4)),
        ("auto", {**GITLAB, "CI_NODE_INDEX": "1"}, (1, 4)),
        ("auto", {**GITLAB, "CI_NODE_INDEX": "4"}, (4, 4)),
        ("auto", {"CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "4"}, (1, 4)),
        ("auto", {"CI_NODE_INDEX": "3", "CI_NODE_TOTAL": "4"}, (4, 4)),
        ("auto", {"CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "2"}, (1, 2)),
        ("auto", {"BUILDKITE_PARALLEL_JOB": "1", "BUILDKITE_PARALLEL_JOB_COUNT": "2"}, (2, 2)),
        ("auto", {"SYSTEM_JOBPOSITIONINPHASE": "2", "SYSTEM_TOTALJOBSINPHASE": "2"}, (2, 2)),
        ("auto/3", {"JOB_COMPLETION_INDEX": "2"}, (3, 3)),
        ("auto/8", {"CI_NODE_INDEX": "3", "CI_NODE_TOTAL": "4"}, (4, 8)),
    ],
)
def test_the_service_tells_the_part(text: str, env: dict[str, str], part: tuple[int, int]) -> None:
    shard = chosen_shard(text, env)
    assert (shard.index, shard.count) == part


@pytest.mark.parametrize("service", ["gitlab", "others", "buildkite", "kubernetes"])
def test_all_indexes_of_a_service_are_all_parts(service: str) -> None:
    numbered = {
        "gitlab": ("auto", [{**GITLAB, "CI_NODE_INDEX": str(number)} for number in range(1, 5)]),
        "others": ("auto", [{"CI_NODE_INDEX": str(number), "CI_NODE_TOTAL": "4"} for number in range(4)]),
        "buildkite": (
            "auto",
            [{"BUILDKITE_PARALLEL_JOB": str(number), "BUILDKITE_PARALLEL_JOB_COUNT": "4"} for number in range(4)],
        ),
        "kubernetes": ("auto/4", [{"JOB_COMPLETION_INDEX": str(number)} for number in range(4)]),
    }
    text, environments = numbered[service]
    assert [chosen_shard(text, env).index for env in environments] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "env", "message"),
    [
        ("0/4", {}, "'0/4' is not a part such as 2/4; give I/N with I from 1 to N, or auto in CI"),
        ("auto/x", {}, "'auto/x' is not a number of parts such as auto/4"),
        ("auto/0", {}, "'auto/0' is not a number of parts"),
        ("auto", {}, "auto: no variable tells which part this is; set CI_NODE_INDEX (from 0) and CI_NODE_TOTAL"),
        (
            "auto",
            {"GITLAB_CI": "true", "CI_NODE_TOTAL": "1"},
            "this is; add parallel: N to the job, or give I/N (known",
        ),
        (
            "auto",
            {"JOB_COMPLETION_INDEX": "0"},
            "JOB_COMPLETION_INDEX does not tell how many parts there are; give auto/N",
        ),
        ("auto", {"CI_NODE_INDEX": "0"}, "set CI_NODE_TOTAL, or give auto/N"),
        ("auto", {"CI_NODE_INDEX": "x", "CI_NODE_TOTAL": "2"}, "part CI_NODE_INDEX=x of 2 is not a number"),
        ("auto", {"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "2"}, "CI_NODE_INDEX=2 is not one of 2 parts numbered from 0"),
        ("auto", {**GITLAB, "CI_NODE_INDEX": "0"}, "CI_NODE_INDEX=0 is not one of 4 parts numbered from 1"),
    ],
)
def test_a_part_that_is_not_told_is_refused_with_the_variable(text: str, env: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match="part") as caught:
        chosen_shard(text, env)
    assert message in str(caught.value)
