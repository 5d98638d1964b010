"""What a document says besides its table: the environment, the phases, and statements about targets.

Names are made printable here, since a newline in one would end its line. Everything else that comes
from the measured project is raw, and each format escapes all of it in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collectbench.model.comparison import Budget, Comparison, TargetComparison, Verdict
from collectbench.model.counter_names import DIFFERS, NOUNS, ONCE
from collectbench.model.report import RunReport
from collectbench.model.run import Environment, Shard, TargetResult
from collectbench.model.sample import Status
from collectbench.model.target import TargetList
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
    """A statement whose text may go on in further lines, as messages of pytest do."""
    first, _, rest = text.partition("\n")
    return Statement(word=word, text=first, detail=rest)


def stamp(environment: Environment) -> list[str]:
    """What the figures depend on besides the code, in pieces."""
    python = f"Python {environment.python}"
    if environment.implementation.lower() != "cpython":
        python = f"{environment.implementation} ({python})"
    cpu = " ".join(_TRADEMARK.sub(" ", environment.cpu_model).split())
    return [
        python,
        f"pytest {environment.pytest}",
        pluralize(len(environment.plugins), "plugin"),
        environment.platform,
        f"{environment.cpu_count} × {cpu}" if cpu else pluralize(environment.cpu_count, "CPU"),
        f"bytecode {environment.bytecode}",
        *(f"{name}={value}" for name, value in environment.flags.items()),
    ]


def run_stamp(report: RunReport) -> list[str]:
    """The environment of a run, how quick the machine was, and the commit it was made of."""
    run, speed = report.run, report.machine_speed
    return [
        *stamp(run.environment),
        *([f"machine speed {speed:.2f}"] if speed else []),
        *([f"commit {run.commit[:7]}{' (dirty)' if run.dirty else ''}"] if run.commit else []),
        *_shard(run.shard),
    ]


def _shard(shard: Shard | None) -> list[str]:
    return [f"shard {shard.index} of {shard.count}"] if shard else []


def comparison_stamp(comparison: Comparison) -> list[str]:
    """The environment of a comparison and what was held against what."""
    against = "budgets only, no baseline"
    if comparison.baseline is not None:
        against = f"against {comparison.baseline} ({comparison.mode})"
    return [*stamp(comparison.environment), against, *_shard(comparison.shard)]


def listing_stamp(listing: TargetList) -> list[str]:
    """Where pytest is started, and what says which targets there are."""
    return [
        listing.rootdir,
        f"by {listing.configuration}" if listing.configuration else "no configuration file",
    ]


def phases(report: RunReport) -> tuple[str, list[str]] | None:
    """Whose phases they are, and how long each took, in the order in which they happen."""
    result = report.explained
    if result is None:
        return None
    return phase_list("the suite" if result is report.run.suite else printable(result.name), result.phases)


def phase_list(whose: str, seconds: dict[str, float]) -> tuple[str, list[str]]:
    """A title, and each phase with its time."""
    total_s = sum(seconds.values())
    scale = time_scale([total_s])
    pieces = [f"{phase} {scale.amount(phase_s)}" for phase, phase_s in seconds.items()]
    return f"phases of {whose} ({scale.amount(total_s)})", pieces


def work(report: RunReport) -> Iterator[tuple[str, list[str]]]:
    """Whose work it is, and each of its counters; what does not repeat is marked."""
    run = report.run
    for result in run.results:
        if result.counters is not None:
            why = ONCE if result.counted_once else DIFFERS
            unstable = dict.fromkeys(result.unstable, f" ({why})")
            pieces = [_amount(name, number) + unstable.get(name, "") for name, number in result.counters.items()]
            yield f"work of {'the suite' if result is run.suite else printable(result.name)}", pieces


def _amount(name: str, number: int) -> str:
    one, several = NOUNS.get(name, (name, name))
    return f"{number:,} {one if number == 1 else several}"


def run_statements(report: RunReport) -> Iterator[Statement]:
    """What went wrong, limits that do not hold, notes, hints: in this order."""
    run = report.run
    results = run.results
    for result in results:
        if result.status is not Status.OK:
            yield _outcome(result)
    for name, budget in report.budgets.items():
        yield from _unmet(name, budget)
    yield from (state("note", note) for note in run.notes)
    notes = ((result.name, note) for result in results for note in result.notes)
    yield from (state("note", text) for text in _by_reason(notes))
    yield from (state("hint", hint) for hint in report.hints)


def _outcome(result: TargetResult) -> Statement:
    """A message of one line stands beside the name, a longer one below it."""
    word, name, message = result.status.value, printable(result.name), result.message.strip("\n")
    if "\n" in message:
        return Statement(word=word, text=name, detail=message)
    return Statement(word=word, text=f"{name}: {message}" if message else name)


def _unmet(name: str, budget: Budget) -> Iterator[Statement]:
    """The checks that do not pass. A goal that is not reached fails nothing, so it is called by its name."""
    for check in budget.checks:
        if check.warning:
            yield state("warning", f"{printable(name)}: {check.warning}")
        if check.verdict is not Verdict.PASS:
            word = check.verdict.value if check.gates else "goal"
            yield state(word, f"{printable(name)}: {check.reason}")


def comparison_statements(comparison: Comparison, *, verbose: bool) -> Iterator[Statement]:
    """The reasons of every target that does not pass (of all with `verbose`), remarks, notes, and the verdict last."""
    rows = comparison.rows
    for verdict in Verdict:
        if verdict is not Verdict.PASS or verbose:
            yield from _judged(verdict, [row for row in rows if row.verdict is verdict], comparison.refusal)
    warnings = ((row.name, check.warning) for row in rows if row.budget for check in row.budget.checks if check.warning)
    yield from (state("warning", text) for text in _by_reason(warnings))
    remarks = ((row.name, remark) for row in rows for remark in row.remarks)
    yield from (state("note", text) for text in _by_reason(remarks))
    if comparison.refusal:
        yield state(Verdict.INCOMPARABLE.value, comparison.refusal)
    yield from (state("note", note) for note in comparison.notes)
    why = f" ({', '.join(comparison.reasons)})" if comparison.reasons else ""
    yield state("verdict", f"{comparison.verdict.value}{why}")


def _judged(verdict: Verdict, rows: list[TargetComparison], refusal: str | None) -> Iterator[Statement]:
    """Reasons target by target, without the one that all share and that is told once."""
    reasons = ((row.name, reason) for row in rows for reason in row.reasons if reason != refusal)
    yield from (state(verdict.value, text) for text in _by_reason(reasons))


def _by_reason(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """`names: reason` for pairs of both; a reason that many targets share is told once."""
    names: dict[str, list[str]] = {}
    for name, reason in pairs:
        names.setdefault(reason, []).append(printable(name))
    for reason, shared in names.items():
        rest = len(shared) - NAMES_SHOWN
        more = f" and {rest} more" if rest > 0 else ""
        yield f"{', '.join(shared[:NAMES_SHOWN])}{more}: {reason}"
