"""The text of a document besides its table: the environment, the phases, and statements about targets.

This module makes names printable, because a newline in a name would end its line. All other text from the
measured project is raw, and each format escapes it in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from collectbench.model.comparison import Budget, Comparison, Effort, TargetComparison, Verdict
from collectbench.model.counter_names import DIFFERS, NOUNS, ONCE
from collectbench.model.report import RunReport
from collectbench.model.run import Environment, TargetResult
from collectbench.model.sample import Status
from collectbench.model.shard import Shard
from collectbench.model.target import TargetList
from collectbench.model.units import format_duration
from collectbench.render.parts.costs import cost_text
from collectbench.render.parts.escape import printable
from collectbench.render.parts.quantities import pluralize, time_scale

NAMES_SHOWN = 3
_TRADEMARK = re.compile(r"\((?:R|TM)\)|\bCPU\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`word: text`, as in `hint: ...` or `fail: tests/api: ...`; `detail` holds pytest's own lines."""

    word: str
    text: str
    detail: str = ""


def state(word: str, text: str) -> Statement:
    """Return a statement; the lines of `text` after the first become its detail, as in messages of pytest."""
    first, _, rest = text.partition("\n")
    return Statement(word=word, text=first, detail=rest)


def stamp(environment: Environment) -> list[str]:
    """Return the facts besides the code that the figures depend on, in pieces."""
    python = f"Python {environment.python}"
    if environment.implementation.lower() != "cpython":
        python = f"{environment.implementation} ({python})"
    cpu = " ".join(_TRADEMARK.sub(" ", environment.cpu_model).split())
    return [
        python,
        f"pytest {environment.pytest}{f' ({environment.pytest_config})' if environment.pytest_config else ''}",
        *([f"started in {environment.started_in}"] if environment.started_in not in (None, ".") else []),
        pluralize(len(environment.plugins), "plugin"),
        environment.platform,
        f"{environment.cpu_count} × {cpu}" if cpu else pluralize(environment.cpu_count, "CPU"),
        f"bytecode {environment.bytecode}",
        *(f"{name}={value}" for name, value in environment.flags.items()),
    ]


def run_stamp(report: RunReport) -> list[str]:
    """Return the environment of a run, the speed of the machine, and the commit."""
    run, speed = report.run, report.machine_speed
    return [
        *stamp(run.environment),
        *([f"machine speed {speed:.2f}"] if speed else []),
        *([f"commit {run.commit[:7]}{' (dirty)' if run.dirty else ''}"] if run.commit else []),
        *_shard(run.shard),
    ]


def _shard(shard: Shard | None) -> list[str]:
    if shard is None:
        return []
    return [f"shard {shard.index} of {shard.count}", *([f"plan {shard.digest}"] if shard.digest else [])]


def comparison_stamp(comparison: Comparison) -> list[str]:
    """Return the environment of a comparison and its baseline."""
    baseline = "budgets only, no baseline" if any(row.budget for row in comparison.rows) else "no baseline"
    if comparison.baseline is not None:
        baseline = f"against {comparison.baseline} ({comparison.mode})"
    return [*stamp(comparison.environment), baseline, *_shard(comparison.shard)]


def listing_stamp(listing: TargetList) -> list[str]:
    """Return the rootdir, where pytest starts, and the file that configures the targets."""
    return [
        listing.rootdir,
        f"configured by {listing.configuration}" if listing.configuration else "no configuration file",
    ]


def phases(report: RunReport) -> tuple[str, list[str]] | None:
    """Return a title that names the target, and its phases in their order; None if no target has phases."""
    result = report.explained
    if result is None:
        return None
    return phase_list("the suite" if result is report.run.suite else printable(result.name), result.phases)


def phase_list(owner: str, seconds: dict[str, float]) -> tuple[str, list[str]]:
    """Return a title, and each phase with its time."""
    total_s = sum(seconds.values())
    scale = time_scale([total_s])
    pieces = [f"{phase} {scale.amount(phase_s)}" for phase, phase_s in seconds.items()]
    return f"phases of {owner} ({scale.amount(total_s)})", pieces


def work(report: RunReport) -> Iterator[tuple[str, list[str]]]:
    """Yield a title for each target with counters, and the counters; those that do not repeat are marked."""
    run = report.run
    for result in run.results:
        if result.counters is not None:
            reason = ONCE if result.counted_once else DIFFERS
            marks = dict.fromkeys(result.unstable, f" ({reason})")
            pieces = [_amount(name, number) + marks.get(name, "") for name, number in result.counters.items()]
            yield f"work of {'the suite' if result is run.suite else printable(result.name)}", pieces


def _amount(name: str, number: int) -> str:
    return pluralize(number, *NOUNS.get(name, (name, name)))


def run_statements(report: RunReport) -> Iterator[Statement]:
    """Yield failures, limits that are not met, notes, hints: in this order."""
    run = report.run
    results = run.results
    for result in results:
        if result.status not in (Status.OK, Status.NOT_MEASURED):  # a note says why it was not measured
            yield _failure(result)
    for name, budget in report.budgets.items():
        yield from _unmet(name, budget)
    yield from (state("note", note) for note in run.notes)
    notes = ((result.name, note) for result in results for note in result.notes)
    yield from (state("note", text) for text in _by_reason(notes, len(results)))
    yield from (state("hint", hint) for hint in report.hints)


def _failure(result: TargetResult) -> Statement:
    """Return the status and the message: beside the name if it is one line, else below it."""
    word, name, message = result.status.value, printable(result.name), result.message.strip("\n")
    if "\n" in message:
        return Statement(word=word, text=name, detail=message)
    return Statement(word=word, text=f"{name}: {message}" if message else name)


def _unmet(name: str, budget: Budget) -> Iterator[Statement]:
    """Yield the checks that do not pass. A missed goal does not fail the gate, so its word is `goal`."""
    for check in budget.checks:
        if check.warning:
            yield state("warning", f"{printable(name)}: {check.warning}")
        if check.verdict is not Verdict.PASS:
            word = check.verdict.value if check.gates else "goal"
            yield state(word, f"{printable(name)}: {check.reason}")


def comparison_statements(comparison: Comparison, *, verbose: bool) -> Iterator[Statement]:
    """Yield the reasons of every target that does not pass (of all with `verbose`), warnings, remarks, notes."""
    rows = comparison.rows
    for verdict in Verdict:
        if verdict is not Verdict.PASS or verbose:
            yield from reason_statements(comparison, verdict)
    warnings = ((row.name, check.warning) for row in rows if row.budget for check in row.budget.checks if check.warning)
    yield from (state("warning", text) for text in _by_reason(warnings, len(rows)))
    remarks = ((row.name, remark) for row in rows for remark in row.remarks)
    yield from (state("note", text) for text in _by_reason(remarks, len(rows)))
    if comparison.refusal:
        yield state(Verdict.INCOMPARABLE.value, comparison.refusal)
    yield from (state("cost", cost_text(cost)) for cost in comparison.costs)
    yield from (state("note", text) for text in _effort_texts(comparison, verbose=verbose))
    yield from (state("note", note) for note in comparison.notes)


def _effort_texts(comparison: Comparison, *, verbose: bool) -> Iterator[str]:
    """Yield what the answer cost and what was spared; with `verbose`, why each target was measured nevertheless."""
    effort, rows = comparison.effort, comparison.rows
    if effort is not None and effort.unaffected:
        yield _effort_text(effort, rows)
    if verbose:
        affected = ((row.name, f"measured, since {row.affected}") for row in rows if row.affected)
        yield from _by_reason(affected, len(rows))


def _effort_text(effort: Effort, rows: Sequence[TargetComparison]) -> str:
    """Return how many targets were measured, how many were spared by which run, and what that took."""
    vouching = {row.unaffected.baseline: row.unaffected.commit for row in rows if row.unaffected is not None}
    baselines = ", ".join(f"{name} ({commit[:10]})" if commit else name for name, commit in vouching.items())
    spent = f"{pluralize(effort.rounds, 'round')}, {format_duration(effort.wall_s)}"
    return (
        f"{effort.measured} of {pluralize(len(rows), 'target')} measured, {effort.unaffected} unaffected since the "
        f"baseline {baselines}: {spent}"
    )


def reason_statements(comparison: Comparison, verdict: Verdict) -> Iterator[Statement]:
    """Yield the reasons of the targets with a verdict, without the refusal, which all targets share."""
    rows = (row for row in comparison.rows if row.verdict is verdict)
    reasons = ((row.name, reason) for row in rows for reason in row.reasons if reason != comparison.refusal)
    shared = _without_shared_end(list(reasons)) if verdict is Verdict.INCONCLUSIVE else reasons
    yield from (state(verdict.value, text) for text in _by_reason(shared, len(comparison.rows)))


def verdict_statement(comparison: Comparison) -> Statement:
    """Return the overall verdict, with the counts behind it."""
    reasons = f" ({', '.join(comparison.reasons)})" if comparison.reasons else ""
    return state("verdict", f"{comparison.verdict.value}{reasons}")


def list_names(names: Sequence[str]) -> str:
    """Return the first few names and the number of the others: `a, b, c and 4 more`."""
    surplus = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f" and {surplus} more" if surplus > 0 else "")


def _without_shared_end(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield pairs of name and reason; clauses at the end of all reasons, such as the remedy, are a reason of their own.

    A clause ends with `; `. The first clause of a reason stays with it.
    """
    clauses = [reason.split("; ") for _, reason in pairs]
    longest = min(map(len, clauses), default=1) - 1 if len(set(map(tuple, clauses))) > 1 else 0
    shared = next((size for size in range(longest, 0, -1) if len({tuple(parts[-size:]) for parts in clauses}) == 1), 0)
    if not shared:
        yield from pairs
        return
    yield from ((name, "; ".join(parts[:-shared])) for (name, _), parts in zip(pairs, clauses, strict=True))
    yield from ((name, "; ".join(parts[-shared:])) for (name, _), parts in zip(pairs, clauses, strict=True))


def _by_reason(pairs: Iterable[tuple[str, str]], everyone: int) -> Iterator[str]:
    """Yield `names: reason` for pairs of name and reason; a reason of many targets appears once.

    `everyone` is the number of all targets.
    """
    names: dict[str, list[str]] = {}
    for name, reason in pairs:
        names.setdefault(reason, []).append(printable(name))
    for reason, shared in names.items():
        yield f"{list_names(shared) if len(shared) < max(everyone, NAMES_SHOWN + 1) else 'all targets'}: {reason}"
