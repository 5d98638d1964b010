"""The third way to a comparison: base and head of the same repository, in pairs, on this machine and now."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from collectbench.checkouts.worktrees import both_checkouts
from collectbench.discovery import SUITE
from collectbench.judge.paired.change import OUT_OF_TIME
from collectbench.judge.paired.figures import figures
from collectbench.judge.paired.panel import LOOKS
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.temporary import make_temporary_directory
from collectbench.measure.round.record import ENOUGH
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.session.pace import Pace
from collectbench.measure.session.paired_target import Arm, PairedPolicy, PairedTarget, Side
from collectbench.measure.session.pairs import PairedSession
from collectbench.model.errors import CheckoutError, Interrupted
from collectbench.usecases.comparing import Judged, Terms
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.measuring import own_directories
from collectbench.usecases.option_errors import naming_the_option
from collectbench.usecases.paired.compared_projects import ComparedProjects, compared_projects
from collectbench.usecases.paired.judging import Asked, judge_vouched
from collectbench.usecases.paired.loaded_files import LoadedFilesProbe
from collectbench.usecases.paired.paired_comparison import PairedComparison
from collectbench.usecases.paired.vouching import vouching
from collectbench.usecases.project import Project, without_unaffected
from collectbench.usecases.start_of_pytest import require_start_of_pytest
from collectbench.usecases.usual_times import times_in_baseline


def judge_against(  # noqa: PLR0917 - what to compare, and how
    project: Project,
    ref: str,
    terms: Terms,
    feedback: Feedback,
    edits: Mapping[str, bytes] | None = None,
    option: str = "",
) -> Judged:
    """Measure the commit `ref` and the user's working tree in interleaved pairs, and judge by them and by the limits.

    With `edits` (see `both_checkouts`), the user's working tree is measured without and with them; `ref` is HEAD.
    `option` is the one that asked for it.

    Raises:
        CollectionError: pytest does not start in the working tree.
        UsageError: there is no such commit, the two cannot be compared, or no more round can be taken; says why.
        Interrupted: a signal arrived. Finished rounds are kept, the worktrees are gone.
    """
    require_start_of_pytest(project)
    deadline_ns = _deadline_ns(project)
    with explain_os_errors(project.python[0]):
        work = make_temporary_directory()
    comparison: PairedComparison | None = None
    naming = partial(naming_the_option, f"{option or f'--against {ref or repr(ref)}'}: ", CheckoutError)
    try:
        asked = Asked(project=project, ref=ref, terms=terms)
        if edits is None and not terms.full:
            with naming(), explain_os_errors(project.python[0]), signals_noted():
                vouched = vouching(project, ref, work)
            asked = replace(asked, vouched=vouched)
            if vouched.covers(project):
                return judge_vouched(asked, vouched)
        display = feedback.display()
        reduced = without_unaffected(project, asked.vouched_results)
        with (
            naming(),
            explain_os_errors(project.python[0]),
            signals_noted(),
            both_checkouts(
                ref, project.root, project.env, work, launch, edits, own=own_directories(project)
            ) as checkouts,
            display,
        ):
            rounds = work / "rounds"  # beside the checkouts: our files in it are not an input of the tests
            rounds.mkdir()
            probe = LoadedFilesProbe(
                work=rounds,
                display=display,
                deadline_ns=deadline_ns,
                pace=Pace(usual_s=times_in_baseline(project)),
                rounds_expected=_rounds_expected(reduced, terms),
            )
            projects = compared_projects(reduced, checkouts, probe)
            session = _session(projects, terms, probe)
            asked = asked.within(projects.origin.plan.shard)
            comparison = PairedComparison(asked=asked, projects=projects, session=session)
            session.run()
    except Interrupted:  # also while the worktrees are removed, after all rounds
        if comparison is not None and session.rounds:
            feedback.say(comparison.keep())
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    feedback.show_pytest_output(comparison.rounds_by_name)
    return comparison.judged(OUT_OF_TIME if session.out_of_time else None)


def _deadline_ns(project: Project) -> int | None:
    max_time_s = project.settings.max_time_s
    return None if max_time_s is None else project.request.begun_ns + int(max_time_s * 1e9)


def _rounds_expected(project: Project, terms: Terms) -> dict[str, float]:
    """About how many rounds each target will take: pairs follow for half of the targets as long as nothing is known."""
    measure = project.request.options.measure
    preparing = measure.warmup + (ENOUGH if measure.counters else 0)
    share = 1.0 if terms.full else 0.5
    each = len(Side) * (preparing + share * (measure.rounds or LOOKS[0]))
    return {target.name: each for target in project.plan.everything}


def _session(projects: ComparedProjects, terms: Terms, probe: LoadedFilesProbe) -> PairedSession:
    """The session that measures both sides; the probe's rounds count as its first ones."""
    targets = {
        side: {target.name: target for target in found.plan.everything} for side, found in projects.by_side.items()
    }
    names = dict.fromkeys([name for side in Side for name in targets[side]])
    shard = projects.origin.plan.shard
    whole = shard.plan if shard is not None else tuple(names)
    measure = projects.origin.request.options.measure
    policy = PairedPolicy(
        pairs=measure.rounds or None,  # not the configuration's: six rounds are many, six pairs decide nothing
        warmup=measure.warmup,
        counted=ENOUGH if measure.counters else 0,
        full=terms.full,
        margin_floor=terms.margin_floor,
        deadline_ns=probe.deadline_ns,
    )
    return PairedSession(
        targets={
            name: PairedTarget(
                name=name,
                arms={
                    side: Arm(bench=probe.benches[side.value], request=RoundRequest(target=by_name[name]))
                    for side, by_name in targets.items()
                    if name in by_name
                },
            )
            for name in sorted(names, key=lambda name: name != SUITE)  # the suite first: it tells most in a short time
        },
        suite=SUITE if SUITE in whole else None,
        check_counted=projects.refuse_foreign,
        all_names=whole,
        policy=policy,
        figures=figures(terms.margin_floor),
        seed=projects.origin.settings.seed,
        observer=probe.display,
        pace=probe.pace,
        rounds=probe.first_rounds(policy),
    )
