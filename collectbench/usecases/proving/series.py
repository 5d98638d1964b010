"""The experiments on one target, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.causes.evidence import Evidence
from collectbench.experiments import Arms, NotTestableError, Setting
from collectbench.measure.round.round import Round
from collectbench.model.diagnosis import INCONCLUSIVE, JOINT, PROVEN, Experiment
from collectbench.model.fixes import Edit
from collectbench.model.target import Target
from collectbench.usecases.diagnosing.evidence import evidence_of
from collectbench.usecases.profiling import profile_of
from collectbench.usecases.project import Project
from collectbench.usecases.proving.combining import Combined, Tried, combined
from collectbench.usecases.proving.experiments import Laboratory
from collectbench.usecases.proving.net import Nets, nets_of
from collectbench.usecases.proving.options import Attempt
from collectbench.usecases.proving.rewriting import Rewriter

UNPICKLABLE = "unpicklable"
"""The file of the probe that names values which cannot be kept."""


@dataclass(kw_only=True)
class Series:
    """The experiments on one target.

    Attributes:
        laboratory: takes their rounds.
        project: whose target it is.
        target: what is collected.
        rounds: those that were diagnosed, at least one of them traced.
        work: a directory of our own.
    """

    laboratory: Laboratory
    project: Project
    target: Target
    rounds: Sequence[Round]
    work: Path
    _rewriter: Rewriter | None = None
    _nets: Nets | None = None
    _evidence: Evidence | None = None
    _count: int = 0

    def tried(self, attempt: Attempt) -> Tried:
        """Return the experiment with an intervention, after its rounds.

        Raises:
            Interrupted: a signal arrived.
            UsageError: a mistake in the configuration.
            OSError: the interpreter cannot be started.
        """
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

    def first_tried(self, attempts: Sequence[Attempt]) -> Tried:
        """Return the first attempt of which pairs were measured, else the first that could be made, else the first.

        An intervention that cannot be made, has no effect or changes what is collected says nothing about the cause, so
        the next one may. There is at least one.

        Raises:
            Interrupted: a signal arrived.
            UsageError: a mistake in the configuration.
            OSError: the interpreter cannot be started.
        """
        tried = []
        for attempt in attempts:
            tried.append(self.tried(attempt))
            if tried[-1].experiment.pairs:
                return tried[-1]
        return next((each for each in tried if each.arms is not None), tried[0])

    def combined(self, proven: Sequence[Tried]) -> Combined:
        """Return all proven interventions at once."""
        return combined(proven, self._setting())

    def joint(self, whole: Combined) -> Experiment:
        """Return the experiment with all proven interventions."""
        return self.laboratory.experiment(JOINT, whole.arms)

    def with_net(self, experiment: Experiment, arms: Arms | None) -> Experiment:
        """Return a proven experiment with its net, or refuted since tests end differently; others as they are.

        Raises:
            Interrupted: a signal arrived.
            UsageError: a mistake in the configuration.
            OSError: the interpreter cannot be started.
        """
        if arms is None or experiment.verdict != PROVEN:
            return experiment
        if self._nets is None:
            self._nets = nets_of(self.laboratory, self.project, lambda: self._rewriter_here().tree())
        return self._nets.added(experiment, arms)

    def netted(self, tried: Tried) -> Tried:
        """Return an attempt with its net (see `with_net`)."""
        return replace(tried, experiment=self.with_net(tried.experiment, tried.arms))

    def or_later(self, netted: Tried, was: Tried, attempts: Sequence[Attempt]) -> Tried:
        """Return one of some attempts; if tests end differently with it, a later one that is proven.

        `was` is the attempt without its net.

        Raises:
            Interrupted: a signal arrived.
            UsageError: a mistake in the configuration.
            OSError: the interpreter cannot be started.
        """
        later = attempts[attempts.index(was.attempt) + 1 :]
        if netted.experiment.verdict == was.experiment.verdict or not later:
            return netted
        next_one = self.first_tried(later)
        other = self.or_later(self.netted(next_one), next_one, later)
        return other if other.experiment.verdict == PROVEN else netted

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
            rewrite=self._rewrite,
            evidence=self._evidence_here,
        )

    def _evidence_here(self) -> Evidence:
        if self._evidence is None:
            self._evidence = evidence_of(self.project, self.target, self.rounds)
        return self._evidence

    def _rewrite(self, codemod: str, names: Sequence[str], paths: Sequence[str]) -> Sequence[Edit]:
        """The edits of a codemod."""
        return self._rewriter_here().rewrite(codemod, names, paths)

    def _rewriter_here(self) -> Rewriter:
        """What reads the user's tree. The profile takes time, so that only who needs it makes it."""
        if self._rewriter is None:
            profile = profile_of(self.project, self.target, self.rounds)
            self._rewriter = Rewriter(project=self.project, work=self.work, profile=profile)
        return self._rewriter


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
