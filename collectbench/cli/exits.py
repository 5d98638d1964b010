"""Exit codes, and the one of each finished document."""

from __future__ import annotations

from enum import IntEnum

from collectbench.judge.verdicts import WITHOUT_COLLECTION, is_nothing_collected, why_not_collected
from collectbench.model.comparison import Comparison, Verdict
from collectbench.model.costs import Profile
from collectbench.model.diagnosis import Diagnosis
from collectbench.model.doctor import Checkup
from collectbench.model.errors import BaselineError, CollectbenchError, CollectionError, UsageError
from collectbench.model.fixes import Fate, FixReport, Undone
from collectbench.model.history import History
from collectbench.model.lint import LintReport
from collectbench.model.run import Run
from collectbench.model.sample import Status
from collectbench.model.verification import Verification


class ExitCode(IntEnum):
    """The exit codes of all commands. If several apply, the first of 130, 2, 6, 4, 5, 1, 70, 3, 0."""

    OK = 0
    FAIL = 1
    USAGE = 2
    INCONCLUSIVE = 3
    NOT_COLLECTED = 4
    NOTHING_COLLECTED = 5
    BASELINE = 6
    FAULT = 70
    """A fault of collectbench itself (EX_SOFTWARE of sysexits.h)."""
    INTERRUPTED = 130


BY_ERROR: dict[type[CollectbenchError], ExitCode] = {
    UsageError: ExitCode.USAGE,
    BaselineError: ExitCode.BASELINE,
    CollectionError: ExitCode.NOT_COLLECTED,
}


def of_run(run: Run) -> ExitCode:
    """The exit code of `baseline`: whether every target could be collected. Budgets never decide."""
    if any(map(why_not_collected, run.results)):
        return ExitCode.NOT_COLLECTED
    return ExitCode.NOTHING_COLLECTED if is_nothing_collected(run) else ExitCode.OK


def of_profile(profile: Profile) -> ExitCode:
    """The exit code of `profile`: whether there was a collection to explain."""
    counts = profile.counts
    if profile.status in WITHOUT_COLLECTION or (counts and counts.errors and not counts.items):
        return ExitCode.NOT_COLLECTED
    return ExitCode.OK if counts and counts.items else ExitCode.NOTHING_COLLECTED


def of_diagnosis(diagnosis: Diagnosis) -> ExitCode:
    """The exit code of `diagnose`: whether there was a collection to explain; findings never decide."""
    targets = diagnosis.targets
    for target in targets:
        counts = target.counts
        if target.status in WITHOUT_COLLECTION or (counts and counts.errors and not counts.items):
            return ExitCode.NOT_COLLECTED
    collected = any(target.counts and target.counts.items for target in targets)
    return ExitCode.OK if collected else ExitCode.NOTHING_COLLECTED


def of_checkup(checkup: Checkup) -> ExitCode:
    """The exit code of `doctor`: whether it could do its work; warnings about the machine never decide."""
    comparison = checkup.self_comparison
    if comparison is not None and comparison.message:
        return ExitCode.NOT_COLLECTED
    is_empty = comparison is not None and comparison.status is Status.EMPTY
    return ExitCode.NOTHING_COLLECTED if is_empty else ExitCode.OK


def of_lint(report: LintReport, *, recorded: bool, expect_violations: bool) -> ExitCode:
    """The exit code of `lint`: whether there is a violation, or a file that could not be checked.

    A recorded report accepts everything in it. If violations are expected, their absence fails.
    """
    if expect_violations:
        return ExitCode.OK if report.violations else ExitCode.FAIL
    if recorded:
        return ExitCode.OK
    return ExitCode.FAIL if report.violations or report.unreadable else ExitCode.OK


def of_history(history: History) -> ExitCode:
    """The exit code of `history`: with `--bisect`, whether the commit was found. Steps never decide."""
    is_lost = history.bisection is not None and history.bisection.commit is None
    return ExitCode.INCONCLUSIVE if is_lost else ExitCode.OK


def of_fix(report: FixReport, *, applied: bool, checked: bool) -> ExitCode:
    """The exit code of `fix`: with `--apply`, whether all edits are written; with `--check`, whether there are none."""
    if applied:
        return ExitCode.FAIL if report.number(Fate.TAKEN_BACK) or report.failures else ExitCode.OK
    return ExitCode.FAIL if checked and report.files else ExitCode.OK


def of_undone(undone: Undone) -> ExitCode:
    """The exit code of `fix --undo`: whether each file has its old bytes again."""
    return ExitCode.FAIL if undone.left else ExitCode.OK


def of_verification(verification: Verification, *, fail_when_inconclusive: bool) -> ExitCode:
    """The exit code of `verify`: whether the tests were collected, ran, and did what they should.

    A state that has none of the targets is as good as none.
    """
    verdicts = {target.verdict for target in verification.targets}
    if Verdict.ERROR in verdicts:
        return ExitCode.NOT_COLLECTED
    if not any(target.tests or target.verdict is Verdict.INCONCLUSIVE for target in verification.targets):
        return ExitCode.NOTHING_COLLECTED
    if verdicts == {Verdict.INCOMPARABLE}:
        return ExitCode.BASELINE
    if Verdict.FAIL in verdicts:
        return ExitCode.FAIL
    if fail_when_inconclusive and verdicts & {Verdict.INCONCLUSIVE, Verdict.INCOMPARABLE}:
        return ExitCode.INCONCLUSIVE
    return ExitCode.OK


def of_comparison(comparison: Comparison, run: Run, *, fail_when_inconclusive: bool) -> ExitCode:
    """The exit code of `compare`: the first that applies, in the order of `ExitCode`."""
    judged = comparison.rows
    changes = [target.change for target in judged if target.change]
    collected = of_run(run)
    if comparison.refusal and any(change.verdict is Verdict.INCOMPARABLE for change in changes):
        return ExitCode.BASELINE
    if collected is not ExitCode.OK:
        return collected
    if comparison.verdict in (Verdict.FAIL, Verdict.ERROR):
        return ExitCode.FAIL
    if fail_when_inconclusive and comparison.verdict in (Verdict.INCONCLUSIVE, Verdict.INCOMPARABLE):
        return ExitCode.INCONCLUSIVE
    return ExitCode.OK
