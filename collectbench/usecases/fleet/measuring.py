"""Measures all targets on the workers of a fleet; the run is that of one machine, but for times and workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from collectbench.discovery import SUITE
from collectbench.discovery.shards import names_of
from collectbench.model.errors import CollectbenchError, Interrupted, UsageError
from collectbench.model.run import Run
from collectbench.store.baselines import save_run
from collectbench.store.documents import RUN
from collectbench.store.shards import merge_shards
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.fleet.fleet import Fleet, keep_file
from collectbench.usecases.fleet.orders import Command
from collectbench.usecases.fleet.parts import (
    Division,
    as_here,
    crashed_result,
    named_parts,
    on_one_machine,
    only,
    read_part,
    why_other_part,
    with_speed,
)
from collectbench.usecases.fleet.policy import Board
from collectbench.usecases.fleet.session import Answer
from collectbench.usecases.measuring import InterruptedRun
from collectbench.usecases.project import Project
from collectbench.usecases.recording import TIME_LIMIT_REACHED, new_run, unmeasured
from collectbench.usecases.wording import explain_error


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetMeasurer:
    """Measures as `usecases.measuring.measure` does, but on the workers of a fleet."""

    fleet: Fleet

    def __call__(self, project: Project, feedback: Feedback, earlier: Run | None = None) -> Run:
        """Measure all targets of the plan, and the suite if there is one.

        Raises:
            InterruptedRun: a signal arrived; it holds the finished targets.
            UsageError: no worker is left, or none can measure a target; finished targets are kept in a file.
        """
        blank, parts = new_run(project), dict[str, Run]()
        names = names_of(project.plan)

        def take(name: str, answer: Answer, division: Division) -> str:
            try:
                run = read_part(answer, RUN, self.fleet.here)
            except ValueError as error:
                return str(error)
            if problem := why_other_part(run.shard, name, division):
                return problem
            found = as_here(run, self.fleet.here, answer.facts.label)
            parts[name] = replace(found, commit=blank.commit, dirty=blank.dirty)
            return ""

        try:
            board = self.fleet.run(Command(name="baseline", warms_up=True), names, take)
        except Interrupted as interrupted:
            run = self._finished(parts, blank) if parts else None
            raise InterruptedRun(str(interrupted), run) from interrupted
        except UsageError:
            if parts:
                feedback.say(_kept(self._finished(parts, blank)))
            raise
        return self._merged(project, parts, blank, board)

    def _merged(self, project: Project, parts: Mapping[str, Run], blank: Run, board: Board) -> Run:
        """All parts together. Targets that nobody measured say why."""
        division, _ = self.fleet.division(names_of(project.plan))
        like = next(iter(parts.values()), blank)
        targets = {target.name: target for target in project.plan.everything}
        whole = dict(parts)
        for name in (name for name in division.names if name not in parts):
            result = unmeasured(targets[name], TIME_LIMIT_REACHED)
            if name in board.crashed:
                result = crashed_result(name, targets[name].paths, board)
            whole[name] = only(result, like, division.shard(name), is_suite=name == SUITE)
        same, machines = on_one_machine([whole[name] for name in division.names])
        run = merge_shards(named_parts(dict(zip(division.names, same, strict=True))))
        late = [name for name in division.names if name not in parts and name not in board.crashed]
        limit_s = project.settings.max_time_s
        limit = [f"--max-time was reached after {limit_s:g} s: some targets were not measured"] if late else []
        notes = (*blank.notes, *run.notes, *machines, *self.fleet.session.crew.notes, *limit)
        return with_speed(replace(run, notes=tuple(dict.fromkeys(notes))))

    def _finished(self, parts: Mapping[str, Run], blank: Run) -> Run:
        """The finished targets alone."""
        same, machines = on_one_machine(list(parts.values()))
        results = {result.name: result for run in same for result in run.results}
        run = replace(
            blank,
            environment=same[0].environment,
            targets=tuple(
                results[name] for name in names_of(self.fleet.project.plan) if name in results and name != SUITE
            ),
            suite=results.get(SUITE),
            notes=tuple(dict.fromkeys((*blank.notes, *machines, *self.fleet.session.crew.notes))),
        )
        return with_speed(run)


def _kept(run: Run) -> str:
    """Keep a run in a file of ours; returns the message that says where."""
    file = keep_file("run.json")
    try:
        save_run(run, file.parent, file.stem)
    except CollectbenchError as error:
        return f"error: finished targets cannot be kept in {file}: {explain_error(error)}"
    return f"finished targets are kept in {file}"
