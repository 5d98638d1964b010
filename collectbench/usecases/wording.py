"""Turns reasons into sentences: the one place where remedies become options and commands."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping

from collectbench.model.errors import CollectbenchError
from collectbench.model.reason import Action, Reason, Remedy


def word(reason: Reason) -> str:
    """The fact, then the remedies as alternatives: `2 rounds are too few; use --rounds 7, or …`."""
    return reason.worded(lambda remedy: remedy if isinstance(remedy, str) else REMEDIES[remedy.action](remedy))


def explain_error(error: CollectbenchError) -> str:
    """The sentences of all reasons of an error, one below the other."""
    return "\n".join(map(word, error.reasons))


def _save(remedy: Remedy) -> str:
    name = f" --name {shlex.quote(remedy.value)}" if remedy.value else ""
    return f"{remedy} (`collectbench baseline{name}`)"


def _record(remedy: Remedy, *options: str) -> str:
    """The command that records a baseline of a remedy's target, with its number of rounds."""
    target = () if remedy.target is None else (shlex.quote(remedy.target),)
    rounds = () if remedy.rounds is None else ("--rounds", str(remedy.rounds))
    return " ".join(("collectbench baseline", *target, *rounds, *options))


def _margin(remedy: Remedy) -> str:
    return f"tolerate more with --margin {'PERCENT' if remedy.percent is None else f'{remedy.percent}%'}"


_TRIAL = ("--name", "trial", "--rounds", "1")
"""What keeps the user's baseline as it is, and ends soon."""

REMEDIES: Mapping[Action, Callable[[Remedy], str]] = {
    Action.MORE_ROUNDS: lambda remedy: f"use --rounds {remedy.rounds}",
    Action.MORE_ROUNDS_ON_BOTH_SIDES: lambda remedy: f"measure both sides with --rounds {remedy.rounds}",
    Action.MORE_PAIRS: lambda _: "omit --rounds, or increase it",
    Action.MORE_TIME: lambda _: "allow more time with --max-time DURATION",
    Action.ONE_AT_A_TIME: lambda _: "measure without --jobs",
    Action.FEWER_TARGETS: lambda _: "name fewer targets",
    Action.TIME_UNCHANGED_TOO: lambda _: "time unchanged targets as well with --full",
    Action.MEASURE_AGAIN: lambda _: "measure both sides again",
    Action.WIDER_MARGIN: _margin,
    Action.ALLOW_MISMATCH: lambda _: "allow the differences with --allow-mismatch",
    Action.SET_SUITE_BUDGET: lambda _: "set suite-budget, and collectbench compare enforces it",
    Action.RECORD_BASELINE: lambda remedy: f"run {_record(remedy)}",
    Action.RECORD_AGAIN_HERE: lambda _: "record the baseline again on this machine",
    Action.RECORD_ON_QUIET_MACHINE: lambda remedy: f"stop other programs, then run {_record(remedy)}",
    Action.COMPARE_AGAIN: lambda remedy: f"run collectbench compare --rounds {remedy.rounds}",
    Action.COMPARE_COMMITS: lambda _: "compare two commits in pairs with collectbench compare --against REF",
    Action.MERGE_SHARDS: lambda _: "collectbench merge still needs its file",
    Action.CHECK_WITH_MORE_PAIRS: lambda remedy: f"run collectbench doctor --rounds {remedy.rounds}",
    Action.SHOW_TARGETS: lambda remedy: f"{remedy} (`collectbench targets`)",
    Action.SHOW_OUTPUT: lambda remedy: f"to see pytest's full output, run {_record(remedy, *_TRIAL, '--show-output')}",
    Action.SHOW_PROFILE: lambda _: "collectbench profile TARGET shows the cost of each",
    Action.LOCATE_CRASH: lambda remedy: f"to see which part crashes, run {_record(remedy, '--depth', '2', *_TRIAL)}",
    Action.LONGER_TIMEOUT: lambda remedy: f"to give it more time, run {_record(remedy, '--timeout', 'DURATION')}",
    Action.TRY_WITHOUT_PLUGIN: lambda _: (
        "to see the cost of one plugin, run collectbench baseline --name trial -- -p no:PLUGIN"
    ),
    Action.COMPARE_WITH_BASELINE: lambda remedy: f"{remedy} (--baseline)",
    Action.COMPARE_BUILT_BASELINE: lambda remedy: f"{remedy} (--baseline)",
    Action.COMPARE_WITH_COMMIT: lambda remedy: f"{remedy} (--against {shlex.quote(remedy.value or 'REF')})",
    Action.SAVE_BASELINE: _save,
    Action.REMAKE_BASELINE: lambda remedy: f"{remedy} (`collectbench baseline`)",
    Action.RENAME_BASELINE: lambda remedy: f"{remedy} (--name, --baseline or the key `baseline`)",
    Action.MEASURE_SHARD: lambda remedy: f"{remedy} (`collectbench baseline --shard {remedy.value or 'I/N'}`)",
    Action.GIVE_SHARD_FILES: lambda remedy: f"{remedy} (`collectbench baseline --shard I/N`)",
    Action.ACCEPT_MACHINES: lambda remedy: f"{remedy} (--allow-mismatch)",
    Action.DO_NOT_SPLIT: lambda remedy: f"{remedy} (omit --depth)",
    Action.WRITE_CONFIG: lambda remedy: f"{remedy} (`collectbench init`)",
}
"""How each remedy is worded: an imperative, or the command that shows more."""
