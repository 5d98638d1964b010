"""A paired comparison that has begun, and its judgement at any moment."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.judge.counters import fails_by_counters
from collectbench.judge.paired.change import INTERRUPTED, PairedTerms, paired_change
from collectbench.judge.paired.figures import CPU, WAITS
from collectbench.judge.paired.waits import paired_waits
from collectbench.judge.sameness import is_same_work
from collectbench.judge.target_comparison import JudgedPairs
from collectbench.measure.round.round import Round
from collectbench.measure.session.paired_target import Side
from collectbench.measure.session.pairs import PairedSession
from collectbench.model.comparison import Comparison
from collectbench.model.errors import CollectbenchError
from collectbench.model.file_moves import FileMoves
from collectbench.model.reason import Reason
from collectbench.model.run import Run
from collectbench.store.documents import to_document
from collectbench.store.files import write_atomically
from collectbench.store.layout import layout
from collectbench.usecases.comparing import Judged
from collectbench.usecases.moves import moves_between
from collectbench.usecases.paired.compared_projects import ComparedProjects
from collectbench.usecases.paired.judging import Asked, judged
from collectbench.usecases.recording import run_of_checkout, unmeasured
from collectbench.usecases.wording import word


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedComparison:
    """What it takes to judge.

    Attributes:
        asked: what the user asked for.
        projects: both projects, with the targets that are measured.
        session: the rounds so far.
    """

    asked: Asked
    projects: ComparedProjects
    session: PairedSession

    @property
    def rounds_by_name(self) -> Mapping[str, list[Round]]:
        """All rounds, by the name of the target with its side."""
        return {f"{name} ({side.value})": rounds for (name, side), rounds in self.session.rounds.items()}

    def judged(self, cut_short: Reason | None) -> Judged:
        """The judgement on all rounds so far; `cut_short` says why the session ended early, if it did."""
        base, head = (self._run(side) for side in Side)
        paired = self._judged_pairs(base, head, cut_short)
        moves = self._moves(base, head) if cut_short is None else None
        rounds = sum(map(len, self.session.rounds.values()))
        is_interrupted = cut_short is INTERRUPTED
        return judged(self.asked, (base, head), paired, rounds=rounds, moves=moves, interrupted=is_interrupted)

    def keep(self) -> str:
        """Write the comparison so far to a file outside of the user's tree; returns the message that says where."""
        path = Path(tempfile.mkdtemp(prefix="collectbench-kept-")) / "comparison.json"
        document: Comparison = self.judged(INTERRUPTED).comparison
        try:
            write_atomically(path, layout(to_document(document)))
        except (OSError, CollectbenchError) as error:
            return f"error: finished rounds cannot be kept in {path}: {error}"
        return f"finished rounds are kept in {path}"

    def _run(self, side: Side) -> Run:
        """The rounds of one side as a run of its commit. Targets that were not measured are listed as well."""
        checkouts, session, is_head = self.projects.checkouts, self.session, side is Side.HEAD
        notes = checkouts.notes if is_head else ()
        if session.out_of_time and is_head:
            notes = (*notes, "--max-time was reached: some targets have fewer pairs than they need, or none")
        results = {
            name: session.result(name, side) or unmeasured(target.arms[side].target)
            for name, target in session.targets.items()
            if side in target.arms
        }
        return run_of_checkout(
            self.projects.by_side[side],
            commit=(checkouts.head if is_head else checkouts.base).commit,
            dirty=checkouts.dirty and is_head,
            results=self.asked.in_order({**results, **self.asked.vouched_results}),
            rounds=[round_ for (_, of), taken in session.rounds.items() if of is side for round_ in taken],
            notes=(*notes, *session.notes_on_tree(side)),
        )

    def _moves(self, base: Run, head: Run) -> FileMoves | None:
        """The files that changed their place; None if that does not matter."""
        origin = self.asked.project
        return None if origin.plan.selected else moves_between(base, head, origin.root, origin.env, until=None)

    def _judged_pairs(self, base: Run, head: Run, cut_short: Reason | None) -> dict[str, JudgedPairs]:
        """The change and the waits of each target that both sides have."""
        base_results = {result.name: result for result in base.results}
        terms = PairedTerms(
            panel=self.session.panels[CPU],
            margin_floor=self.asked.terms.margin_floor,
            word=word,
            cut_short=cut_short,
            fixed_pairs=self.asked.project.request.options.measure.rounds or None,
        )
        waits = replace(terms, panel=self.session.panels[WAITS])
        vouched, affected = self.asked.vouched_results, self.asked.affected
        measured = {
            head_result.name: JudgedPairs(
                change=paired_change(
                    result,
                    head_result,
                    terms,
                    same_work=is_same_work(result, head_result),
                    failed_by_counters=fails_by_counters(result, head_result, terms.margin_floor),
                ),
                waits=paired_waits(result, head_result, waits),
                affected=affected.get(head_result.name, ""),
            )
            for head_result in head.results
            if head_result.name not in vouched and (result := base_results.get(head_result.name)) is not None
        }
        return {**measured, **self.asked.vouched_pairs()}
