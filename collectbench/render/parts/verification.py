"""A verification in pieces that several formats share: the table of targets, lists of tests, statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from collectbench.model.comparison import Verdict
from collectbench.model.units import format_duration
from collectbench.model.verification import FlakyTest, OutcomeChange, TargetVerification, Verification
from collectbench.render.parts.escape import printable
from collectbench.render.parts.prose import Statement, stamp, state
from collectbench.render.parts.quantities import MISSING, count, pluralize
from collectbench.render.parts.tables import Column, Table, target_table

TESTS_SHOWN = 20
"""The most tests of each list; with `verbose` it has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a list: a node id, what happened to it, and why; `fails` tells whether it decides the verdict."""

    nodeid: str
    fact: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestList:
    """Tests with one thing in common. `word` is that of a statement: `fail` or `note`."""

    __test__ = False

    word: str
    title: str
    entries: tuple[Entry, ...]

    @property
    def common(self) -> str:
        """The fact that says all about each of its tests; empty if there is none."""
        said = {(entry.fact, entry.message) for entry in self.entries}
        return said.pop()[0] if len(said) == 1 and len(self.entries) > 1 and not self.entries[0].message else ""


def verification_stamp(verification: Verification) -> list[str]:
    """Return the environment, and the state with which outcomes were compared."""
    commit = f"commit {(verification.commit or '')[:10]}{' with changes' if verification.dirty else ''}"
    against = f"compared with {verification.compared_with} of {verification.compared_created}"
    return [
        *stamp(verification.environment),
        *([commit] if verification.commit else []),
        *([against] if verification.compared_with else []),
    ]


def verification_table(verification: Verification) -> Table:
    """Return a row for each target, and one for all of them if there are several."""
    targets = verification.targets
    rows: list[Sequence[TargetVerification]] = [[target] for target in targets]
    names = [target.name for target in targets]
    if len(targets) > 1:
        rows.append(targets)
        names.append("all targets")
    columns = [
        _numbers("passed", 0, rows, lambda target: target.passed + target.xpassed),
        _numbers("failed", 0, rows, lambda target: target.failed + target.errors),
        _numbers("skipped", 3, rows, lambda target: target.skipped + target.xfailed),
        _numbers("not run", 4, rows, lambda target: target.not_run, optional=True),
        _numbers("changed", 1, rows, _changes, optional=not verification.compared_with),
        _numbers("flaky", 2, rows, lambda target: len(target.flaky), optional=True),
        Column(title="success", cells=tuple(map(_success, rows)), drop=5),
        Column(title="time", cells=tuple(map(_time, rows)), drop=6),
        Column(title="verdict", cells=tuple(_verdict(row, verification) for row in rows), drop=0, right=False),
    ]
    shown = [column for column in columns if any(column.cells)]
    return target_table(names, shown, parts=len(targets))


def _numbers(
    title: str,
    drop: int,
    rows: Sequence[Sequence[TargetVerification]],
    number: Callable[[TargetVerification], int],
    *,
    optional: bool = False,
) -> Column:
    cells = tuple(count(sum(map(number, row))) for row in rows)
    if optional and set(cells) == {"0"}:
        cells = tuple("" for _ in cells)
    return Column(title=title, cells=cells, drop=drop)


def _changes(target: TargetVerification) -> int:
    return sum(map(len, (target.newly_failing, target.newly_passing, target.changed, target.missing)))


def _success(row: Sequence[TargetVerification]) -> str:
    good = sum(target.passed + target.xfailed + target.xpassed for target in row)
    total = good + sum(target.failed + target.errors for target in row)
    return f"{100 * good / total:.1f} %" if total else MISSING


def _result(row: Sequence[TargetVerification]) -> str:
    """How many tests succeed, or fail if they must."""
    if not any(target.expects_failures for target in row):
        return f"{_success(row)} succeed"
    return f"{count(sum(target.failed + target.errors for target in row))} of them fail, as expected"


def _time(row: Sequence[TargetVerification]) -> str:
    known = [target.wall_s for target in row if target.wall_s is not None]
    return format_duration(sum(known)) if known else MISSING


def _verdict(row: Sequence[TargetVerification], verification: Verification) -> str:
    return row[0].verdict.value if len(row) == 1 else verification.verdict.value


def test_lists(target: TargetVerification) -> Iterator[TestList]:
    """Yield the lists of a target, those that decide its verdict first; empty ones are omitted."""
    decides = "fail" if target.verdict in (Verdict.FAIL, Verdict.ERROR) else "note"
    passing = "note" if not any("newly pass" in reason for reason in target.reasons) else decides
    lists = (
        TestList(word=decides, title="newly failing", entries=_changed(target.newly_failing)),
        TestList(word=decides, title="missing", entries=_changed(target.missing)),
        TestList(word=decides, title="other outcome", entries=_changed(target.changed)),
        TestList(word=passing, title="newly passing", entries=_changed(target.newly_passing)),
        TestList(word=decides, title=_expected(target), entries=_changed(target.not_as_expected)),
        TestList(
            word=decides,
            title="new collection errors",
            entries=tuple(
                Entry(nodeid=error.nodeid or error.path, fact="", message=error.message)
                for error in target.new_collect_errors
            ),
        ),
        TestList(word="note", title="flaky", entries=tuple(map(_flaky, target.flaky))),
        TestList(word="note", title="new tests", entries=_changed(target.new)),
    )
    yield from (each for each in lists if each.entries)


def _expected(target: TargetVerification) -> str:
    return "expected to fail" if target.expects_failures else "expected to pass"


def _changed(changes: Iterable[OutcomeChange]) -> tuple[Entry, ...]:
    return tuple(Entry(nodeid=change.nodeid, fact=_way(change), message=change.message) for change in changes)


def _way(change: OutcomeChange) -> str:
    if change.before is None or change.now is None:
        known = change.now or change.before
        return f"{'was ' if change.now is None else ''}{known.value}" if known else ""
    return f"{change.before.value} -> {change.now.value}"


def _flaky(test: FlakyTest) -> Entry:
    runs = ", ".join(outcome.value for outcome in test.runs)
    return Entry(nodeid=test.nodeid, fact=f"was {test.before.value}; now {runs}", message=test.message)


def entry_text(entry: Entry, found: TestList | None = None) -> str:
    """Return what happened to a test, and why; only what the title of its list does not say."""
    fact = "" if found is not None and found.common else entry.fact
    return ": ".join(filter(None, (fact, entry.message)))


def shown_entries(found: TestList, most: int) -> tuple[Sequence[Entry], str]:
    """Return the first entries of a list, and a line about the others; empty if there are none."""
    omitted = len(found.entries) - most
    return found.entries[:most], f"and {count(omitted)} more" if omitted > 0 else ""


def list_title(target: TargetVerification, found: TestList) -> str:
    """Return the target, the kind of the list, its length, and what all of its tests have in common."""
    common = f" ({found.common})" if found.common else ""
    return f"{printable(target.name)}: {found.title}: {count(len(found.entries))}{common}"


def verification_statements(verification: Verification) -> Iterator[Statement]:
    """Yield the reasons of each target that does not pass, notes and hints."""
    for target in verification.targets:
        if target.verdict is not Verdict.PASS:
            yield from (state(target.verdict.value, f"{printable(target.name)}: {reason}") for reason in target.reasons)
        if target.collect_errors and not target.new_collect_errors and target.verdict is not Verdict.ERROR:
            errors = pluralize(len(target.collect_errors), "collection error")
            known = " as recorded" if verification.compared_with else ""
            yield state("note", f"{printable(target.name)}: {errors}{known}: {target.collect_errors[0].message}")
        yield from (state("note", f"{printable(target.name)}: {note}") for note in target.notes)
    yield from (state("note", note) for note in verification.notes)
    yield from (state("hint", hint) for hint in verification.hints)


def verification_headline(verification: Verification) -> str:
    """Return the verdict and the numbers behind it in one sentence."""
    targets = verification.targets
    tests = sum(len(target.tests) for target in targets)
    what = pluralize(tests, "test")
    changed = sum(map(_changes, targets))
    flaky = sum(len(target.flaky) for target in targets)
    facts = [
        *([f"{count(changed)} changed" if changed else "no outcome changed"] if verification.compared_with else []),
        *([f"{count(flaky)} flaky"] if flaky else []),
        *([] if verification.compared_with else [_result(targets)]),
    ]
    return f"{verification.verdict.value}: {what}, {', '.join(facts)}"
