"""The third way to a comparison: base and head of the same repository, in pairs, on this machine and now."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.checkouts.worktrees import both_sides
from collectbench.cli.judging import Judged, Terms
from collectbench.cli.log import say
from collectbench.cli.opponents import Opponents, Scout, meet
from collectbench.cli.progress import progress
from collectbench.cli.recording import TOOL, now, run_of, unmeasured
from collectbench.cli.wishes import Wishes, limits_of, settings
from collectbench.cli.words import show_words
from collectbench.cli.workplace import Workplace
from collectbench.discovery import SUITE
from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.comparison import compare
from collectbench.judge.paired_change import INTERRUPTED, OUT_OF_TIME, paired_change
from collectbench.judge.sameness import is_same_work
from collectbench.measure.clock import now_ns
from collectbench.measure.contests import Contest, Effort, Label
from collectbench.measure.interruption import signals_noted
from collectbench.measure.launch import launch
from collectbench.measure.obstacles import obstacles_told
from collectbench.measure.paired import PairedSession
from collectbench.measure.record import ENOUGH
from collectbench.measure.rounds import Round
from collectbench.model.comparison import Change, Comparison
from collectbench.model.errors import CollectbenchError, Interrupted
from collectbench.model.run import Run, TargetResult
from collectbench.model.target import Target
from collectbench.store.documents import to_document
from collectbench.store.files import write_atomically
from collectbench.store.layout import layout


def judge_against(here: Workplace, ref: str, wishes: Wishes, terms: Terms, *, full: bool) -> Judged:
    """Measure `ref` and what the user has now in interleaved pairs, and judge by them and by the limits.

    Args:
        here: the project in the user's own tree.
        ref: the base, as git names commits.
        wishes: how to measure; `rounds` are pairs.
        terms: of which the margin counts here.
        full: whether to time also what is the same on both sides.

    Raises:
        UsageError: there is no such commit, the two cannot be compared here, or no more round can be taken; says why.
        Interrupted: a signal arrived. What was finished is kept, the worktrees are gone.
    """
    begun_ns, wanted = now_ns(), settings(here, wishes)
    wishes = replace(wishes, seed=wanted.seed)
    deadline_ns = None if wanted.max_time_s is None else begun_ns + int(wanted.max_time_s * 1e9)
    with obstacles_told(here.python[0]):
        work = Path(tempfile.mkdtemp(prefix="collectbench-"))
    display = progress(shown=wishes.progress, verbose=wishes.verbose)
    match: Match | None = None
    try:
        with (
            obstacles_told(here.python[0]),
            signals_noted(),
            both_sides(ref, here.root, here.env, work, launch) as sides,
            display,
        ):
            rounds = work / "rounds"  # beside the sides: what a round reads of ours is no input of the tests
            rounds.mkdir()
            scout = Scout(wanted=wanted, work=rounds, display=display, deadline_ns=deadline_ns)
            opponents = meet(here, sides, scout)
            session = _session(opponents, wishes, terms, scout, full=full)
            match = Match(opponents=opponents, session=session, wishes=wishes, ref=ref)
            session.run()
    except Interrupted:  # also while the worktrees are removed, when all was finished
        if match is not None and session.rounds:
            match.keep()
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    match.show_words()
    return match.judged(OUT_OF_TIME if session.out_of_time else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A paired comparison that has begun: what it takes to judge it at any moment."""

    opponents: Opponents
    session: PairedSession
    wishes: Wishes
    ref: str

    def judged(self, cut_short: str | None) -> Judged:
        """The judgement on all that was measured so far; `cut_short` says why it ended early, if it did."""
        base, head = (self._run(label) for label in Label)
        here = self.opponents.here
        comparison = compare(
            head,
            base,
            limits_of(here),
            here.config.suite_budget_s,
            selected=here.plan.selected,
            allow_mismatch=True,  # both sides were measured by this interpreter on this machine
            created=now(),
            tool=TOOL,
            baseline_name=f"{self.ref} ({self.opponents.sides.base.commit[:10]})",
            margin_floor=self.session.margin_floor,
            changes=self._changes(base, head, cut_short),
        )
        return Judged(comparison=comparison, run=head, root=here.root)

    def keep(self) -> None:
        """Write what was finished to a file outside of the tree, which stays as it was, and say where."""
        path = Path(tempfile.mkdtemp(prefix="collectbench-kept-")) / "comparison.json"
        document: Comparison = self.judged(INTERRUPTED).comparison
        try:
            write_atomically(path, layout(to_document(document)))
            say(f"what was finished is kept in {path}")
        except (OSError, CollectbenchError) as error:
            say(f"error: what was finished cannot be kept in {path}: {error}")

    def show_words(self) -> None:
        """Show what pytest printed where something is wrong."""
        rounds: dict[str, list[Round]] = {
            f"{name} ({label.value})": taken for (name, label), taken in self.session.rounds.items()
        }
        show_words(rounds, everything=self.wishes.show_output)

    def _run(self, label: Label) -> Run:
        """What was measured of one side, as a run of that commit. What there was no time for is listed as well."""
        sides, place, session = self.opponents.sides, self.opponents.places[label], self.session
        notes = sides.notes if label is Label.HEAD else ()
        if session.out_of_time and label is Label.HEAD:
            notes = (*notes, "--max-time was reached: some targets have fewer pairs than they ask for, or none")
        unkept = session.benches[label].tree.unkept
        return run_of(
            place,
            settings(place, self.wishes),
            commit=sides.head_commit if label is Label.HEAD else sides.base.commit,
            dirty=sides.dirty and label is Label.HEAD,
            results={
                name: session.result(name, label) or unmeasured(contest.targets[label])
                for name, contest in session.contests.items()
                if label in contest.targets
            },
            notes=(*notes, *(f"{path}: {why}" for path, why in unkept.items())),
        )

    def _changes(self, base: Run, head: Run, cut_short: str | None) -> dict[str, Change]:
        then, found = _results(base), _results(head)
        return {
            name: paired_change(
                then[name],
                result,
                self.session.panel,
                same=is_same_work(then[name], result),
                cut_short=cut_short,
                asked_for=self.wishes.rounds or None,
            )
            for name, result in found.items()
            if name in then
        }


def _session(opponents: Opponents, wishes: Wishes, terms: Terms, scout: Scout, *, full: bool) -> PairedSession:
    places = opponents.places
    measured = {label: _measured(place) for label, place in places.items()}
    names = dict.fromkeys([name for label in Label for name in measured[label]])
    shard = opponents.here.plan.shard
    whole = shard.plan if shard is not None else tuple(names)
    ordered = sorted(names, key=lambda name: name != SUITE)  # the suite first: it tells most, should time run out
    effort = Effort(
        pairs=wishes.rounds or None,  # not the configuration's: six rounds are many, six pairs decide nothing
        warmup=wishes.warmup,
        counted=ENOUGH if wishes.counters else 0,
        full=full,
        deadline_ns=scout.deadline_ns,
    )
    return PairedSession(
        benches={label: scout.benches[label.value] for label in Label},
        contests={
            name: Contest(name=name, targets={label: found[name] for label, found in measured.items() if name in found})
            for name in ordered
        },
        suite=SUITE if SUITE in whole else None,
        check=opponents.refuse_foreign,
        whole=whole,
        effort=effort,
        margin_floor=MARGIN_FLOOR if terms.margin_floor is None else terms.margin_floor,
        seed=scout.wanted.seed,
        observer=scout.display,
        rounds=scout.first_rounds(effort),
    )


def _measured(place: Workplace) -> dict[str, Target]:
    suite = (place.plan.suite,) if place.plan.suite is not None else ()
    return {target.name: target for target in (*place.plan.targets, *suite)}


def _results(run: Run) -> dict[str, TargetResult]:
    return {result.name: result for result in (*run.targets, *([run.suite] if run.suite else ()))}
