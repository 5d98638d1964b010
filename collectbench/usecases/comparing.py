"""The two ways to a comparison: from what is measured now, and from stored files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.comparison import compare
from collectbench.model.comparison import Comparison
from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.run import Run
from collectbench.model.target import Limits
from collectbench.store.baselines import find_baseline, load_run
from collectbench.usecases.baseline_slot import partial_kept, slot_name
from collectbench.usecases.measure_options import MeasureOptions, limits_of
from collectbench.usecases.measuring import measure
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.project import Project, read_config
from collectbench.usecases.recording import TOOL, now
from collectbench.usecases.wording import word


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a run is to be compared with, and how strictly. `margin_floor` is a fraction, None for the default."""

    baseline: str | None
    budgets_only: bool
    allow_mismatch: bool
    margin_floor: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A comparison and the run that it judges. `root` is the folder that their paths are relative to."""

    comparison: Comparison
    run: Run
    root: Path


def stored_files(targets: Sequence[str], run_file: Path | None) -> tuple[Path, ...]:
    """The stored runs to judge: `--run FILE`, or two files as arguments (base, then head); else none."""
    if run_file is not None:
        return (run_file,)
    are_files = len(targets) == 2 and all(name.endswith(".json") for name in targets)
    return tuple(map(Path, targets)) if are_files else ()


def judge_measured(project: Project, options: MeasureOptions, terms: Terms) -> Judged:
    """Measure, and judge by the limits of the configuration and the baseline, which is read first.

    Raises:
        BaselineError: the baseline is missing or unreadable.
        InterruptedRun: SIGINT or SIGTERM arrived.
    """
    limits, budget_s = limits_of(project), project.config.suite_budget_s
    name = terms.baseline or project.config.baseline
    has_limits = bool(limits) or (budget_s is not None and project.plan.suite is not None)
    if project.plan.shard is not None:  # what this part is held against, another one may have
        has_limits = budget_s is not None or any(target.limits != Limits() for target in project.config.targets)
    base = _base(project.baseline_dir, name, terms, has_limits=has_limits)
    with partial_kept(project.baseline_dir, slot_name(Path(name).name.removesuffix(".json"), project.plan.shard)):
        run = measure(project, options)
    comparison = _judge(run, base, name, terms, limits, budget_s, selected=project.plan.is_subset)
    return Judged(comparison=comparison, run=run, root=project.root)


def judge_files(
    files: Sequence[Path],
    targets: Sequence[str],
    terms: Terms,
    config_file: Path | None,
    baseline_dir: Path | None,
    mistakes: Mistakes,
) -> Judged:
    """Judge a stored run: the second of two files against the first, or the `targets` of one against a baseline.

    The limits are those of the configuration, for the targets that it has; for others, those stored with the run. Of a
    shard, the targets of the other shards are not missed.

    Raises:
        UsageError: the mistakes so far and those of the configuration; targets that the run does not have.
        BaselineError: a file is missing or unreadable.
    """
    with mistakes.gathered():
        config = read_config(config_file, Path.cwd())
    mistakes.tell()
    if len(files) == 2:
        terms, targets = replace(terms, baseline=str(files[0])), ()
    run = load_run(files[-1])
    if targets:
        run = _only(run, targets)
    limits = run.config.limits | {target.name: target.limits for target in config.targets}
    budget_s = run.config.suite_budget_s if config.source is None else config.suite_budget_s
    root = config.root or Path.cwd()
    directory = baseline_dir or root / config.baseline_dir
    name = terms.baseline or config.baseline
    is_part = run.shard is not None
    limited = limits.values() if is_part else (limits.get(result.name, Limits()) for result in run.targets)
    has_suite = is_part or run.suite is not None  # what this part is held against, another one may have
    has_limits = any(limit != Limits() for limit in limited) or (budget_s is not None and has_suite)
    base = _base(directory, name, terms, has_limits=has_limits)
    comparison = _judge(run, base, name, terms, limits, budget_s, selected=bool(targets) or is_part)
    return Judged(comparison=comparison, run=run, root=root)


def _only(run: Run, names: Sequence[str]) -> Run:
    """The run with the named targets alone."""
    known = [result.name for result in run.targets]
    if unknown := [name for name in names if name not in known]:
        raise UsageError(*(f"{name}: not in this run, which has {', '.join(known)}" for name in unknown))
    return replace(run, targets=tuple(result for result in run.targets if result.name in names), suite=None)


def _base(directory: Path, name: str, terms: Terms, *, has_limits: bool) -> Run | None:
    """The run to compare with; None where budgets alone are judged, as without any baseline if there are some."""
    if terms.budgets_only:
        if not has_limits:
            raise UsageError("--budgets-only: there are no budgets; set suite-budget or a target's budget")
        return None
    try:
        return load_run(find_baseline(directory, name))
    except BaselineError:
        missing = terms.baseline is None and not (directory / f"{name}.json").exists()
        if missing and has_limits:
            typer.echo(f"note: there is no baseline {name!r} yet, so budgets alone are judged", err=True)
            return None
        raise


def _judge(
    run: Run,
    base: Run | None,
    name: str,
    terms: Terms,
    limits: Mapping[str, Limits],
    suite_budget_s: float | None,
    *,
    selected: bool,
) -> Comparison:
    return compare(
        run,
        base,
        limits,
        suite_budget_s,
        word=word,
        selected=selected,
        allow_mismatch=terms.allow_mismatch,
        margin_floor=MARGIN_FLOOR if terms.margin_floor is None else terms.margin_floor,
        created=now(),
        tool=TOOL,
        baseline_name=name if base is not None else None,
    )
