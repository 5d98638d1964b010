"""Compares both sides of each target in pairs, on one worker each; what is merged is judged as `merge` does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from collectbench.discovery import SUITE
from collectbench.judge.change import incomparable_change
from collectbench.judge.paired.change import OUT_OF_TIME
from collectbench.judge.target_comparison import JudgedPairs
from collectbench.judge.verdicts import why_not_collected
from collectbench.measure.process.clock import now_ns
from collectbench.model.comparison import Comparison, Effort, PartTerms, Verdict
from collectbench.model.errors import CollectbenchError, Interrupted, UsageError
from collectbench.model.run import Run
from collectbench.store.documents import COMPARISON, to_document
from collectbench.store.files import write_atomically
from collectbench.store.layout import layout
from collectbench.usecases.comparing import Judged, Terms, with_costs
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.fleet.fleet import Fleet, keep_file, ready_fleet
from collectbench.usecases.fleet.options import FleetOptions
from collectbench.usecases.fleet.orders import Command
from collectbench.usecases.fleet.parts import (
    Division,
    as_here,
    both_runs,
    crashed_result,
    on_one_machine,
    only,
    read_part,
    why_other_part,
)
from collectbench.usecases.fleet.policy import Board
from collectbench.usecases.fleet.session import Answer
from collectbench.usecases.fleet.sides import Sides, sides_of
from collectbench.usecases.merged_comparison import ComparedPart, judge_parts
from collectbench.usecases.paired.judging import compare_sides
from collectbench.usecases.project import Project
from collectbench.usecases.recording import new_run, unmeasured
from collectbench.usecases.start_of_pytest import require_start_of_pytest
from collectbench.usecases.wording import word


def judge_on_workers(project: Project, ref: str, terms: Terms, options: FleetOptions, feedback: Feedback) -> Judged:
    """Measure the commit `ref` and the user's working tree in pairs on the workers of a cluster, and judge.

    Raises:
        CollectionError: pytest does not start in the working tree.
        UsageError: there is no such commit, the two cannot be compared, or no worker can do it; says why.
        Interrupted: a signal arrived. Nothing is left on any worker.
    """
    require_start_of_pytest(project)
    sides = sides_of(project, ref)
    with ready_fleet(project, options, feedback, base=sides.commit) as fleet:
        return FleetComparison(fleet=fleet, sides=sides, terms=terms).judged(feedback)


def _effort(parts: Sequence[Comparison], *, begun_ns: int) -> Effort:
    """What all parts together cost, and how long it took here."""
    efforts = [part.effort for part in parts if part.effort is not None]
    return Effort(
        measured=sum(effort.measured for effort in efforts),
        unaffected=sum(effort.unaffected for effort in efforts),
        rounds=sum(effort.rounds for effort in efforts),
        wall_s=(now_ns() - begun_ns) / 1e9,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetComparison:
    """A comparison of two sides on the workers of a fleet."""

    fleet: Fleet
    sides: Sides
    terms: Terms

    def judged(self, feedback: Feedback) -> Judged:
        """Measure all targets in pairs, and judge by them and by the limits.

        Raises:
            UsageError: no worker is left, or none can compare a target; finished targets are kept in a file.
            Interrupted: a signal arrived. Finished targets are kept in a file.
        """
        parts: dict[str, Comparison] = {}

        def take(name: str, answer: Answer, division: Division) -> str:
            here = self.fleet.here
            try:
                comparison = read_part(answer, COMPARISON, here)
                sides = both_runs(comparison)
            except ValueError as error:
                return str(error)
            if problem := why_other_part(comparison.shard, name, division):
                return problem
            base, head = (as_here(side, here, answer.facts.label) for side in sides)
            parts[name] = replace(comparison, base_run=base, head_run=head)
            return ""

        margin = f"{self.terms.margin_floor * 100:.10g}%"
        options = ("--against", self.sides.commit, "--margin", margin, *(("--full",) if self.terms.full else ()))
        try:
            board = self.fleet.run(Command(name="compare", options=options), tuple(self.sides.targets), take)
        except (Interrupted, UsageError):
            if parts:
                feedback.say(self._kept(parts))
            raise
        return self._merged(parts, board)

    def _merged(self, parts: Mapping[str, Comparison], board: Board) -> Judged:
        """All parts together. Targets that nobody measured say why."""
        division, _ = self.fleet.division(tuple(self.sides.targets))
        whole = {name: parts.get(name) or self._missing(name, parts, division, board) for name in division.names}
        bases, heads = zip(*map(both_runs, whole.values()), strict=True)
        bases_here, _ = on_one_machine(bases)
        heads_here, machines = on_one_machine(heads)
        notes = tuple(dict.fromkeys((*machines, *self.fleet.session.crew.notes)))
        heads_here[0] = replace(heads_here[0], notes=(*heads_here[0].notes, *notes))
        compared = [
            ComparedPart(name=name, comparison=replace(comparison, base_run=base, head_run=head))
            for (name, comparison), base, head in zip(whole.items(), bases_here, heads_here, strict=True)
        ]
        comparison, head = judge_parts(compared)
        project = self.fleet.project
        comparison = replace(
            comparison,
            baseline=f"{self.sides.ref} ({self.sides.commit[:10]})",
            effort=_effort(list(parts.values()), begun_ns=project.request.begun_ns),
        )
        return Judged(comparison=with_costs(comparison, project.config), run=head, root=project.root)

    def _missing(self, name: str, parts: Mapping[str, Comparison], division: Division, board: Board) -> Comparison:
        """The part of a target that nobody could measure."""
        project, target = self.fleet.project, self.sides.targets[name]
        if parts:
            base_like, head_like = both_runs(next(iter(parts.values())))
        else:
            head_like = replace(new_run(project), notes=())
            base_like = replace(head_like, commit=self.sides.commit, dirty=False)
        crashed = name in board.crashed
        result = crashed_result(name, target.paths, board) if crashed else unmeasured(target)
        shard = division.shard(name)
        base, head = (only(result, like, shard, is_suite=name == SUITE) for like in (base_like, head_like))
        change = incomparable_change("", result, result, margin_floor=self.terms.margin_floor)
        if crashed:
            change = replace(change, reason=f"now, the target {why_not_collected(result)}")
        else:
            change = replace(change, verdict=Verdict.INCONCLUSIVE, reason=word(OUT_OF_TIME), pairs=0)
        return self._part(base, head, {name: JudgedPairs(change=change, waits=None)})

    def _part(self, base: Run, head: Run, paired: Mapping[str, JudgedPairs]) -> Comparison:
        project = self.fleet.project
        comparison = compare_sides(project, self.terms, (base, head), paired, name=self.sides.ref)
        terms = PartTerms(margin=self.terms.margin_floor, selected=project.plan.selected)
        return replace(comparison, part_terms=terms)

    def _kept(self, parts: Mapping[str, Comparison]) -> str:
        """Keep the comparison of the finished targets in a file of ours; returns the message that says where."""
        file = keep_file("comparison.json")
        try:
            comparison = self._merged(parts, Board(waiting=())).comparison
            write_atomically(file, layout(to_document(comparison)))
        except (OSError, CollectbenchError) as error:
            return f"error: finished targets cannot be kept in {file}: {error}"
        return f"finished targets are kept in {file}"
