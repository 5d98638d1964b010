"""The words and tables of a hand-over that all formats share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from collectbench.model.comparison import Verdict
from collectbench.model.handover import Compliance, Figures, Handover, Progress, Stamp
from collectbench.model.units import format_duration, format_ratio, format_size
from collectbench.render.parts.prose import Statement
from collectbench.render.parts.quantities import MISSING, count, pluralize
from collectbench.render.parts.tables import Column, Labels, Table, places, target_table

_GOALS = ("goal", "goal-reduction", "warning-reduction")
_NAMES_SHOWN = 10
_COUNTS: dict[str, Callable[[Figures], int | None]] = {
    "items": lambda figures: figures.items,
    "errors": lambda figures: figures.errors,
    "warnings": lambda figures: figures.warnings,
    "collection warnings": lambda figures: figures.collection_warnings,
}


def title(report: Handover) -> str:
    """Return the answer in one line: how long collection took and takes, for the suite or the slowest target."""
    whole = report.suite or max(report.targets, key=_longest_s, default=None)
    if whole is None:
        return "State of collection"
    others = len(report.targets) - 1 if report.suite is None else 0
    beside = f"; {pluralize(others, 'more target')}" if others else ""
    before, after = (figures.wall_s if figures else None for figures in (whole.before, whole.after))
    if after is None:
        return f"{whole.name}: {_why_no_time(whole)}{beside}"
    if not before:
        return f"{whole.name} is collected in {format_duration(after)}{beside}"
    change = "not comparable" if whole.verdict is Verdict.INCOMPARABLE else format_ratio(after / before)
    return f"{whole.name}: {format_duration(before)} -> {format_duration(after)} ({change}){beside}"


def _longest_s(row: Progress) -> float:
    return max((figures.wall_s or 0.0 for figures in (row.before, row.after) if figures), default=0.0)


def _why_no_time(row: Progress) -> str:
    if row.after is not None and row.after.items:
        return f"{pluralize(row.after.items, 'item')}, not timed"  # nothing that it does has changed
    return "not collected"


def stamp_text(stamp: Stamp) -> str:
    """Return where figures come from: `base.json of 2026-01-02 03:04 UTC at 1a2b3c4d`."""
    moment = stamp.created.replace("T", " ")[:16]
    return f"{stamp.file} of {moment} UTC" + (f" at {stamp.commit[:10]}" if stamp.commit else "")


def figures_table(report: Handover) -> Table:
    """Return time and memory of each target, then of the suite: before, after, and the change."""
    rows = rows_of(report)
    columns: list[Column] = []
    for name, figure, form, drop in (
        ("wall", lambda figures: figures.wall_s, format_duration, 1),
        ("peak memory", lambda figures: figures.peak_rss_bytes, lambda size: format_size(round(size)), 2),
    ):
        columns += _change_columns(name, rows, figure, form, drop if report.before is not None else None)
    columns.append(Column(title="verdict", cells=tuple(row.verdict.value for row in rows), drop=0, right=False))
    return target_table((row.name for row in rows), columns, len(report.targets))


def counts_table(report: Handover) -> Table:
    """Return items, errors and warnings of each target, then of the suite; `12 -> 3` where there are two runs."""
    rows = rows_of(report)
    columns = [
        Column(title=name, cells=tuple(_count_change(row, figure) for row in rows), drop=0)
        for name, figure in _COUNTS.items()
    ]
    return target_table((row.name for row in rows), columns, len(report.targets))


def limits_table(report: Handover) -> Table:
    """Return each limit and each goal with its verdict and the figures."""
    checks = [(row.name, check) for row in rows_of(report) for check in row.checks]
    verdicts = tuple(_reached(check.verdict) if check.key in _GOALS else check.verdict.value for _, check in checks)
    columns = (
        Column(title="limit", cells=tuple(check.key for _, check in checks), drop=0, right=False),
        Column(title="verdict", cells=verdicts, drop=0, right=False),
    )
    labels = (
        places("target", (name for name, _ in checks)),
        Labels(title="figures", texts=tuple(check.reason for _, check in checks)),
    )
    return Table(labels=labels, columns=columns, parts=len(checks))


def compliance_table(found: Sequence[Compliance]) -> Table:
    """Return the violations of each rule, before and after, then the share of files without any."""
    rules = list(dict.fromkeys(rule for each in found for rule in each.by_rule))
    shown = [rule for rule in rules if any(each.by_rule.get(rule) for each in found)]
    columns = [
        Column(
            title=name,
            cells=(
                *(MISSING if rule not in each.by_rule else count(each.by_rule[rule]) for rule in shown),
                f"{each.compliant_percent:.1f} %",
            ),
            drop=0,
        )
        for name, each in zip(("before", "after") if len(found) > 1 else ("violations",), found, strict=True)
    ]
    rows = Labels(title="rule", texts=(*shown, "files that comply"))
    return Table(labels=(rows,), columns=tuple(columns), parts=len(shown))


def verified_table(report: Handover) -> Table:
    """Return the outcomes of the tests of each target."""
    rows = report.verified
    columns = [
        Column(title="verdict", cells=tuple(row.verdict.value for row in rows), drop=0, right=False),
        *(
            Column(title=name, cells=tuple(count(getattr(row, name)) for row in rows), drop=0)
            for name in ("passed", "failed", "errors", "skipped")
        ),
        Column(
            title="success",
            cells=tuple(MISSING if row.success_percent is None else f"{row.success_percent:.1f} %" for row in rows),
            drop=0,
        ),
    ]
    return target_table((row.name for row in rows), columns, len(rows))


def outcome_statements(report: Handover) -> Iterator[Statement]:
    """Yield the tests whose outcome differs from the recorded one, by target."""
    for target in report.verified:
        for word, nodeids in (
            ("newly failing", target.newly_failing),
            ("newly passing", target.newly_passing),
            ("missing", target.missing),
        ):
            if nodeids:
                more = len(nodeids) - _NAMES_SHOWN
                names = "\n".join(nodeids[:_NAMES_SHOWN]) + (f"\nand {more:,} more" if more > 0 else "")
                yield Statement(word=word, text=f"{target.name}: {pluralize(len(nodeids), 'test')}", detail=names)


def rewrites_table(report: Handover) -> Table:
    """Return what was rewritten, in the order of time."""
    rows = report.rewrites
    columns = [
        Column(title=name, cells=cells, drop=0)
        for name, cells in (
            ("files rewritten", tuple(count(row.applied) for row in rows)),
            ("taken back", tuple(count(row.taken_back) for row in rows)),
            ("places left alone", tuple(count(row.left_alone) for row in rows)),
        )
    ]
    labels = Labels(title="rewrite", texts=tuple(row.codemod for row in rows))
    return Table(labels=(labels,), columns=tuple(columns), parts=len(rows))


def findings_table(report: Handover) -> Table:
    """Return the largest findings that are still to do: seconds, cause, and the place."""
    found = report.findings
    columns = (
        Column(title="saves", cells=tuple(format_duration(each.expected_saving_s) for each in found), drop=0),
        Column(title="cause", cells=tuple(each.cause for each in found), drop=0, right=False),
    )
    first = (each.locations[0] if each.locations else None for each in found)
    labels = (
        Labels(title="finding", texts=tuple(each.title for each in found)),
        places("place", (f"{place.path}:{place.line}" if place else "" for place in first)),
    )
    return Table(labels=labels, columns=columns, parts=len(found))


def reason_statements(report: Handover) -> Iterator[Statement]:
    """Yield why targets do not pass, then notes on the whole."""
    for row in rows_of(report):
        if row.verdict is not Verdict.PASS:
            yield from (Statement(word=row.verdict.value, text=f"{row.name}: {reason}") for reason in row.reasons)
    yield from (Statement(word="note", text=note) for note in report.notes)


def rows_of(report: Handover) -> tuple[Progress, ...]:
    """Return all targets, then the suite if there is one."""
    return (*report.targets, *(() if report.suite is None else (report.suite,)))


def _change_columns(
    name: str,
    rows: Sequence[Progress],
    figure: Callable[[Figures], float | None],
    form: Callable[[float], str],
    drop: int | None,
) -> Iterator[Column]:
    """Yield before, after and the change; without `drop` there is no state before."""
    before = [figure(row.before) if row.before else None for row in rows]
    after = [figure(row.after) if row.after else None for row in rows]

    def shown(values: Sequence[float | None]) -> tuple[str, ...]:
        return tuple(MISSING if value is None else form(value) for value in values)

    if drop is None:
        yield Column(title=name, cells=shown(after), drop=0)
        return
    yield Column(title=f"{name} before", cells=shown(before), drop=drop)
    yield Column(title="after", cells=shown(after), drop=drop)
    pairs = zip(before, after, strict=True)
    yield Column(
        title="change",
        cells=tuple(MISSING if not old or new is None else format_ratio(new / old) for old, new in pairs),
        drop=drop,
    )


def _count_change(row: Progress, figure: Callable[[Figures], int | None]) -> str:
    before, after = (figure(figures) if figures else None for figures in (row.before, row.after))
    now = MISSING if after is None else count(after)
    return now if before is None or before == after else f"{count(before)} -> {now}"


def _reached(verdict: Verdict) -> str:
    return {Verdict.PASS: "reached", Verdict.FAIL: "not reached"}.get(verdict, "unknown")
