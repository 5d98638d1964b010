"""Which files rounds load in a checkout, found out before anything is compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import Round
from collectbench.measure.session.pace import Pace
from collectbench.measure.session.paired_target import PairedPolicy, Side
from collectbench.measure.session.round_runner import Announcement, OutOfTime, RoundRunner, trees_put_back
from collectbench.model.errors import UsageError
from collectbench.model.sample import RoundKind
from collectbench.model.target import Target
from collectbench.usecases.feedback import Display
from collectbench.usecases.measuring import bench_of
from collectbench.usecases.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFilesProbe:
    """Takes the rounds that tell which files are loaded in a working tree.

    Attributes:
        work: a directory of our own.
        display: shows each round.
        deadline_ns: no round begins after this moment of the clock; None for no bound.
        pace: the times of the rounds.
        rounds_expected: how many rounds the whole comparison will take, by target.
        benches: the last bench of each working tree, by label. It knows which of the user's files rounds change.
        rounds: those taken, by target and label.
    """

    work: Path
    display: Display
    deadline_ns: int | None
    pace: Pace = field(default_factory=Pace)
    rounds_expected: Mapping[str, float] = field(default_factory=dict)
    benches: dict[str, Bench] = field(default_factory=dict)
    rounds: dict[tuple[str, str], tuple[Round, ...]] = field(default_factory=dict)

    def loaded_files(self, project: Project, label: str, *, every_target: bool) -> tuple[Path, ...]:
        """The files that the targets of a project load; their bytecode is warm afterwards.

        Unless `every_target`, the suite stands for all targets that are collected in the same way. Rounds that were
        taken in the same environment before are not repeated.
        """
        bench = self._bench(project, label)
        files: dict[Path, None] = {}
        with trees_put_back([bench]):
            for target in _targets(project, every_target=every_target):
                if (target.name, label) not in self.rounds:
                    rounds = [self._take(bench, target, RoundKind.WARMUP, label)]
                    if rounds[0].status not in WITHOUT_COLLECTION:
                        rounds.append(self._take(bench, target, RoundKind.COUNTED, label))
                    self.rounds[target.name, label] = tuple(rounds)
                work = self.rounds[target.name, label][-1].work
                files.update(dict.fromkeys(work.loaded if work is not None else ()))
        return tuple(files)

    def notes_on_tree(self, label: str) -> tuple[str, ...]:
        """What the rounds left in a working tree."""
        return self.benches[label].tree.notes if label in self.benches else ()

    def first_rounds(self, policy: PairedPolicy) -> dict[tuple[str, Side], list[Round]]:
        """The rounds on the sides with which a comparison would begin anyway."""
        kinds = {
            kind for kind, times in ((RoundKind.WARMUP, policy.warmup), (RoundKind.COUNTED, policy.counted)) if times
        }
        return {
            (name, side): [round_ for round_ in rounds if round_.sample.kind in kinds]
            for (name, label), rounds in self.rounds.items()
            for side in Side
            if side.value == label
        }

    def _bench(self, project: Project, label: str) -> Bench:
        """The bench of a working tree: a new one, without its rounds, if the environment has changed."""
        if label not in self.benches or self.benches[label].env != project.env:
            self.benches[label] = bench_of(project, self.work)
            for key in [key for key in self.rounds if key[1] == label]:
                del self.rounds[key]
        return self.benches[label]

    def _take(self, bench: Bench, target: Target, kind: RoundKind, label: str) -> Round:
        request = RoundRequest(target=target, kind=kind, guarded=kind is RoundKind.WARMUP)
        runner = RoundRunner(observer=self.display, deadline_ns=self.deadline_ns)
        left = {name: count - len(self.pace.walls_s.get(name, ())) for name, count in self.rounds_expected.items()}
        outlook = self.pace.outlook(left, limit_s=runner.rest_s)
        try:
            finished = runner.take(bench, request, Announcement(name=f"{target.name} ({label})", outlook=outlook))
        except OutOfTime:
            raise UsageError(
                "--max-time: the time limit was reached before both sides were ready to be compared; give it more "
                "time, or name fewer targets"
            ) from None
        self.pace.took(target.name, finished.sample.wall_s)
        return finished


def _targets(project: Project, *, every_target: bool) -> list[Target]:
    suite = project.plan.suite
    targets = [*([suite] if suite else []), *project.plan.targets]
    if suite is None or every_target:
        return targets
    return [target for target in targets if target is suite or not _is_collected_like(target, suite)]


def _is_collected_like(target: Target, suite: Target) -> bool:
    return target.env == suite.env and target.pytest_args == suite.pytest_args
