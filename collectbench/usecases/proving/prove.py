"""Experiments on the findings of a target, the best candidates first."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.discovery import SUITE
from collectbench.experiments import INTERVENTIONS, Arms, NotTestableError, Setting
from collectbench.judge.paired.saving import margin_s
from collectbench.judge.proof import INCONCLUSIVE, PROVEN
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.temporary import make_temporary_directory
from collectbench.measure.round.round import Round
from collectbench.measure.session.round_runner import trees_put_back
from collectbench.model.diagnosis import JOINT, Experiment, Finding, TargetDiagnosis
from collectbench.model.intervention import ConflictError, Intervention, together
from collectbench.model.target import Target
from collectbench.usecases.command_line import CommandLine
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.measuring import bench_of
from collectbench.usecases.project import Project
from collectbench.usecases.proving.experiments import Laboratory
from collectbench.usecases.proving.options import Attempt, ProveOptions
from collectbench.usecases.proving.rewriting import Rewriter

EXTENSIONS = (".so", ".pyd")
UNPICKLABLE = "unpicklable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An experiment, with the arms that were compared; None if there was no experiment."""

    attempt: Attempt
    experiment: Experiment
    arms: Arms | None


@dataclass(kw_only=True)
class Prover:
    """Runs experiments on targets that were diagnosed.

    Attributes:
        project: whose targets they are.
        options: which experiments.
        feedback: gets the rounds.
        typed: the command line, for the commands that repeat an experiment.
    """

    project: Project
    options: ProveOptions
    feedback: Feedback
    typed: CommandLine

    def proven(self, target: Target, rounds: Sequence[Round], diagnosis: TargetDiagnosis) -> TargetDiagnosis:
        """Return the diagnosis with the experiments on its findings; as it is if none is wanted.

        Raises:
            Interrupted: a signal arrived; no child is left, and the user's tree is as it was.
            UsageError: the interpreter cannot be started any more, or a mistake in the configuration.
        """
        if self.options.is_empty:
            return diagnosis
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
                    series = _Series(
                        laboratory=laboratory, project=self.project, target=target, rounds=rounds, work=work
                    )
                    return self._with_experiments(series, diagnosis)
            finally:
                shutil.rmtree(work, ignore_errors=True)

    def _with_experiments(self, series: _Series, diagnosis: TargetDiagnosis) -> TargetDiagnosis:
        by_hand = [series.tried(attempt) for attempt in self.options.attempts]
        findings = list(diagnosis.findings)
        tried: list[Tried] = []
        if self.options.findings:
            smallest_s = margin_s(diagnosis.unqueued_s)
            for index, finding in enumerate(findings):
                attempt = attempt_for(finding) if finding.estimated_saving_s >= smallest_s else None
                if attempt is not None:
                    tried.append(series.tried(attempt))
                    findings[index] = replace(finding, experiment=tried[-1].experiment)
        joint, notes = series.joint([each for each in tried if each.experiment.verdict == PROVEN])
        return replace(
            diagnosis,
            findings=tuple(self._repeatable(finding, diagnosis.name) for finding in findings),
            experiments=tuple(self._with_command(each.experiment, diagnosis.name) for each in by_hand),
            joint=joint,
            notes=(*diagnosis.notes, *notes),
        )

    def _repeatable(self, finding: Finding, target: str) -> Finding:
        if finding.experiment is None:
            return finding
        return replace(finding, experiment=self._with_command(finding.experiment, target))

    def _with_command(self, experiment: Experiment, target: str) -> Experiment:
        """The experiment with the command that repeats it."""
        named = None if target == SUITE else target
        command = self.typed.other("diagnose", "--try", experiment.intervention, target=named)
        return replace(experiment, command=command)

    def _deadline_ns(self) -> int | None:
        max_time_s = self.project.settings.max_time_s
        return None if max_time_s is None else self.project.request.begun_ns + int(max_time_s * 1e9)


def loads_extensions(rounds: Sequence[Round], stdlib: Sequence[str]) -> bool:
    """Return whether a traced round loaded extension modules that do not belong to Python itself."""
    frames = (frame for round_ in rounds if round_.trace is not None for frame in round_.trace.imports)
    return any(
        frame.path.endswith(EXTENSIONS) and not frame.path.startswith(tuple(f"{each}/lib-dynload" for each in stdlib))
        for frame in frames
        if frame.path
    )


def attempt_for(finding: Finding) -> Attempt | None:
    """Return the intervention that tests a finding; None if there is none."""
    for kind in INTERVENTIONS:
        if finding.cause in kind.causes and (argument := kind.argument(finding)) is not None:
            return Attempt(kind=kind, argument=argument)
    return None


@dataclass(kw_only=True)
class _Series:
    """The experiments on one target."""

    laboratory: Laboratory
    project: Project
    target: Target
    rounds: Sequence[Round]
    work: Path
    _rewriter: Rewriter | None = None
    _count: int = 0

    def tried(self, attempt: Attempt) -> Tried:
        """Return the experiment with an intervention, after its rounds."""
        setting = self._setting()
        try:
            arms = attempt.kind.arms(attempt.argument, setting)
        except NotTestableError as error:
            return Tried(attempt=attempt, experiment=_untested(attempt.text, str(error)), arms=None)
        experiment = self.laboratory.experiment(attempt.text, arms)
        for why in _unpicklable(setting.work):
            reason = f"a value of this line cannot be kept ({why})"
            experiment = replace(experiment, verdict=INCONCLUSIVE, reason=reason)
        return Tried(attempt=attempt, experiment=experiment, arms=arms)

    def joint(self, proven: Sequence[Tried]) -> tuple[Experiment | None, tuple[str, ...]]:
        """Return the experiment with all proven interventions, and notes on those that do not go together."""
        if len(proven) < 2:
            return None, ()
        extended = {each.attempt.kind.extends for each in proven}
        chosen = [each for each in proven if each.attempt.kind.id not in extended]
        base, head, left_out = Intervention(), Intervention(), list[str]()
        bound = False
        for each in _merged(chosen, self._setting()):
            if each.arms is None:
                continue
            try:
                base, head = (
                    together((base, each.arms.base)),
                    together((head, Intervention(served=each.arms.head.served))),
                )
            except ConflictError:
                left_out.append(each.attempt.text)
            else:
                bound = bound or each.arms.bound
        permits = tuple(permit for each in chosen if each.arms for permit in each.arms.permits)
        arms = Arms(base=base, head=head, permits=permits, bound=bound)
        notes = (f"not in the joint experiment, since another one changes the same file: {', '.join(left_out)}",)
        return self.laboratory.experiment(JOINT, arms), notes if left_out else ()

    def _setting(self) -> Setting:
        self._count += 1
        work = self.work / f"experiment-{self._count}"
        work.mkdir()
        return Setting(
            root=self.project.root,
            work=work,
            addopts=tuple(self.project.inspection.addopts),
            pytest_args=self.target.pytest_args,
            variables={**self.project.env, **self.target.env},
            read=Path.read_bytes,
            rewrite=self._rewriter_here().rewrite,
        )

    def _rewriter_here(self) -> Rewriter:
        if self._rewriter is None:
            from collectbench.usecases.profiling import profile_of

            profile = profile_of(self.project, self.target, self.rounds)
            self._rewriter = Rewriter(project=self.project, work=self.work, profile=profile)
        return self._rewriter


def _merged(proven: Sequence[Tried], setting: Setting) -> Iterator[Tried]:
    """Yield the interventions, those that one codemod makes as one: edits of one file have to be made together."""
    groups: dict[str, list[Tried]] = {}
    for each in proven:
        groups.setdefault(each.attempt.kind.id if each.attempt.kind.joins else each.attempt.text, []).append(each)
    for same in groups.values():
        if len(same) == 1:
            yield same[0]
            continue
        argument = ",".join(each.attempt.argument for each in same)
        try:
            yield replace(same[0], arms=same[0].attempt.kind.arms(argument, setting))
        except NotTestableError:
            yield same[0]


def _untested(text: str, reason: str) -> Experiment:
    return Experiment(
        intervention=text,
        pairs=0,
        saving_s=0.0,
        ci95=None,
        same_nodeids=True,
        same_errors=True,
        verdict=INCONCLUSIVE,
        reason=reason,
    )


def _unpicklable(work: Path) -> Iterator[str]:
    file = work / "values" / UNPICKLABLE
    if file.exists():
        yield file.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
