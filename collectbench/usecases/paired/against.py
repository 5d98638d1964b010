"""The third way to a comparison: base and head of the same repository, in pairs, on this machine and now."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.checkouts.worktrees import both_checkouts
from collectbench.cli.log import say
from collectbench.cli.progress import progress
from collectbench.cli.pytest_output import show_pytest_output
from collectbench.discovery import SUITE
from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.comparison import compare
from collectbench.judge.paired.change import INTERRUPTED, OUT_OF_TIME, paired_change
from collectbench.judge.paired.scale import RelativeMargin
from collectbench.judge.sameness import is_same_work
from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.round.record import ENOUGH
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import Round
from collectbench.measure.session.paired_target import Arm, PairedPolicy, PairedTarget, Side
from collectbench.measure.session.pairs import PairedSession
from collectbench.model.comparison import Change, Comparison
from collectbench.model.errors import CollectbenchError, Interrupted
from collectbench.model.run import Run, TargetResult
from collectbench.model.target import Target
from collectbench.store.documents import to_document
from collectbench.store.files import write_atomically
from collectbench.store.layout import layout
from collectbench.usecases.comparing import Judged, Terms
from collectbench.usecases.measure_options import MeasureOptions, limits_of, settings
from collectbench.usecases.paired.compared_projects import ComparedProjects, LoadedFilesProbe, meet
from collectbench.usecases.project import Project
from collectbench.usecases.recording import TOOL, now, run_of, unmeasured


def judge_against(here: Project, ref: str, options: MeasureOptions, terms: Terms, *, full: bool) -> Judged:
    """Measure `ref` and what the user has now in interleaved pairs, and judge by them and by the limits.

    Args:
        here: the project in the user's own tree.
        ref: the base, as git names commits.
        options: how to measure; `rounds` are pairs.
        terms: of which the margin counts here.
        full: whether to time also what is the same on both sides.

    Raises:
        UsageError: there is no such commit, the two cannot be compared here, or no more round can be taken; says why.
        Interrupted: a signal arrived. What was finished is kept, the worktrees are gone.
    """
    begun_ns, wanted = now_ns(), settings(here, options)
    options = replace(options, seed=wanted.seed)
    deadline_ns = None if wanted.max_time_s is None else begun_ns + int(wanted.max_time_s * 1e9)
    with explain_os_errors(here.python[0]):
        work = Path(tempfile.mkdtemp(prefix="collectbench-"))
    display = progress(shown=options.progress, verbose=options.verbose)
    match: PairedComparison | None = None
    try:
        with (
            explain_os_errors(here.python[0]),
            signals_noted(),
            both_checkouts(ref, here.root, here.env, work, launch) as sides,
            display,
        ):
            rounds = work / "rounds"  # beside the sides: what a round reads of ours is no input of the tests
            rounds.mkdir()
            scout = LoadedFilesProbe(wanted=wanted, work=rounds, display=display, deadline_ns=deadline_ns)
            opponents = meet(here, sides, scout)
            margin_floor = MARGIN_FLOOR if terms.margin_floor is None else terms.margin_floor
            session = _session(opponents, options, margin_floor, scout, full=full)
            match = PairedComparison(
                opponents=opponents, session=session, options=options, ref=ref, margin_floor=margin_floor
            )
            session.run()
    except Interrupted:  # also while the worktrees are removed, when all was finished
        if match is not None and session.rounds:
            match.keep()
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    match.show_pytest_output()
    return match.judged(OUT_OF_TIME if session.out_of_time else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedComparison:
    """A paired comparison that has begun: what it takes to judge it at any moment."""

    opponents: ComparedProjects
    session: PairedSession
    options: MeasureOptions
    ref: str
    margin_floor: float

    def judged(self, cut_short: str | None) -> Judged:
        """The judgement on all that was measured so far; `cut_short` says why it ended early, if it did."""
        base, head = (self._run(label) for label in Side)
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
            margin_floor=self.margin_floor,
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

    def show_pytest_output(self) -> None:
        """Show what pytest printed where something is wrong."""
        rounds: dict[str, list[Round]] = {
            f"{name} ({label.value})": taken for (name, label), taken in self.session.rounds.items()
        }
        show_pytest_output(rounds, everything=self.options.show_output)

    def _run(self, label: Side) -> Run:
        """What was measured of one side, as a run of that commit. What there was no time for is listed as well."""
        sides, project, session = self.opponents.sides, self.opponents.projects[label], self.session
        notes = sides.notes if label is Side.HEAD else ()
        if session.out_of_time and label is Side.HEAD:
            notes = (*notes, "--max-time was reached: some targets have fewer pairs than they ask for, or none")
        unkept = session.unkept(label)
        return run_of(
            project,
            settings(project, self.options),
            commit=sides.head_commit if label is Side.HEAD else sides.base.commit,
            dirty=sides.dirty and label is Side.HEAD,
            results={
                name: session.result(name, label) or unmeasured(paired.arms[label].target)
                for name, paired in session.targets.items()
                if label in paired.arms
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
                margin_floor=self.margin_floor,
                same=is_same_work(then[name], result),
                cut_short=cut_short,
                asked_for=self.options.rounds or None,
            )
            for name, result in found.items()
            if name in then
        }


def _session(
    opponents: ComparedProjects, options: MeasureOptions, margin_floor: float, scout: LoadedFilesProbe, *, full: bool
) -> PairedSession:
    projects = opponents.projects
    measured = {label: _measured(project) for label, project in projects.items()}
    names = dict.fromkeys([name for label in Side for name in measured[label]])
    shard = opponents.here.plan.shard
    whole = shard.plan if shard is not None else tuple(names)
    ordered = sorted(names, key=lambda name: name != SUITE)  # the suite first: it tells most, should time run out
    policy = PairedPolicy(
        pairs=options.rounds or None,  # not the configuration's: six rounds are many, six pairs decide nothing
        warmup=options.warmup,
        counted=ENOUGH if options.counters else 0,
        full=full,
        deadline_ns=scout.deadline_ns,
    )
    return PairedSession(
        targets={
            name: PairedTarget(
                name=name,
                arms={
                    side: Arm(bench=scout.benches[side.value], request=RoundRequest(target=targets[name]))
                    for side, targets in measured.items()
                    if name in targets
                },
            )
            for name in ordered
        },
        suite=SUITE if SUITE in whole else None,
        check_counted=opponents.refuse_foreign,
        all_names=whole,
        policy=policy,
        margin=RelativeMargin(floor=margin_floor),
        seed=scout.wanted.seed,
        observer=scout.display,
        rounds=scout.first_rounds(policy),
    )


def _measured(project: Project) -> dict[str, Target]:
    return {target.name: target for target in project.plan.everything}


def _results(run: Run) -> dict[str, TargetResult]:
    return {result.name: result for result in run.results}
