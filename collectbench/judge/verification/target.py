"""Judges one target: what changed, how much succeeds, and the verdict with its reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.judge.verification.changes import Changes, changes_of, missing_of, new_errors, with_reruns
from collectbench.judge.verification.run import TargetRun
from collectbench.model.collected_state import CollectError
from collectbench.model.comparison import Verdict
from collectbench.model.sample import Status
from collectbench.model.verification import (
    FAILURES,
    SUCCESSES,
    Case,
    FlakyTest,
    Outcome,
    OutcomeChange,
    TargetVerification,
)


class Expectation(Enum):
    """What the tests have to do."""

    SAME = "do what they did"
    """Each test ends as it is recorded."""
    FAIL = "fail"
    """Every test fails: what they test is not there yet. Nothing is compared."""
    PASS = "pass"
    """Every test passes: the state of this target was recorded when all had to fail."""
    NOTHING = "nothing"
    """There is no state, or it is recorded now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is asked of the tests; `min_success` is the least success percentage, None for no limit."""

    expectation: Expectation = Expectation.SAME
    min_success: float | None = None

    def of(self, run: TargetRun) -> Terms:
        """The terms of one target."""
        must_pass = self.expectation is Expectation.SAME and run.recorded.must_pass
        return replace(self, expectation=Expectation.PASS) if must_pass else self

    @property
    def compares(self) -> bool:
        """Whether outcomes are compared with a recorded state."""
        return self.expectation in (Expectation.SAME, Expectation.PASS)


def judge_target(run: TargetRun, terms: Terms, collected: Collection[str]) -> TargetVerification:
    """The verification of a target; `collected` are the ids of all targets, since a test may have moved to another."""
    terms = terms.of(run)
    cases, flaky = run.cases, tuple[FlakyTest, ...]()
    changes, missing = Changes(), tuple[OutcomeChange, ...]()
    if terms.compares and run.recorded.is_known:
        cases, flaky = with_reruns(run.recorded.outcomes, run.cases, run.reruns)
        changes = changes_of(run.recorded.outcomes, cases)
        if _is_same_choice(run) and _was_collected(run):
            missing = missing_of(run.recorded.outcomes, collected)
    counts = Counter(case.outcome for case in cases)
    verification = TargetVerification(
        name=run.name,
        paths=run.paths,
        verdict=Verdict.PASS,
        status=run.status,
        message=run.message,
        node_ids_from=run.node_ids_from,
        choice=run.choice,
        expects_failures=terms.expectation is Expectation.FAIL,
        passed=counts[Outcome.PASSED],
        failed=counts[Outcome.FAILED] + counts[Outcome.CRASHED] + counts[Outcome.TIMEOUT],
        errors=counts[Outcome.ERROR],
        skipped=counts[Outcome.SKIPPED],
        xfailed=counts[Outcome.XFAILED],
        xpassed=counts[Outcome.XPASSED],
        not_run=counts[Outcome.NOT_RUN],
        success_percent=success_percent(cases),
        wall_s=run.wall_s,
        newly_failing=changes.newly_failing,
        newly_passing=changes.newly_passing,
        changed=changes.changed,
        missing=missing,
        new=changes.new,
        flaky=flaky,
        not_as_expected=tuple(_not_as_expected(cases, terms.expectation)),
        collect_errors=run.errors,
        new_collect_errors=_new_errors(run, terms),
        tests=cases,
        notes=(*run.notes, *_notes(run, terms)),
    )
    verdict, reasons = _verdict(verification, run, terms)
    return replace(verification, verdict=verdict, reasons=tuple(reasons))


def success_percent(cases: Iterable[Case]) -> float | None:
    """Tests that passed, xfailed or xpassed, in per cent of those that did or failed; None if there are none."""
    counts = Counter(case.outcome for case in cases)
    successes, failures = (sum(counts[outcome] for outcome in kinds) for kinds in (SUCCESSES, FAILURES))
    return 100 * successes / (successes + failures) if successes + failures else None


def _was_collected(run: TargetRun) -> bool:
    """Whether the tests that are there now are known."""
    return bool(run.cases) or run.status not in {*WITHOUT_COLLECTION, Status.NOT_MEASURED}


def _is_same_choice(run: TargetRun) -> bool:
    return run.recorded.choices == (run.choice,)


def _new_errors(run: TargetRun, terms: Terms) -> tuple[CollectError, ...]:
    return new_errors(run.recorded.errors, run.errors) if terms.compares and run.recorded.is_known else ()


def _not_as_expected(cases: Iterable[Case], expectation: Expectation) -> Iterator[OutcomeChange]:
    for case in cases:
        wrong = {
            Expectation.FAIL: case.outcome not in FAILURES and case.outcome is not Outcome.NOT_RUN,
            Expectation.PASS: case.outcome in FAILURES,
        }
        if wrong.get(expectation, False):
            yield OutcomeChange(nodeid=case.nodeid, before=None, now=case.outcome, message=case.message)


def _notes(run: TargetRun, terms: Terms) -> Iterator[str]:
    if not terms.compares or not run.recorded.is_known or _is_same_choice(run):
        return
    recorded = ", ".join(map(str, run.recorded.choices))
    yield (
        f"the state holds {recorded}, and this run chose {run.choice}: only tests that both have are compared,"
        " and missing tests are not reported"
    )


def _verdict(target: TargetVerification, run: TargetRun, terms: Terms) -> tuple[Verdict, list[str]]:
    """The verdict, and the reasons that decide it."""
    if target.status is Status.NOT_MEASURED:
        return Verdict.INCONCLUSIVE, [run.message]
    if not target.tests and (target.collect_errors or target.status in WITHOUT_COLLECTION):
        return Verdict.ERROR, [run.message]
    failures = [*_failures(target, terms)]
    not_run = [f"{tests(target.not_run)} did not run: {run.message}"] if target.not_run else []
    if failures or not_run:
        return Verdict.FAIL if failures else Verdict.INCONCLUSIVE, [*failures, *not_run]
    if terms.compares and not run.recorded.is_known:
        return Verdict.INCOMPARABLE, ["the state does not have this target"]
    return Verdict.PASS, []


def _failures(target: TargetVerification, terms: Terms) -> Iterator[str]:
    kinds: Sequence[tuple[Sequence[object], str, str]] = (
        (target.newly_failing, "newly fails", "newly fail"),
        (target.newly_passing, "newly passes", "newly pass"),
        (target.changed, "has another outcome", "have another outcome"),
        (target.missing, "is missing", "are missing"),
    )
    if terms.expectation is Expectation.SAME:
        yield from (f"{tests(len(found))} {one if len(found) == 1 else many}" for found, one, many in kinds if found)
    elif terms.compares and target.missing:
        yield f"{tests(len(target.missing))} {'is' if len(target.missing) == 1 else 'are'} missing"
    if wrong := len(target.not_as_expected):
        how = "did not fail" if terms.expectation is Expectation.FAIL else "still fails" if wrong == 1 else "still fail"
        yield f"{tests(wrong)} {how}"
    if errors := len(target.new_collect_errors):
        yield f"{errors} new collection {'error' if errors == 1 else 'errors'}"
    percent = target.success_percent
    if terms.min_success is not None and percent is not None and percent < terms.min_success:
        yield f"{percent:.1f} % succeed, less than {terms.min_success:g} %"


def tests(number: int) -> str:
    """A number of tests in words."""
    return f"{number:,} test" if number == 1 else f"{number:,} tests"
