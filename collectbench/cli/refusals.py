"""Options that would do nothing in a combination: refused, since the user expects something of them."""

from __future__ import annotations

from dataclasses import dataclass

import typer

from collectbench.usecases.mistakes import Mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """Parameters without effect, and the reason, which ends the sentence."""

    parameters: tuple[str, ...]
    reason: str


IN_DRY_RUN = Unused(
    parameters=("format_", "output", "open_"), reason="--dry-run prints commands, no document; omit one of them"
)
EXPERIMENTS_IN_DRY_RUN = Unused(
    parameters=("prove", "try_", "net", "pairs", "worktree"),
    reason="--dry-run cannot show experiments, which depend on what the first rounds find; omit one of them",
)
WITHOUT_ROUNDS = Unused(
    parameters=(
        "target", "rounds", "margin", "warmup", "seed", "timeout", "max_time", "no_progress", "show_output", "verbose",
        "dry_run",
    ),
    reason="--no-aa measures nothing that it could change; omit one of them",
)  # fmt: skip
FOR_STORED_RUNS = Unused(
    parameters=(
        "python", "depth", "shard", "rounds", "warmup", "seed", "timeout", "max_time", "jobs", "cold", "counters",
        "suite", "dry_run", "show_output", "record_history", "history_dir", "dask", "pin",
    ),
    reason="stored runs are judged, so nothing is measured that it could change; omit it",
)  # fmt: skip
FOR_A_STORED_DOCUMENT = Unused(
    parameters=(
        "targets", "target", "select", "ignore", "python", "depth", "rounds", "warmup", "timeout", "max_time",
        "sampled", "dry_run", "show_output", "scaling", "prove", "try_", "net", "pairs",
        "worktree", "workers", "junit", "seed",
    ),
    reason="--from shows a stored file, so nothing is measured that it could change; omit one of them",
)  # fmt: skip
FOR_A_RECORDED_HISTORY = Unused(
    parameters=(
        "python", "depth", "suite", "rounds", "warmup", "seed", "timeout", "max_time", "counters", "no_progress",
        "show_output",
    ),
    reason="without --from-git or --bisect, nothing is measured that it could change; omit it",
)  # fmt: skip
WITH_BISECT = Unused(
    parameters=("depth", "suite", "rounds", "warmup", "seed", "counters"),
    reason="--bisect takes one counted round of each commit, and nothing else; omit one of them",
)
WHEN_RECORDING = Unused(
    parameters=("fast_fail", "reruns", "allow_mismatch", "on_inconclusive"),
    reason="--record compares nothing that it could change; omit one of them",
)
WITH_EXPECTED_FAILURES = Unused(
    parameters=("min_success", "fast_fail", "reruns", "allow_mismatch"),
    reason="--expect-failures compares nothing with a state, and no test may succeed; omit one of them",
)
WITH_WHO = Unused(
    parameters=("sampled", "rounds", "warmup", "open_"),
    reason="--who answers from one traced round, in a few lines; omit one of them",
)
WITH_AGAINST = Unused(
    parameters=(
        "baseline",
        "baseline_dir",
        "run_file",
        "budgets_only",
        "save_if_missing",
        "allow_mismatch",
        "jobs",
        "cold",
    ),
    reason="--against measures both sides here and now, in rounds that are compared one by one; omit one of them",
)
FOR_TWO_FILES = Unused(
    parameters=("baseline", "baseline_dir", "budgets_only", "save_if_missing"),
    reason="the second of two files is compared with the first; omit it",
)
WITH_SAVE_IF_MISSING = Unused(
    parameters=("run_file", "budgets_only"),
    reason="--save-if-missing measures, saves the first run, and compares later ones with it; omit one of them",
)
PART_TO_SAVE = Unused(
    parameters=("shard",),
    reason="--save-if-missing saves whole runs; save each part with baseline --shard, then merge them",
)
FOR_MERGED_COMPARISONS = Unused(
    parameters=("name", "baseline_dir", "force"),
    reason="these are comparisons, which are not saved as a baseline; write the result to a file with --output",
)
FOR_MERGED_RUNS = Unused(
    parameters=("on_inconclusive",),
    reason="these are runs, which merge does not judge; judge the merged run with compare --run FILE",
)


WITH_DASK = Unused(
    parameters=("shard", "jobs", "dry_run"),
    reason="--dask measures all targets on workers, one at a time on each; omit one of them",
)
WITHOUT_DASK = Unused(parameters=("pin",), reason="it concerns --dask ADDRESS, which is not given")


def about_dask(address: str | None) -> Unused:
    """The parameters without effect if the scheduler has this address; None if the command measures on this machine."""
    return WITHOUT_DASK if address is None else WITH_DASK


def refuse(unused: Unused, context: typer.Context, mistakes: Mistakes) -> None:
    """Note each of the parameters that the user gave."""
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if parameter.name in unused.parameters and source is not None and source.name == "COMMANDLINE":
            is_argument = parameter.param_type_name == "argument"
            names = (parameter.metavar,) if is_argument else (*parameter.opts, *parameter.secondary_opts)
            mistakes.add(f"{'/'.join(map(str, names))}: {unused.reason}")
