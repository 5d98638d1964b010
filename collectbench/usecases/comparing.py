"""Two ways to a comparison: measure now, or read stored runs. The third way is in `paired`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.config import Config
from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.comparison import compare
from collectbench.judge.cost import cost_of_comparison
from collectbench.model.comparison import Comparison
from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.file_moves import FileMoves
from collectbench.model.run import Run
from collectbench.model.target import Limits
from collectbench.store.baselines import find_baseline, load_run
from collectbench.usecases.baseline_slot import partial_kept, slot_name
from collectbench.usecases.configuration import read_config
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.first_run import offering_to_save, save_first_run, slot_of_missing
from collectbench.usecases.measuring import Measurer, measure
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.moves import moves_between
from collectbench.usecases.origin import TOOL, now
from collectbench.usecases.other_start import WHEN_COMPARING, refuse_other_start
from collectbench.usecases.project import Project
from collectbench.usecases.start_of_pytest import require_start_of_pytest
from collectbench.usecases.starting_place import root_of_stored
from collectbench.usecases.wording import word


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a run is compared with, and how strictly.

    Attributes:
        baseline: its name or file; None for the configured one.
        budgets_only: whether to compare with no baseline at all.
        save_if_missing: whether the run becomes the baseline if there is none.
        allow_mismatch: whether to compare although the environments differ in what matters.
        margin_floor: the tolerated growth, a fraction.
        full: whether a paired comparison also times targets in which nothing changed.
    """

    baseline: str | None = None
    budgets_only: bool = False
    save_if_missing: bool = False
    allow_mismatch: bool = False
    margin_floor: float = MARGIN_FLOOR
    full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A comparison and the run that it judges. Their paths are relative to `root`."""

    comparison: Comparison
    run: Run
    root: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRuns:
    """The request to judge stored runs.

    Attributes:
        files: one run, or two: base, then head.
        targets: the names to judge in a single run; empty for all.
        config_file: the configuration to read; None to look for one.
        baseline_dir: the directory of the baselines; None for the configuration's.
    """

    files: tuple[Path, ...]
    targets: tuple[str, ...] = ()
    config_file: Path | None = None
    baseline_dir: Path | None = None

    @classmethod
    def of(
        cls, targets: Sequence[str], run_file: Path | None, *, config_file: Path | None, baseline_dir: Path | None
    ) -> StoredRuns | None:
        """The request in `--run FILE`, or in two files as arguments; None if the command measures."""
        names = tuple(targets)
        if run_file is not None:
            return cls(files=(run_file,), targets=names, config_file=config_file, baseline_dir=baseline_dir)
        if len(names) == 2 and all(name.endswith(".json") for name in names):
            return cls(files=tuple(map(Path, names)), config_file=config_file, baseline_dir=baseline_dir)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsOfRun:
    """What a run is held against. `any_apply` says whether there are limits that its targets could exceed."""

    by_target: Mapping[str, Limits]
    suite_budget_s: float | None
    any_apply: bool


def judge_measured(project: Project, terms: Terms, feedback: Feedback, measurer: Measurer = measure) -> Judged:
    """Measure, and judge by the limits of the configuration and by the baseline, which is read first.

    `measurer` takes the rounds.

    Raises:
        BaselineError: the baseline is missing or unreadable, or pytest was started elsewhere for it; the first run
            cannot be saved as it.
        UsageError: the place of a missing baseline is not a possible one, or cannot be written.
        CollectionError: pytest does not start.
        InterruptedRun: a signal arrived.
    """
    require_start_of_pytest(project)
    settings, shard = project.settings, project.plan.shard
    limits = LimitsOfRun(
        by_target=settings.limits,
        suite_budget_s=settings.suite_budget_s,
        any_apply=_any_limit_applies(project),
    )
    name = terms.baseline or project.config.baseline
    slot = slot_of_missing(project, name) if terms.save_if_missing else None
    base = None
    if slot is None:
        with offering_to_save(project, name):
            base = _read_base(project.baseline_dir, name, terms, limits, feedback)
    if base is not None and not terms.allow_mismatch:
        refuse_other_start(
            f"the baseline {name}", base.environment, project.environment, project=project, otherwise=WHEN_COMPARING
        )
    partial_name = slot_name(Path(name).name.removesuffix(".json"), shard)
    with partial_kept(project.baseline_dir, partial_name, feedback):
        run = measurer(project, feedback, base)
    selected = project.plan.is_subset
    moves = None if selected else moves_between(base, run, project.root, project.env, until=None)
    comparison = judge_runs(run, base, terms, limits, moves, name=name, selected=selected)
    if slot is not None:
        comparison = replace(comparison, notes=(save_first_run(slot, run), *comparison.notes))
    return Judged(comparison=with_costs(comparison, project.config), run=run, root=project.root)


def judge_stored(stored: StoredRuns, terms: Terms, feedback: Feedback, mistakes: Mistakes) -> Judged:
    """Judge a stored run: the second of two files against the first, or one against a baseline.

    The limits are those of the configuration for the targets that it has, and those stored with the run for others.
    For a shard, targets of the other shards do not count as vanished.

    Raises:
        UsageError: the mistakes so far and those of the configuration; targets that the run does not have.
        BaselineError: a file is missing or unreadable, or pytest was started in different directories for the runs.
    """
    config = mistakes.attempt(lambda: read_config(stored.config_file, Path.cwd()), otherwise=Config())
    mistakes.raise_all()
    if len(stored.files) == 2:
        terms = replace(terms, baseline=str(stored.files[0]))
    run = load_run(stored.files[-1])
    if stored.targets:
        run = _only(run, stored.targets)
    limits = stored_limits(run, config)
    root = root_of_stored(config, run.environment.started_in, Path.cwd())
    name = terms.baseline or config.baseline
    base = _read_base(stored.baseline_dir or root / config.baseline_dir, name, terms, limits, feedback)
    if base is not None and not terms.allow_mismatch:
        refuse_other_start(
            f"the baseline {name}", base.environment, run.environment, project=None, otherwise=WHEN_COMPARING
        )
    selected = bool(stored.targets) or run.shard is not None
    moves = None if selected or run.dirty else moves_between(base, run, root, os.environ, until=run.commit)
    comparison = judge_runs(run, base, terms, limits, moves, name=name, selected=selected)
    return Judged(comparison=with_costs(comparison, config), run=run, root=root)


def with_costs(comparison: Comparison, config: Config) -> Comparison:
    """Return a comparison with what its changes cost in a day, if the configuration says how often the tests run."""
    return replace(comparison, costs=cost_of_comparison(comparison, config.cost)) if config.cost else comparison


def _any_limit_applies(project: Project) -> bool:
    settings = project.settings
    if project.plan.shard is not None:  # a limit that is not of this shard is of another one
        return settings.suite_budget_s is not None or any(
            target.limits != Limits() for target in project.config.targets
        )
    return bool(settings.limits) or (settings.suite_budget_s is not None and project.plan.suite is not None)


def stored_limits(run: Run, config: Config) -> LimitsOfRun:
    """Return the limits for a stored run: those of the configuration, and those stored with it for other targets."""
    by_target = run.config.limits | {target.name: target.limits for target in config.targets}
    budget_s = run.config.suite_budget_s if config.source is None else config.suite_budget_s
    is_shard = run.shard is not None  # a limit that is not of this shard is of another one
    candidates = by_target.values() if is_shard else (by_target.get(result.name, Limits()) for result in run.targets)
    has_suite = is_shard or run.suite is not None
    return LimitsOfRun(
        by_target=by_target,
        suite_budget_s=budget_s,
        any_apply=any(limits != Limits() for limits in candidates) or (budget_s is not None and has_suite),
    )


def _only(run: Run, names: Sequence[str]) -> Run:
    """The run with the named targets alone."""
    known = [result.name for result in run.targets]
    if unknown := [name for name in names if name not in known]:
        raise UsageError(*(f"{name}: not in this run, which has {', '.join(known)}" for name in unknown))
    return replace(run, targets=tuple(result for result in run.targets if result.name in names), suite=None)


def _read_base(directory: Path, name: str, terms: Terms, limits: LimitsOfRun, feedback: Feedback) -> Run | None:
    """The run to compare with; None if only budgets are judged, as without any baseline if there are budgets."""
    if terms.budgets_only:
        if not limits.any_apply:
            raise UsageError("--budgets-only: there are no budgets; set suite-budget or a target's budget")
        return None
    try:
        return load_run(find_baseline(directory, name))
    except BaselineError:
        is_missing = terms.baseline is None and not (directory / f"{name}.json").exists()
        if is_missing and limits.any_apply:
            feedback.say(f"note: there is no baseline {name!r} yet, so only budgets are judged")
            return None
        raise


def judge_runs(
    run: Run, base: Run | None, terms: Terms, limits: LimitsOfRun, moves: FileMoves | None, *, name: str, selected: bool
) -> Comparison:
    """Return the judgement on a run, also against a base that is called `name`."""
    return compare(
        run,
        base,
        limits.by_target,
        limits.suite_budget_s,
        word=word,
        selected=selected,
        allow_mismatch=terms.allow_mismatch,
        margin_floor=terms.margin_floor,
        created=now(),
        tool=TOOL,
        baseline_name=name if base is not None else None,
        moves=moves,
    )
