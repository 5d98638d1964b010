"""`collectbench verify`: run the tests, record their outcomes or compare them with the recorded ones."""

from __future__ import annotations

import typer

from collectbench.cli import options, verify_options


def command(
    context: typer.Context,
    targets: options.Targets = None,
    markers: verify_options.Markers = "",
    keywords: verify_options.Keywords = "",
    record_state: verify_options.Record = False,
    state: verify_options.State = None,
    expect_failures: verify_options.ExpectFailures = False,
    min_success: verify_options.MinSuccess = None,
    fast_fail: verify_options.FastFail = False,
    reruns: verify_options.Reruns = 2,
    allow_mismatch: verify_options.AllowMismatch = False,
    on_inconclusive: verify_options.OnInconclusive = "warn",
    config: options.ConfigFile = None,
    python: options.Python = None,
    depth: options.Depth = None,
    timeout: verify_options.Timeout = None,
    max_time: options.MaxTime = None,
    export: verify_options.Export = None,
    format_: verify_options.Format = "text",
    output: options.Output = None,
    dry_run: options.DryRun = False,
    no_progress: options.NoProgress = False,
    show_output: options.ShowOutput = False,
    quiet: options.Quiet = False,
    verbose: verify_options.Verbose = False,
) -> None:
    """Run the tests of each target in a process of its own, and tell whether they still do what they did.

    Record the outcomes first (--record), change the code, and compare. Everything after -- goes to pytest.
    """
    from dataclasses import replace

    from collectbench.cli import exits, refusals, request
    from collectbench.cli.dry_run import show_commands
    from collectbench.cli.exports import with_exports
    from collectbench.measure.round.request import RUN_TESTS
    from collectbench.model.sample import RoundKind
    from collectbench.model.verification import Choice, Verification
    from collectbench.usecases.child_commands import child_commands
    from collectbench.usecases.mistakes import Mistakes
    from collectbench.usecases.verifying.options import TIMEOUT_S, VerifyOptions, refusals_of, with_chosen_tests
    from collectbench.usecases.verifying.verify import verify

    mistakes, feedback = Mistakes(), request.feedback(context)
    for applies, unused in (
        (dry_run, refusals.IN_DRY_RUN),
        (record_state, refusals.WHEN_RECORDING),
        (expect_failures, refusals.WITH_EXPECTED_FAILURES),
    ):
        if applies:
            refusals.refuse(unused, context, mistakes)
    mistakes.add(*refusals_of(context.obj.pytest_args))
    if on_inconclusive not in ("warn", "fail"):
        mistakes.add(f"--on-inconclusive {on_inconclusive}: give warn or fail")
    outlets = request.outlets(context, Verification, mistakes)
    outlets = mistakes.attempt(lambda: with_exports(outlets, export or ()), otherwise=outlets)
    wanted = VerifyOptions(
        choice=Choice(markers=markers.strip(), keywords=keywords.strip()),
        state_file=state,
        record=record_state,
        expect_failures=expect_failures,
        min_success=min_success,
        fast_fail=fast_fail,
        reruns=reruns,
        allow_mismatch=allow_mismatch,
        timeout_s=TIMEOUT_S if timeout is None else timeout,
    )
    project = with_chosen_tests(request.open_project(context, mistakes), wanted.choice)
    if dry_run:
        show_commands(child_commands(project, (RoundKind.OUTCOMES,), pytest_args=RUN_TESTS))
        return
    verified = verify(project, wanted, feedback, request.wording(context, project.root))
    document = replace(verified.document, hints=()) if quiet else verified.document
    outlets.write(document, root=project.root)
    if verified.message and not quiet:
        feedback.say(verified.message)
    raise typer.Exit(exits.of_verification(verified.document, fail_when_inconclusive=on_inconclusive == "fail"))
