"""Experiments on the findings of diagnosed targets, the best candidates first."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from collectbench.discovery import SUITE
from collectbench.experiments import INTERVENTIONS
from collectbench.judge.paired.saving import margin_s
from collectbench.judge.proof import chance_note
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.temporary import make_temporary_directory
from collectbench.measure.round.round import Round
from collectbench.measure.session.round_runner import trees_put_back
from collectbench.model.diagnosis import PROVEN, Diagnosis, Experiment, Finding, TargetDiagnosis
from collectbench.model.errors import Interrupted
from collectbench.model.target import Target
from collectbench.usecases.command_line import CommandLine
from collectbench.usecases.diagnosing.diagnose import InterruptedTarget
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.measuring import bench_of
from collectbench.usecases.project import Project
from collectbench.usecases.proving.combining import Tried
from collectbench.usecases.proving.experiments import Laboratory
from collectbench.usecases.proving.final import with_final_proof
from collectbench.usecases.proving.options import Attempt, ProveOptions
from collectbench.usecases.proving.series import Series

EXTENSIONS = (".so", ".pyd")


@dataclass(kw_only=True)
class Prover:
    """Runs experiments on targets that were diagnosed.

    Attributes:
        project: whose targets they are.
        options: which experiments.
        feedback: gets the rounds.
        typed: the command line, for the commands that repeat an experiment.
        fixes: the sources that proven fixes would write, by absolute path, of all targets so far.
    """

    project: Project
    options: ProveOptions
    feedback: Feedback
    typed: CommandLine
    fixes: dict[str, bytes] = field(default_factory=dict)

    def proven(self, target: Target, rounds: Sequence[Round], diagnosis: TargetDiagnosis) -> TargetDiagnosis:
        """Return the diagnosis with the experiments on its findings; as it is if none is wanted.

        Raises:
            InterruptedTarget: a signal arrived; it holds the experiments so far. No child is left, and the user's
                tree is as it was.
            UsageError: the interpreter cannot be started any more, or a mistake in the configuration.
        """
        if self.options.is_empty:
            return diagnosis
        by_hand: list[Tried] = []
        tried: dict[int, Tried] = {}
        try:
            with self._series(target, rounds) as series:
                by_hand += map(series.tried, self.options.attempts)
                wanted = dict(self._attempts(diagnosis))
                for index, attempts in wanted.items():
                    tried[index] = series.first_tried(attempts)
                if self.options.net:
                    _add_nets(series, by_hand, tried, wanted)
                diagnosis = self._with_joint(series, diagnosis, list(tried.values()))
        except Interrupted as interrupted:
            note = f"{interrupted}: interrupted, so experiments are missing"
            diagnosis = replace(diagnosis, notes=(*diagnosis.notes, note))
            so_far = self._with_experiments(diagnosis, tried, by_hand)
            raise InterruptedTarget(str(interrupted), so_far) from interrupted
        return self._with_experiments(diagnosis, tried, by_hand)

    def _with_experiments(
        self, diagnosis: TargetDiagnosis, tried: Mapping[int, Tried], by_hand: Sequence[Tried]
    ) -> TargetDiagnosis:
        """The diagnosis with the experiments on findings, by their place in the list, and those by hand."""
        done = (*by_hand, *tried.values())
        chance = chance_note((*(each.experiment for each in done), diagnosis.joint))
        return replace(
            diagnosis,
            notes=(*diagnosis.notes, chance) if chance else diagnosis.notes,
            findings=tuple(
                replace(finding, experiment=self._repeatable(tried[index].experiment, diagnosis.name))
                if index in tried
                else finding
                for index, finding in enumerate(diagnosis.findings)
            ),
            experiments=tuple(self._repeatable(each.experiment, diagnosis.name) for each in by_hand),
        )

    def finished(self, diagnosis: Diagnosis) -> Diagnosis:
        """Return the diagnosis of all targets, with the final proof if it is wanted.

        Raises:
            Interrupted: a signal arrived.
            UsageError: there can be no worktree, or the two trees cannot be compared.
        """
        if not self.options.worktree:
            return diagnosis
        return with_final_proof(self.project, diagnosis, self.fixes, self.feedback, self.options.pairs)

    def _attempts(self, diagnosis: TargetDiagnosis) -> Iterator[tuple[int, Sequence[Attempt]]]:
        """Yield the findings that are worth an experiment, the largest first, each with its interventions."""
        smallest_s = margin_s(diagnosis.unqueued_s)
        for index, finding in enumerate(diagnosis.findings if self.options.findings else ()):
            if attempts := tuple(attempts_for(finding, smallest_s)):
                yield index, attempts

    def _with_joint(self, series: Series, diagnosis: TargetDiagnosis, tried: Sequence[Tried]) -> TargetDiagnosis:
        """The diagnosis with the experiment on all proven interventions, if there are several."""
        proven = [each for each in tried if each.experiment.verdict == PROVEN]
        if not proven:
            return diagnosis
        whole = series.combined(proven)
        self.fixes.update(whole.fixes)
        if len(proven) == 1:  # it is its own proof
            return diagnosis
        joint = series.joint(whole)
        if self.options.net:
            joint = series.with_net(joint, whole.arms)
        left_out = ", ".join(whole.left_out)
        note = (f"not in the joint experiment, since an earlier one contradicts it: {left_out}",) if left_out else ()
        return replace(diagnosis, joint=joint, notes=(*diagnosis.notes, *note))

    @contextmanager
    def _series(self, target: Target, rounds: Sequence[Round]) -> Iterator[Series]:
        """The place for experiments. Nothing of it is left when the block ends."""
        with explain_os_errors(self.project.python[0]), signals_noted():
            work = make_temporary_directory()
            try:
                bench = bench_of(self.project, work)
                with self.feedback.display() as display, trees_put_back([bench]):
                    laboratory = Laboratory(
                        bench=bench,
                        target=target,
                        observer=display,
                        seed=self.project.settings.seed,
                        deadline_ns=self._deadline_ns(),
                        has_extensions=loads_extensions(rounds, self.project.inspection.stdlib),
                        pairs=self.options.pairs,
                    )
                    yield Series(laboratory=laboratory, project=self.project, target=target, rounds=rounds, work=work)
            finally:
                shutil.rmtree(work, ignore_errors=True)

    def _repeatable(self, experiment: Experiment, target: str) -> Experiment:
        """The experiment with the command that repeats it."""
        named = None if target == SUITE else target
        net = () if experiment.net is None else ("--net",)
        command = self.typed.other("diagnose", *net, "--try", experiment.intervention, target=named)
        return replace(experiment, command=command)

    def _deadline_ns(self) -> int | None:
        max_time_s = self.project.settings.max_time_s
        return None if max_time_s is None else self.project.request.begun_ns + int(max_time_s * 1e9)


def _add_nets(
    series: Series, by_hand: list[Tried], tried: dict[int, Tried], wanted: Mapping[int, Sequence[Attempt]]
) -> None:
    """Add to each experiment what is left of its saving once tests run. What is done stays if a signal arrives."""
    for index, each in enumerate(by_hand):
        by_hand[index] = series.netted(each)
    for place, each in tried.items():
        tried[place] = series.netted(each)  # kept if the next line is interrupted
        tried[place] = series.or_later(tried[place], each, wanted[place])


def loads_extensions(rounds: Sequence[Round], stdlib: Sequence[str]) -> bool:
    """Return whether a traced round loaded extension modules that do not belong to Python itself."""
    own = tuple(f"{directory}/lib-dynload" for directory in stdlib)
    frames = (frame for round_ in rounds if round_.trace is not None for frame in round_.trace.imports)
    return any(frame.path.endswith(EXTENSIONS) and not frame.path.startswith(own) for frame in frames if frame.path)


def attempts_for(finding: Finding, smallest_s: float) -> Iterator[Attempt]:
    """Yield the interventions that test a finding, the best one first.

    There is none for one that claims less than `smallest_s` seconds, unless the estimate is a lower limit.
    """
    for kind in INTERVENTIONS:
        is_worth_it = finding.predicted_s >= smallest_s or finding.cause in kind.least
        if finding.cause in kind.causes and is_worth_it:
            for argument in kind.arguments(finding):
                yield Attempt(kind=kind, argument=argument)
