"""Judges the runs of base and head, with the targets that a stored run vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from collectbench.judge.comparison import compare
from collectbench.judge.moved import moves_of_vanished
from collectbench.judge.paired.change import unaffected_change
from collectbench.judge.target_comparison import JudgedPairs
from collectbench.measure.process.clock import now_ns
from collectbench.model.comparison import Comparison, Effort, PartTerms
from collectbench.model.file_moves import FileMoves
from collectbench.model.run import Run, TargetResult
from collectbench.model.shard import Shard
from collectbench.usecases.comparing import Judged, Terms, with_costs
from collectbench.usecases.origin import TOOL, now
from collectbench.usecases.paired.vouching import Vouching
from collectbench.usecases.project import Project
from collectbench.usecases.recording import run_of_checkout
from collectbench.usecases.wording import word


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user asked for.

    Attributes:
        project: in the user's working tree, with all targets.
        ref: the commit as the user named it.
        terms: how strictly to judge.
        vouched: the targets that need no round; None if nobody looked.
    """

    project: Project
    ref: str
    terms: Terms
    vouched: Vouching | None = None

    @property
    def vouched_results(self) -> Mapping[str, TargetResult]:
        """The results of targets that need no round, by name."""
        return self.vouched.results if self.vouched else {}

    @property
    def affected(self) -> Mapping[str, str]:
        """Why each of the others needs rounds."""
        return self.vouched.affected if self.vouched else {}

    def within(self, shard: Shard | None) -> Asked:
        """The same for a part of the plan that base and head agree on: others report the other targets."""
        if shard is None or self.vouched is None:
            return self
        results = {name: result for name, result in self.vouched.results.items() if name in shard.names}
        unaffected = {name: self.vouched.unaffected[name] for name in results}
        return replace(self, vouched=replace(self.vouched, results=results, unaffected=unaffected))

    def vouched_pairs(self) -> dict[str, JudgedPairs]:
        """The judgement on each target that needs no round."""
        margin_floor = self.terms.margin_floor
        return {
            name: JudgedPairs(
                change=unaffected_change(unaffected, word, margin_floor), waits=None, unaffected=unaffected
            )
            for name, unaffected in (self.vouched.unaffected.items() if self.vouched else ())
        }

    def in_order(self, results: Mapping[str, TargetResult]) -> dict[str, TargetResult]:
        """The results in the order of the plan, then those of targets that only the base has."""
        names = [target.name for target in self.project.plan.everything if target.name in results]
        return {name: results[name] for name in dict.fromkeys((*names, *results))}


def judge_vouched(asked: Asked, vouched: Vouching) -> Judged:
    """Judge a comparison without a round, since a stored run vouches for all targets."""
    results = asked.in_order(vouched.results)
    base, head = (
        run_of_checkout(asked.project, commit=commit, dirty=dirty, results=results, notes=())
        for commit, dirty in ((vouched.base, False), (vouched.head, vouched.names.dirty))
    )
    return judged(asked, (base, head), asked.vouched_pairs(), rounds=0, moves=None)


def compare_sides(
    project: Project,
    terms: Terms,
    runs: tuple[Run, Run],
    pairs: Mapping[str, JudgedPairs],
    *,
    name: str,
    moves: FileMoves | None = None,
) -> Comparison:
    """Return the comparison of base and head; `name` is that of the base. For the rest see `judged`."""
    base, head = runs
    return compare(
        head,
        base,
        project.settings.limits,
        project.settings.suite_budget_s,
        word=word,
        selected=project.plan.selected,
        allow_mismatch=True,  # both sides of a target are of one interpreter, and were measured on one machine
        created=now(),
        tool=TOOL,
        baseline_name=name,
        margin_floor=terms.margin_floor,
        paired=pairs,
        moves=moves,
    )


def judged(
    asked: Asked,
    runs: tuple[Run, Run],
    pairs: Mapping[str, JudgedPairs],
    *,
    rounds: int,
    moves: FileMoves | None,
    interrupted: bool = False,
) -> Judged:
    """Judge the runs of base and head.

    Args:
        asked: what the user asked for.
        runs: of base, of head.
        pairs: the judgement on the pairs of each target that both have.
        rounds: how many were taken.
        moves: the files that changed their place; None if that does not matter.
        interrupted: whether a signal ended the rounds.
    """
    project, (base, head), vouched = asked.project, runs, asked.vouched
    name = f"{asked.ref} ({(base.commit or '')[:10]})"
    comparison = compare_sides(project, asked.terms, runs, pairs, name=name, moves=moves)
    unaffected = len(asked.vouched_results)
    effort = Effort(
        measured=len(comparison.rows) - unaffected,
        unaffected=unaffected,
        rounds=rounds,
        wall_s=(now_ns() - project.request.begun_ns) / 1e9,
    )
    refusals = (vouched.refusal,) if vouched and vouched.refusal else ()
    comparison = replace(comparison, effort=effort, notes=(*refusals, *comparison.notes))
    if comparison.shard is not None:
        part_terms = PartTerms(
            margin=asked.terms.margin_floor,
            selected=project.plan.selected,
            moves=moves and moves_of_vanished(base, head, moves),
            interrupted=interrupted,
            notes=refusals,
        )
        comparison = replace(comparison, part_terms=part_terms)
    return Judged(comparison=with_costs(comparison, project.config), run=head, root=project.root)
