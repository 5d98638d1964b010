"""The two ways to a comparison: from what is measured now, and from stored files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from collectbench.cli.measuring import TOOL, InterruptedRun, Wishes, limits_of, measure, now
from collectbench.cli.workplace import Workplace, read_config
from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.comparison import compare
from collectbench.model.comparison import Comparison
from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.run import Run
from collectbench.model.target import Limits
from collectbench.store.baselines import find_baseline, load_run, save_partial


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a run is to be compared with, and how strictly. `margin_floor` is a fraction, None for the default."""

    baseline: str | None
    budgets_only: bool
    allow_mismatch: bool
    margin_floor: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A comparison and the run that it judges."""

    comparison: Comparison
    run: Run


def are_files(targets: Sequence[str] | None) -> bool:
    """Whether the arguments are two stored runs, not targets."""
    return targets is not None and len(targets) == 2 and all(name.endswith(".json") for name in targets)


def judge_measured(place: Workplace, wishes: Wishes, terms: Terms) -> Judged:
    """Measure, and judge by the limits of the configuration and the baseline, which is read first.

    Raises:
        BaselineError: the baseline is missing or unreadable.
        InterruptedRun: SIGINT or SIGTERM arrived.
    """
    limits, budget_s = limits_of(place), place.config.suite_budget_s
    name = terms.baseline or place.config.baseline
    base = _base(place.baseline_dir, name, terms, has_limits=bool(limits) or budget_s is not None)
    try:
        run = measure(place, wishes)
    except InterruptedRun as interrupted:
        if interrupted.run is not None and place.baseline_dir.is_dir():
            path = save_partial(interrupted.run, place.baseline_dir, Path(name).stem)
            typer.echo(f"what was finished is kept in {path}", err=True)
        raise
    return _judge(run, base, name, terms, limits, budget_s, selected=place.plan.selected)


def judge_files(
    files: Sequence[str],
    run_file: Path | None,
    terms: Terms,
    config_file: Path | None,
    baseline_dir: Path | None,
) -> Judged:
    """Judge a stored run: the second of two files against the first, or `run_file` against a baseline.

    The limits are those of the configuration, for the targets that it has; for others, those stored with the run.

    Raises:
        UsageError: both two files and `run_file`, or targets beside `run_file`.
        BaselineError: a file is missing or unreadable.
    """
    config = read_config(config_file, Path.cwd())
    if run_file is None:
        terms = Terms(
            baseline=files[0],
            budgets_only=False,
            allow_mismatch=terms.allow_mismatch,
            margin_floor=terms.margin_floor,
        )
        run_file = Path(files[1])
    elif files and are_files(files):
        raise UsageError("--run and two files: give one of them")
    run = load_run(run_file)
    selected = bool(files) and not are_files(files)
    if selected:
        run = _only(run, files)
    limits = run.config.limits | {target.name: target.limits for target in config.targets}
    budget_s = run.config.suite_budget_s if config.source is None else config.suite_budget_s
    directory = baseline_dir or (config.root or Path.cwd()) / config.baseline_dir
    name = terms.baseline or config.baseline
    base = _base(directory, name, terms, has_limits=any(limits.values()) or budget_s is not None)
    return _judge(run, base, name, terms, limits, budget_s, selected=selected)


def _only(run: Run, names: Sequence[str]) -> Run:
    """The run with the named targets alone."""
    from dataclasses import replace

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
) -> Judged:
    comparison = compare(
        run,
        base,
        limits,
        suite_budget_s,
        selected=selected,
        allow_mismatch=terms.allow_mismatch,
        margin_floor=MARGIN_FLOOR if terms.margin_floor is None else terms.margin_floor,
        created=now(),
        tool=TOOL,
        baseline_name=name if base is not None else None,
    )
    return Judged(comparison=comparison, run=run)
