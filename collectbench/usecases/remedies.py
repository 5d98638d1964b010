"""The ways out of errors, with the commands and options that do them: one table for all rooms below."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from collectbench.model.errors import Advice, CollectbenchError, Problem, Remedy

COMMANDS: Mapping[Remedy, str] = {
    Remedy.COMPARE_WITH_BASELINE: "--baseline",
    Remedy.COMPARE_BUILT_BASELINE: "--baseline",
    Remedy.COMPARE_WITH_COMMIT: "--against {value}",
    Remedy.MEASURE_BASELINE: "`collectbench baseline`",
    Remedy.MEASURE_AGAIN: "`collectbench baseline`",
    Remedy.MEASURE_SHARD: "`collectbench baseline --shard {value}`",
    Remedy.MERGE_SHARDS: "`collectbench baseline --shard I/N`",
    Remedy.ACCEPT_MACHINES: "--allow-mismatch",
    Remedy.RENAME_BASELINE: "--name, --baseline or the key `baseline`",
    Remedy.LIST_TARGETS: "`collectbench targets`",
    Remedy.DO_NOT_SPLIT: "omit --depth",
    Remedy.WRITE_CONFIG: "`collectbench init`",
}
"""What the user types for each remedy; `{value}` stands for the value of the advice."""

WITH_VALUE: Mapping[Remedy, str] = {Remedy.MEASURE_BASELINE: "`collectbench baseline --name {value}`"}
"""The same for remedies whose value is optional, if there is one."""


def describe_advice(advice: Advice) -> str:
    """The remedy and, in parentheses, its command or option."""
    command = COMMANDS[advice.remedy]
    if advice.value:
        command = WITH_VALUE.get(advice.remedy, command).format(value=shlex.quote(advice.value))
    return f"{advice.remedy.value} ({command})"


def explain_problem(problem: Problem) -> str:
    """The message for the user: the fact, and the ways out with their commands and options."""
    return problem.message(describe_advice)


def explain_error(error: CollectbenchError) -> str:
    """The messages of all problems of an error, one below the other."""
    return "\n".join(map(explain_problem, error.problems))
