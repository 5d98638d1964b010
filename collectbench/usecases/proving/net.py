"""Whether a proven saving is saved or only moved: the affected tests with and without it, in pairs."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.experiments import Arms
from collectbench.experiments.plugin_arguments import split
from collectbench.judge.net import Remaining, net_of, unmeasured, with_one_file
from collectbench.measure.process.clock import now_ns
from collectbench.measure.round.request import RUN_TESTS, RoundRequest
from collectbench.measure.session.paired_target import Side
from collectbench.model.diagnosis import PROVEN, REFUTED, Experiment
from collectbench.model.net import Net
from collectbench.model.sample import RoundKind
from collectbench.model.target import Target
from collectbench.usecases.project import Project
from collectbench.usecases.proving.affected_tests import AffectedTests, Tree, changed_files
from collectbench.usecases.proving.compared_tests import Compared, Comparison, Means, NoNetError, OtherOutcomesError
from collectbench.usecases.proving.experiments import Laboratory
from collectbench.usecases.verifying.options import TIMEOUT_S

WAITING = frozenset({"module-lazy", "models-deferred"})
"""Actions that put work off."""


def nets_of(laboratory: Laboratory, project: Project, read_tree: Callable[[], Tree]) -> Nets:
    """Return what runs the tests of a target whose experiments are over.

    A run of them may take as long as for `verify`, unless the user says otherwise or `--max-time` ends before.
    """
    bench, target = laboratory.bench, laboratory.target
    limits_s = [project.request.options.measure.timeout_s or TIMEOUT_S]
    if laboratory.deadline_ns is not None:
        limits_s.append(max(1.0, (laboratory.deadline_ns - now_ns()) / 1e9))
    words = split(project.env.get("PYTEST_ADDOPTS", ""))
    return Nets(
        means=Means(
            bench=replace(bench, timeout_s=min(limits_s)),
            observer=laboratory.observer,
            seed=laboratory.seed,
            deadline_ns=laboratory.deadline_ns,
            pairs=laboratory.pairs,
        ),
        target=target,
        nodeids=laboratory.nodeids,
        tests=AffectedTests(ids_from=bench.rootdir or bench.root, read_tree=read_tree),
        arguments=serial((*project.inspection.addopts, *words, *target.pytest_args)),
    )


@dataclass(kw_only=True)
class Nets:
    """Runs the tests of one target in the arms of its experiments.

    Attributes:
        means: of all comparisons.
        target: whose tests run, without limits.
        nodeids: what is collected from it.
        tests: which of them an experiment can affect.
        arguments: for pytest, behind those of the target.
    """

    means: Means
    target: Target
    nodeids: Sequence[str]
    tests: AffectedTests
    arguments: tuple[str, ...] = ()

    def added(self, experiment: Experiment, arms: Arms) -> Experiment:
        """Return a proven experiment with its net, or refuted since tests end differently; others as they are.

        Raises:
            Interrupted: a signal arrived.
            OSError: the interpreter cannot be started.
        """
        if experiment.verdict != PROVEN:
            return experiment
        try:
            return replace(experiment, net=self._net(experiment, arms))
        except OtherOutcomesError as error:
            return replace(experiment, verdict=REFUTED, reason=str(error), same_outcomes=False)

    def _net(self, experiment: Experiment, arms: Arms) -> Net:
        only = self.tests.of(arms, self.nodeids)
        try:
            full = self._compared(experiment, arms, self.target, only)
        except NoNetError as error:
            return unmeasured(str(error))
        net = net_of(experiment, full.runs, is_paid_again=is_paid_again(arms))
        net = replace(net, flaky=full.outcomes.flaky)
        return self._with_one_file(net, experiment, arms, self.nodeids if only is None else only)

    def _with_one_file(self, net: Net, experiment: Experiment, arms: Arms, affected: Sequence[str]) -> Net:
        changed = self._ids_of(arms)
        file = one_file(affected, changed, net.moved_into)
        if len(files_of(self.nodeids)) < 2 or not net.pairs or not _holds_alone(arms, file, changed):
            return net
        path = os.path.relpath(self.tests.ids_from / file, self.means.bench.root)
        target = replace(self.target, paths=(Path(path).as_posix(),), ignored=(), module=None)
        try:
            alone = self._compared(experiment, arms, target, None)
        except NoNetError as error:
            return replace(net, file=file, one_file_reason=str(error))
        except OtherOutcomesError as error:
            raise OtherOutcomesError(f"{error}, in a run of {file} alone") from None
        net = with_one_file(net, file, alone.runs)
        return replace(net, flaky=tuple(dict.fromkeys((*net.flaky, *alone.outcomes.flaky))))

    def _compared(self, experiment: Experiment, arms: Arms, target: Target, only: tuple[str, ...] | None) -> Compared:
        request = RoundRequest(
            target=target,
            kind=RoundKind.OUTCOMES,
            guarded=True,
            pytest_args=(*RUN_TESTS, *self.arguments),
            only=only,
        )
        comparison = Comparison(
            name=experiment.intervention,
            figure=Remaining(collected_s=experiment.saving_s),
            requests={
                Side.BASE: replace(request, intervention=arms.base),
                Side.HEAD: replace(request, intervention=arms.head),
            },
            means=self.means,
        )
        return comparison.run()

    def _ids_of(self, arms: Arms) -> tuple[str, ...]:
        """The changed files as node ids name them."""
        root = os.path.realpath(self.tests.ids_from)
        return tuple(Path(os.path.relpath(path, root)).as_posix() for path in changed_files(arms))


def is_paid_again(arms: Arms) -> bool:
    """Return whether each process pays later what it saves in collection: imports that are moved, or wait."""
    return bool(changed_files(arms)) or any(action[0] in WAITING for action in arms.base.actions)


def one_file(affected: Sequence[str], changed: Sequence[str], moved_into: str) -> str:
    """Return the file of these tests that runs alone: not that of the test which pays in a full run, a changed one.

    Where all are like that, or none is, it is the first one in the order of the tests.
    """
    paying = files_of([moved_into])
    return min(files_of(affected), key=lambda file: (file in paying, file not in changed))


def files_of(nodeids: Sequence[str]) -> tuple[str, ...]:
    """Return the files of tests, each once, in their order."""
    return tuple(dict.fromkeys(nodeid.partition("::")[0] for nodeid in nodeids))


def _holds_alone(arms: Arms, file: str, changed: Sequence[str]) -> bool:
    """Whether the intervention is the same in a run of one file: remembered values are those of a run of all files."""
    return file in changed or all(action[0] != "values" for action in arms.base.actions)


def serial(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return what keeps pytest-xdist from starting workers if the arguments ask for some: no change reaches them."""
    return ("-n0",) if any(each.startswith(("-n", "--numprocesses")) for each in arguments) else ()
