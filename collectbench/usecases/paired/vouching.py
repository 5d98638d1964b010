"""Which targets need no round: the configured baseline vouches for those whose inputs have not changed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from collectbench.checkouts.differing_names import DifferingNames, differing_names
from collectbench.checkouts.foreign import MODULES
from collectbench.checkouts.installs import find_installs
from collectbench.checkouts.left_out import LeftOut
from collectbench.checkouts.repository import open_repository, resolve_ref
from collectbench.judge.unaffected import (
    Differing,
    why_no_run_vouches,
    why_whole_tree_differs,
)
from collectbench.measure.process.launch import launch
from collectbench.model.comparison import Unaffected
from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.run import Run, TargetResult
from collectbench.store.baselines import find_baseline, load_run
from collectbench.usecases.measuring import bench_of, own_directories
from collectbench.usecases.paired.evidence import Evidence, differing_of
from collectbench.usecases.project import Project
from collectbench.usecases.wording import explain_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouching:
    """What a stored run says about the targets of a comparison.

    Attributes:
        base: full name of the commit that is the base.
        head: likewise of HEAD.
        names: what git says about base and the user's files.
        results: of the targets that need no round, by name: those of the stored run.
        unaffected: likewise, the run that vouches.
        affected: why each of the others needs rounds, as the end of a sentence; empty if there is no baseline.
        refusal: why the baseline vouches for no target, as a sentence; empty if it may, or there is none.
    """

    base: str
    head: str
    names: DifferingNames
    results: Mapping[str, TargetResult] = field(default_factory=dict)
    unaffected: Mapping[str, Unaffected] = field(default_factory=dict)
    affected: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""

    def covers(self, project: Project) -> bool:
        """Whether nothing is left to measure: no target, and none that only the base may have."""
        if not all(target.name in self.results for target in project.plan.everything):
            return False
        if project.plan.selected or project.plan.suite is not None:  # nothing is asked of base, or all that it collects
            return True
        return all(map(os.path.lexists, self.names.one_sided))


def vouching(project: Project, ref: str, work: Path) -> Vouching:
    """Return what the configured baseline says about the targets of a project, compared with the commit `ref`.

    Signals must be noted meanwhile (see `interruption`). No round is taken; `work` is a directory of ours.

    Raises:
        CheckoutError: there is no such commit, or git cannot read the tree.
        Interrupted: a signal arrived.
    """
    repository = open_repository(project.root, project.env, work, launch)
    base = resolve_ref(repository, ref)
    left_out = LeftOut.of(repository.toplevel, own_directories(project))
    names = differing_names(repository.git, base, repository.head, left_out)
    found = Vouching(base=base, head=repository.head, names=names)
    stored = _stored_run(project)
    if stored is None or isinstance(stored, str):
        return replace(found, refusal=stored or "")
    differing = differing_of(names)
    tracked = f"git tracks bytecode, such as {names.bytecode}, which Python may prefer to its source"
    if refusal := (tracked if names.bytecode else _refusal(project, stored, differing)):
        name = project.config.baseline
        return replace(found, refusal=f"the baseline {name} vouches for no target, since {refusal}")
    evidence = Evidence(
        project=project,
        stored=stored,
        differing=differing,
        bench=bench_of(project, work),
        copies=_installed_copies(project, repository.toplevel),
    )
    return _with_reasons(found, evidence)


def _with_reasons(found: Vouching, evidence: Evidence) -> Vouching:
    """With what the stored run says about each target."""
    stored, name = evidence.stored, evidence.project.config.baseline
    reasons = {target.name: evidence.why_affected(target) for target in evidence.project.plan.everything}
    spared = {each: evidence.results[each] for each, reason in reasons.items() if reason is None}
    return replace(
        found,
        results={each: _as_vouched(result, stored) for each, result in spared.items()},
        unaffected={
            each: Unaffected(baseline=name, created=stored.created, commit=stored.commit, files=_files_of(result))
            for each, result in spared.items()
        },
        affected={each: reason for each, reason in reasons.items() if reason is not None},
    )


def _installed_copies(project: Project, toplevel: Path) -> frozenset[str]:
    installed = tuple(map(Path, (*project.inspection.installed, *project.inspection.stdlib)))
    copies = (copy for install in find_installs(installed, toplevel) for copy in install.copies)
    return frozenset(str(copy) for copy in copies if copy.suffix in MODULES)  # its metadata is read by all targets


def _stored_run(project: Project) -> Run | str | None:
    """The configured baseline; None if there is none, and a sentence if it cannot be read."""
    try:
        path = find_baseline(project.baseline_dir, project.config.baseline)
    except (BaselineError, UsageError):
        return None
    try:
        return load_run(path)
    except BaselineError as error:
        return f"no target was skipped: {explain_error(error)}"


def _refusal(project: Project, stored: Run, differing: Differing) -> str | None:
    source = project.config.source
    if source is not None and os.path.realpath(source) in differing.paths:
        return f"{source.name} differs between base and head, and with it perhaps the targets"
    return why_no_run_vouches(stored, project.environment, frozenset(_options(project))) or why_whole_tree_differs(
        differing
    )


def _options(project: Project) -> Iterator[str]:
    """All arguments of pytest, also those of the configuration and of PYTEST_ADDOPTS."""
    yield from project.inspection.addopts
    yield from shlex.split(project.env.get("PYTEST_ADDOPTS", ""))
    for target in project.plan.everything:
        yield from target.pytest_args


def _files_of(result: TargetResult) -> int:
    return 0 if result.inputs is None else len(result.inputs.files)


def _as_vouched(result: TargetResult, stored: Run) -> TargetResult:
    """A stored result in a run that did not measure it."""
    commit = f" at commit {stored.commit[:12]}" if stored.commit else ""
    note = f"measured {stored.created}{commit}; unaffected since"
    return replace(result, inputs=None, from_earlier_run=True, notes=(*result.notes, note))
