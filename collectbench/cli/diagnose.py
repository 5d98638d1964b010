"""`collectbench diagnose`: the causes of slow collection, with place and fix."""

from __future__ import annotations

from typing import Annotated

import typer

from collectbench.cli import options


def command(
    context: typer.Context,
    targets: options.ExplainedTargets = None,
    select: options.SelectCauses = None,
    ignore: options.IgnoreCauses = None,
    top: Annotated[int, typer.Option("--top", min=1, metavar="N", help="Most findings of each target.")] = 5,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain", metavar="ID", help="Show the page of a cause or an intervention.", show_default=False
        ),
    ] = None,
    scaling: Annotated[
        bool,
        typer.Option(
            "--scaling",
            help="Measure also how each step grows: 12 to 24 traced rounds on 25, 50 and 100 % of the files.",
        ),
    ] = False,
    prove: Annotated[
        bool, typer.Option("--prove", help="Test each finding: rounds with and without its cause, in pairs.")
    ] = False,
    try_: Annotated[
        list[str] | None,
        typer.Option(
            "--try",
            metavar="INTERVENTION",
            help="Test one change, such as plugin-off=NAME. May be repeated.",
            show_default=False,
        ),
    ] = None,
    net: Annotated[
        bool,
        typer.Option("--net", help="Run the tests with and without what is proven: is it saved, or moved into them?"),
    ] = False,
    pairs: Annotated[
        int | None,
        typer.Option(
            "--pairs",
            min=1,
            metavar="N",
            help="Exactly N pairs in each experiment. Default: 7 to 20, until they decide.",
            show_default=False,
        ),
    ] = None,
    worktree: Annotated[
        bool,
        typer.Option("--worktree", help="After --prove: compare your tree with the proven fixes, in two worktrees."),
    ] = False,
    workers: options.WorkerNumbers = None,
    junit: options.JUnitTimes = None,
    from_file: options.From = None,
    config: options.ConfigFile = None,
    python: options.Python = None,
    depth: options.Depth = None,
    rounds: Annotated[
        int, typer.Option("--rounds", min=1, metavar="N", help="Timed rounds; with --prove at least 3.")
    ] = 1,
    seed: options.Seed = None,
    timeout: options.Timeout = None,
    max_time: options.MaxTime = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, json, markdown or github, on stdout.")
    ] = "text",
    output: options.Output = None,
    dry_run: options.DryRun = False,
    no_progress: options.NoProgress = False,
    show_output: options.ShowOutput = False,
    quiet: options.Quiet = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="All findings, and one line per round.")] = False,
) -> None:
    """Find why collection is slow, with place, seconds and fix.

    Takes a traced round or two and a timed one; with --rounds, --scaling, --prove or --workers, more.
    Everything after -- goes to pytest.
    """
    from dataclasses import replace

    from collectbench.cli import exits, refusals, request
    from collectbench.cli.dry_run import show_commands
    from collectbench.cli.stored import stored_document
    from collectbench.model.diagnosis import Diagnosis
    from collectbench.model.sample import RoundKind
    from collectbench.store.documents import DIAGNOSIS
    from collectbench.usecases.child_commands import child_commands, subset_commands, worker_commands
    from collectbench.usecases.diagnosing.diagnose import InterruptedDiagnosis, diagnose, in_turn
    from collectbench.usecases.diagnosing.durations import junit_durations
    from collectbench.usecases.diagnosing.explaining import explanation, selected_causes
    from collectbench.usecases.diagnosing.next_steps import next_steps
    from collectbench.usecases.diagnosing.scaling import Scaling
    from collectbench.usecases.diagnosing.workers import WorkersStudy
    from collectbench.usecases.explained_targets import with_explained_targets
    from collectbench.usecases.mistakes import Mistakes
    from collectbench.usecases.proving.options import ProveOptions, prove_options
    from collectbench.usecases.proving.prove import Prover

    if explain is not None:
        typer.echo(explanation(explain))
        return
    mistakes = Mistakes()
    if dry_run:
        refusals.refuse(refusals.IN_DRY_RUN, context, mistakes)
        refusals.refuse(refusals.EXPERIMENTS_IN_DRY_RUN, context, mistakes)
    outlets = request.outlets(context, Diagnosis, mistakes)
    selected, ignored = options.names(select), options.names(ignore)
    scaled = Scaling.ON if scaling else Scaling.OFF
    causes = mistakes.attempt(lambda: selected_causes(selected, ignored, scaled), otherwise=frozenset[str]())
    experiments = mistakes.attempt(
        lambda: prove_options(try_ or (), findings=prove, net=net, pairs=pairs, worktree=worktree),
        otherwise=ProveOptions(),
    )
    durations = mistakes.attempt(lambda: junit_durations(junit, workers or ()), otherwise=None)
    if from_file is not None:
        stored = stored_document(context, from_file, DIAGNOSIS, mistakes)
        steps = next_steps(stored.document, request.wording(context).typed, top)
        replace(outlets, next_steps=steps).write(stored.document, root=stored.root)
        return
    project = with_explained_targets(request.open_project(context, mistakes))
    if dry_run:
        commands = child_commands(project, (RoundKind.TRACED, RoundKind.TIMED))
        show_commands(worker_commands(subset_commands(project, commands) if scaling else commands, workers or ()))
        return
    feedback = request.feedback(context)
    prover = Prover(project=project, options=experiments, feedback=feedback, typed=request.wording(context).typed)
    study = WorkersStudy(project=project, numbers=workers or (), durations=durations, feedback=feedback)
    try:
        diagnosis = prover.finished(
            diagnose(
                project, feedback, causes, scaled, in_turn(prover.proven, study.added), least_rounds=experiments.rounds
            ),
        )
    except InterruptedDiagnosis as interrupted:
        outlets.write(interrupted.diagnosis, root=project.root)
        raise
    advice = () if quiet else next_steps(diagnosis, prover.typed, top)
    replace(outlets, next_steps=advice).write(diagnosis, root=project.root)
    raise typer.Exit(exits.of_diagnosis(diagnosis))
