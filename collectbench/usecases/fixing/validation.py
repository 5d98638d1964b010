"""Collects the suite before and after edits, and finds the differences that the edits do not permit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from collectbench.judge.collected import STABLE, Unstable, differences, unstable_parts
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.temporary import make_temporary_directory
from collectbench.measure.round.collected_state import collect_state
from collectbench.model.collected_state import CollectedState
from collectbench.model.errors import CollectionError
from collectbench.model.fixes import Edit, Effect
from collectbench.model.sample import Status
from collectbench.model.target import Target
from collectbench.usecases.fixing.batches import Harm
from collectbench.usecases.fixing.options import FixOptions
from collectbench.usecases.measure_options import MeasureOptions
from collectbench.usecases.measuring import bench_of
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.project import Project, open_project
from collectbench.usecases.project_options import ProjectOptions
from collectbench.usecases.recovery import Say

Collect = Callable[[], CollectedState]
_NO_COLLECTION = frozenset({Status.FAILED, Status.CRASHED, Status.TIMEOUT})


@dataclass(kw_only=True)
class Validation:
    """What the suite collected before the first edit, and the harm that edits do.

    Attributes:
        collect: collects the suite now.
        before: what it collected without the edits.
        place: of the paths in a state, as paths of edits.
    """

    collect: Collect
    before: CollectedState
    place: Callable[[str], str]
    _unstable: Unstable | None = field(default=None)

    def harm_of(self, edits: Sequence[Edit]) -> tuple[Harm, ...]:
        """Return the differences that none of these edits, which are in the files, is meant to make.

        Raises:
            Interrupted: a signal arrived.
        """
        after = self.collect()
        if after.status in _NO_COLLECTION and self.before.status not in _NO_COLLECTION:
            return (Harm(text=after.message), *self._unexpected(edits, after))
        unexpected = self._unexpected(edits, after)
        if unexpected and self._unstable is None:  # what differs from run to run is nobody's fault
            self._unstable = unstable_parts(after, self.collect())
            unexpected = self._unexpected(edits, after)
        return unexpected

    def _unexpected(self, edits: Sequence[Edit], after: CollectedState) -> tuple[Harm, ...]:
        permits = [permit for edit in edits for permit in edit.permits]
        found = differences(self.before, after, self._unstable or STABLE)
        placed = [replace(each, path=self.place(each.path)) for each in found]
        permitted = {each for each in placed if each.is_permitted(permits)}
        healed = {each.path for each in permitted if each.effect is Effect.ERROR_GONE}
        permitted |= {each for each in placed if each.effect is Effect.ID_GAINED and each.path in healed}
        return tuple(
            Harm(text=f"{each.effect.value}: {each.text}", path=each.path or None)
            for each in placed
            if each not in permitted
        )


@contextmanager
def validation(options: FixOptions, root: Path, say: Say) -> Iterator[Validation]:
    """Collect the suite of the project, and yield what compares later collections with that.

    `root` is the directory that paths of edits are relative to.

    Raises:
        UsageError: mistakes in the options or the configuration.
        CollectionError: pytest collects nothing that could be compared.
        Interrupted: a signal arrived.
    """
    project = open_project(_project_options(options), Mistakes(), say)
    target = project.plan.suite or _everything(project)
    with explain_os_errors(project.python[0]):
        work = make_temporary_directory()
        try:
            bench = bench_of(project, work)
            before = collect_state(bench, target)
            _refuse_uncollected(before)
            yield Validation(collect=partial(collect_state, bench, target), before=before, place=_placed(project, root))
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _project_options(options: FixOptions) -> ProjectOptions:
    return ProjectOptions(
        pytest_args=options.pytest_args,
        config_file=options.tree.config_file,
        python=options.tree.python,
        measure=MeasureOptions(timeout_s=options.timeout_s),
    )


def _everything(project: Project) -> Target:
    """All targets in one, if the plan has no suite."""
    paths = dict.fromkeys(path for target in project.plan.targets for path in target.paths)
    return Target(name="suite", paths=tuple(paths), pytest_args=project.plan.targets[0].pytest_args)


def _refuse_uncollected(before: CollectedState) -> None:
    if before.status in _NO_COLLECTION:
        raise CollectionError(f"the suite cannot be collected, so nothing can be compared: {before.message}")
    if not before.nodeids and not before.errors:
        raise CollectionError("pytest collects no tests here, so nothing can be compared")


def _placed(project: Project, root: Path) -> Callable[[str], str]:
    """From a path in a node id (relative to pytest's rootdir) or a warning (to the project's) to that of an edit."""
    bases = dict.fromkeys((project.inspection.rootdir, project.root))

    def place(path: str) -> str:
        if not path or path.startswith("<"):
            return ""
        there = next((base / path for base in bases if (base / path).exists()), project.root / path)
        return os.path.relpath(there, root)

    return place
