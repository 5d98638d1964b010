"""The sentences of a report that tell a verdict: on limits and goals, changes, and tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectbench.judge.verdicts import worst
from collectbench.model.comparison import Change, Check, Comparison, TargetComparison, Verdict
from collectbench.model.handover import Progress
from collectbench.model.units import format_ratio
from collectbench.model.verification import Verification
from collectbench.render.parts.prose import list_names
from collectbench.render.parts.quantities import pluralize


def limits(rows: Sequence[Progress]) -> Iterator[tuple[str, str]]:
    """Yield how many budgets and other limits hold and how many goals are reached, with the names of the others."""
    for gates, noun, done, missed in (
        (True, "budget", "held", "exceeded"),
        (True, "limit", "held", "not met"),
        (False, "goal", "reached", "not reached"),
    ):
        checks = [(row.name, check) for row in rows for check in row.checks if _noun(check) == noun]
        if not checks:
            continue
        failed = list(dict.fromkeys(name for name, check in checks if check.verdict is Verdict.FAIL))
        unknown = sum(check.verdict not in (Verdict.PASS, Verdict.FAIL) for _, check in checks)
        held = sum(check.verdict is Verdict.PASS for _, check in checks)
        parts = [f"{held} of {pluralize(len(checks), noun)} {done}"]
        if failed:
            parts.append(f"{missed}: {list_names(failed)}")
        if unknown:
            parts.append(f"{unknown} undecided")
        yield _word_of_limits(gates=gates, failed=bool(failed), unknown=bool(unknown)), f"{'; '.join(parts)}."


def _noun(check: Check) -> str:
    if not check.gates:
        return "goal"
    return "budget" if check.key.endswith("budget") else "limit"


def _word_of_limits(*, gates: bool, failed: bool, unknown: bool) -> str:
    """A goal is reached or not, and never fails."""
    if not gates:
        return "not reached" if failed else "unknown" if unknown else "reached"
    verdict = Verdict.FAIL if failed else Verdict.INCONCLUSIVE if unknown else Verdict.PASS
    return verdict.value


def changes(comparison: Comparison | None) -> Iterator[tuple[str, str]]:
    """Yield which targets are slower, wait longer or do more, and whether the others are known not to."""
    rows = [row for row in comparison.rows if row.change] if comparison else []
    if comparison is None or not rows:
        return
    by_verdict: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
    for row in rows:
        by_verdict[worst(_verdicts_of_time(row))].append(row.name)
    slower = [row.name for row in rows if row.change and row.change.verdict is Verdict.FAIL]
    waiting = [row.name for row in rows if row.waits and row.waits.verdict is Verdict.FAIL]
    others = [row.name for row in rows if _fails_otherwise(row)]
    quicker = [f"{row.name} {change}" for row in rows if row.change and (change := _surely_less(row.change))]
    how = "measured in pairs" if comparison.mode == "paired" else "stored runs compared"
    parts = [
        f"{words}: {list_names(names)}"
        for words, names in (
            ("slower", slower),
            ("longer waits", waiting),
            ("more work, or lost tests", others),
            ("less CPU time", quicker),
        )
        if names
    ]
    if unclear := by_verdict[Verdict.INCONCLUSIVE]:
        parts.append(f"{len(unclear)} undecided")
    if apart := by_verdict[Verdict.INCOMPARABLE]:
        parts.append(f"{len(apart)} not comparable")
    parts.append(f"{len(by_verdict[Verdict.PASS])} of {pluralize(len(rows), 'target')} within the margin")
    fails = slower or waiting or others
    word = Verdict.FAIL if fails else Verdict.INCONCLUSIVE if unclear or apart else Verdict.PASS
    yield word.value, f"{'; '.join(parts)} ({how})."


def _verdicts_of_time(row: TargetComparison) -> list[Verdict]:
    return [part.verdict for part in (row.change, row.waits) if part is not None]


def _surely_less(change: Change) -> str:
    """Return how much less time a target takes; empty unless the whole interval is below the time before."""
    if change.ratio is None or change.ci95 is None or change.ci95[1] >= 1:
        return ""
    return format_ratio(change.ratio)


def _fails_otherwise(row: TargetComparison) -> bool:
    """Whether neither time nor a limit is the reason: counters of work, new errors, or tests that are gone."""
    decided = [*_verdicts_of_time(row), *([row.budget.verdict] if row.budget else [])]
    return row.verdict is Verdict.FAIL and Verdict.FAIL not in decided


def outcomes(verification: Verification) -> Iterator[tuple[str, str]]:
    """Yield how many tests passed, and what became worse; that nothing did only if all targets were compared."""
    targets = verification.targets
    words = {target.verdict for target in targets}
    harm = [
        f"{number:,} {name}"
        for number, name in (
            (sum(len(target.newly_failing) for target in targets), "newly failing"),
            (sum(len(target.missing) for target in targets), "missing"),
            (sum(len(target.not_as_expected) for target in targets), "not as expected"),
        )
        if number
    ]
    unsure = [
        f"{pluralize(number, 'target')} {name}"
        for verdict, name in (
            (Verdict.ERROR, "not collected"),
            (Verdict.INCONCLUSIVE, "undecided"),
            (Verdict.INCOMPARABLE, "without a recorded state"),
        )
        if (number := sum(target.verdict is verdict for target in targets))
    ]
    if not harm and verification.compared_with and words == {Verdict.PASS}:
        harm = ["none newly failing or missing"]
    passed = pluralize(sum(target.passed for target in targets), "test")
    yield verification.verdict.value, f"{'; '.join((f'{passed} passed', *harm, *unsure))}."
