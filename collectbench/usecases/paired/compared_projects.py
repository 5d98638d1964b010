"""Base and head as projects to measure: the same request, each with its own modules and with the ignored files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from collectbench.checkouts.checkout import Checkout, Checkouts
from collectbench.checkouts.foreign import OwnModules, foreign_problem, with_own_modules
from collectbench.checkouts.git import git_in
from collectbench.checkouts.sharing import has_ignored_files, share_ignored
from collectbench.measure.process.launch import launch
from collectbench.measure.round.round import Round
from collectbench.measure.session.paired_target import Side
from collectbench.model.errors import CheckoutError
from collectbench.usecases.paired.counterparts import project_in, with_agreed_shard
from collectbench.usecases.paired.loaded_files import LoadedFilesProbe
from collectbench.usecases.paired.own_paths import refuse_own_paths
from collectbench.usecases.project import Project

YOUR_TREE = "your tree"
"""The label of rounds in the user's own working tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedProjects:
    """Both sides of a comparison.

    Attributes:
        origin: the project in the user's own working tree.
        checkouts: base and head.
        by_side: the project in each of them.
        modules: tells whether a side loaded its own modules.
    """

    origin: Project
    checkouts: Checkouts
    by_side: Mapping[Side, Project]
    modules: OwnModules

    def refuse_foreign(self, side: Side, counted: Round) -> None:
        """Refuse a counted round that loaded modules of the user's tree.

        Raises:
            CheckoutError: names them, and the ways out.
        """
        loaded = counted.work.loaded if counted.work is not None else ()
        if foreign := self.modules.foreign(loaded):
            problem = foreign_problem({side.value: foreign}, self.modules.installs)
            unlimited = "compare without --max-time, so that each target is checked before it is measured"
            raise CheckoutError(replace(problem, remedies=(*problem.remedies, unlimited)))


def compared_projects(project: Project, checkouts: Checkouts, probe: LoadedFilesProbe) -> ComparedProjects:
    """Both sides, each with its own modules, and with the files that git ignores but collection needs.

    Raises:
        CheckoutError: a side cannot have them.
        UsageError: the request names a path in the user's own tree.
        Interrupted: a signal arrived.
    """
    refuse_own_paths(project, checkouts.origin)
    project = with_agreed_shard(project, checkouts)
    installed = tuple(map(Path, (*project.inspection.installed, *project.inspection.stdlib)))
    shared: tuple[str, ...] = ()
    if has_ignored_files(git_in(checkouts.origin, project.env, probe.work, launch), checkouts.origin):
        shared = share_ignored(checkouts, probe.loaded_files(project, YOUR_TREE, every_target=False), installed)

    def loaded_files(checkout: Checkout, *, every_target: bool = False) -> Iterable[Path]:
        return probe.loaded_files(project_in(checkout, project, checkouts), checkout.label, every_target=every_target)

    modules = OwnModules.of(checkouts.origin, installed, shared)
    checkouts = with_own_modules(checkouts, loaded_files, modules)  # the suite first: it shows nearly all that is wrong
    if probe.deadline_ns is None:
        checkouts = with_own_modules(checkouts, partial(loaded_files, every_target=True), modules)
    notes = tuple(f"{path}: git ignores it, so both sides got your copy" for path in shared)
    by_label = {checkout.label: checkout for checkout in checkouts.both}  # one, if a commit stands for base and head
    projects = {label: project_in(checkout, project, checkouts) for label, checkout in by_label.items()}
    return ComparedProjects(
        origin=project,
        checkouts=replace(checkouts, notes=(*checkouts.notes, *notes, *probe.notes_on_tree(YOUR_TREE))),
        by_side={side: projects[checkout.label] for side, checkout in zip(Side, checkouts.both, strict=True)},
        modules=modules,
    )
