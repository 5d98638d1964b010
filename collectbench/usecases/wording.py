"""Turns reasons into sentences: the one place where remedies become options and commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from collectbench.model.errors import CollectbenchError
from collectbench.model.reason import Action, Advice, Reason, Remedy
from collectbench.usecases.command_line import CommandLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Words reasons for the user who typed this command line: its commands carry the user's options."""

    typed: CommandLine

    def __call__(self, reason: Reason) -> str:
        """See `word`."""
        return reason.worded(self._advice)

    def _advice(self, remedy: Remedy | str) -> Advice:
        return Advice(remedy) if isinstance(remedy, str) else REMEDIES[remedy.action](remedy, self.typed)


def word(reason: Reason) -> str:
    """The fact, then the remedies as alternatives: `2 rounds are too few; use --rounds 7, or …`.

    The command of a remedy has a line of its own below the sentence. It is for someone who gave no options.
    """
    return Wording(typed=CommandLine())(reason)


def explain_error(error: CollectbenchError) -> str:
    """The sentences of all reasons of an error, one below the other."""
    return "\n".join(map(word, error.reasons))


def _save(remedy: Remedy, typed: CommandLine) -> Advice:
    """The command that saves a baseline where it was looked for. A shard is not saved like one."""
    wanted = remedy.value
    if typed.command == "merge" or wanted == "":
        return Advice(str(remedy))
    if wanted is None or not wanted.endswith(".json"):
        return Advice(str(remedy), typed.other("baseline", *(("--name", wanted) if wanted else ())))
    path = Path(wanted)
    return Advice(str(remedy), typed.other("baseline", "--name", path.stem, "--baseline-dir", str(path.parent)))


def _record(text: str, remedy: Remedy, typed: CommandLine, *options: str) -> Advice:
    """The command that records the remedy's target again, into the baseline that the user has just recorded.

    There is none for what was not recorded by one command: a shard, and the run that merges them.
    """
    if typed.command == "merge" or typed.has("--shard"):
        return Advice(text)
    rounds = () if remedy.rounds is None else ("--rounds", str(remedy.rounds))
    return Advice(text, typed.other("baseline", *rounds, *options, target=remedy.target))


def _show_output(remedy: Remedy, typed: CommandLine) -> Advice:
    advice = _record("to see pytest's full output, measure it again", remedy, typed)
    if not advice.command:
        return Advice("to see pytest's full output, measure it with --show-output")
    return _record(advice.text, remedy, typed, "--show-output")


def _profile(text: str, remedy: Remedy, typed: CommandLine) -> Advice:
    if typed.command == "merge":
        return Advice(f"{text} with the command profile")
    return Advice(text, typed.other("profile", target=remedy.target or next(iter(typed.targets), ".")))


def _more_timeout(remedy: Remedy, typed: CommandLine) -> Advice:
    return _record("give its rounds more time", remedy, typed, "--timeout", remedy.value or "10m")


def _margin(remedy: Remedy, typed: CommandLine) -> Advice:
    return Advice(f"tolerate more with --margin {'PERCENT' if remedy.percent is None else f'{remedy.percent}%'}")


def _write_config(remedy: Remedy, typed: CommandLine) -> Advice:
    """`init` writes in the directory of the project alone."""
    given = typed.value("--config")
    is_here = given is None or Path(given).absolute().parent == Path.cwd()
    return Advice(str(remedy), typed.other("init") if is_here else "")


def _text(text: str) -> Callable[[Remedy, CommandLine], Advice]:
    return lambda remedy, _: Advice(text.format(rounds=remedy.rounds, value=remedy.value, remedy=remedy))


NOT_WITH_RECORD = (
    "--fast-fail",
    "--reruns",
    "--allow-mismatch",
    "--min-success",
    "--expect-failures",
    "--export",
    "--output",
    "--format",
)
"""Options of `verify` that decide about outcomes, so that they mean nothing when outcomes are recorded."""

REMEDIES: Mapping[Action, Callable[[Remedy, CommandLine], Advice]] = {
    Action.MORE_ROUNDS: _text("use --rounds {rounds}"),
    Action.MORE_ROUNDS_ON_BOTH_SIDES: _text("measure both sides with --rounds {rounds}"),
    Action.MORE_PAIRS: _text("omit --rounds, or increase it"),
    Action.MORE_TIME: _text("allow more time with --max-time DURATION"),
    Action.ONE_AT_A_TIME: _text("measure without --jobs"),
    Action.FEWER_TARGETS: _text("name fewer targets"),
    Action.TIME_FAILED_TOO: _text("time it nevertheless with --full"),
    Action.TIME_UNCHANGED_TOO: _text("time unchanged targets as well with --full"),
    Action.MEASURE_AGAIN: _text("measure both sides again"),
    Action.WIDER_MARGIN: _margin,
    Action.ALLOW_MISMATCH: _text("allow the differences with --allow-mismatch"),
    Action.SET_SUITE_BUDGET: _text("set suite-budget in the configuration, and each comparison judges it"),
    Action.RECORD_AGAIN_HERE: _text("record the baseline again on this machine, at its commit"),
    Action.RECORD_AGAIN_WITH_ROUNDS: _text("record the baseline again with --rounds {rounds}, at its commit"),
    Action.COMPARE_AGAIN: _text("compare again with --rounds {rounds}"),
    Action.RECORD_BASELINE: lambda remedy, typed: _record("to take them, measure again", remedy, typed),
    Action.RECORD_ON_QUIET_MACHINE: lambda remedy, typed: _record(
        "stop other programs, then measure again", remedy, typed
    ),
    Action.COMPARE_COMMITS: lambda remedy, typed: Advice(
        "compare your changes with the last commit in pairs", typed.other("compare", "--against", "HEAD")
    ),
    Action.MERGE_SHARDS: _text("merging the shards still needs its file"),
    Action.CHECK_WITH_MORE_PAIRS: lambda remedy, typed: Advice(
        f"take {remedy.rounds} pairs", typed.again("--rounds", str(remedy.rounds))
    ),
    Action.SHOW_TARGETS: lambda remedy, typed: Advice(str(remedy), typed.other("targets")),
    Action.SHOW_OUTPUT: _show_output,
    Action.SHOW_PLUGINS: lambda remedy, typed: _profile("profile a target to see the cost of each", remedy, typed),
    Action.LOCATE_CRASH: lambda remedy, typed: _profile(
        "to see what it was importing when it crashed, profile it", remedy, typed
    ),
    Action.LONGER_TIMEOUT: _more_timeout,
    Action.COMPARE_WITH_BASELINE: _text("{remedy} (--baseline)"),
    Action.COMPARE_BUILT_BASELINE: _text("{remedy} (--baseline)"),
    Action.COMPARE_WITH_COMMIT: lambda remedy, typed: Advice(
        str(remedy), typed.again("--against", remedy.value or "HEAD")
    ),
    Action.SAVE_BASELINE: _save,
    Action.SAVE_FIRST_RUN: lambda remedy, typed: Advice(str(remedy), typed.again("--save-if-missing")),
    Action.REMAKE_BASELINE: _text("measure it again, at its commit"),
    Action.RENAME_BASELINE: _text("{remedy} (--name, --baseline or the key `baseline`)"),
    Action.MEASURE_SHARD: _text("{remedy} (baseline --shard {value})"),
    Action.COMPARE_SHARD: _text("{remedy} (compare --against GITREF --shard {value})"),
    Action.GIVE_SHARD_FILES: _text("{remedy} (baseline --shard I/N)"),
    Action.ACCEPT_MACHINES: lambda remedy, typed: Advice(str(remedy), typed.again("--allow-mismatch")),
    Action.DO_NOT_SPLIT: lambda remedy, typed: Advice(str(remedy), typed.again(without="--depth")),
    Action.WRITE_CONFIG: _write_config,
    Action.RECORD_OUTCOMES: lambda remedy, typed: Advice(
        str(remedy), typed.again("--record", without=NOT_WITH_RECORD) if typed.command == "verify" else ""
    ),
    Action.RECORD_VIOLATIONS: lambda remedy, typed: Advice(
        str(remedy), typed.again("--record", remedy.value or "lint.json", without="--known")
    ),
}
"""How each remedy is worded: an imperative, and the command that does it if there is one."""
