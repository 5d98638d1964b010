"""Counters that repeat are judged by their growth, and name the lines that caused it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge.counters import FLOORS, ITEMS, judge_counters
from collectbench.model.comparison import NewImport, Verdict
from collectbench.model.counter_names import NOUNS
from collectbench.model.run import ImportSite, ImportTime, WaitSite
from collectbench.model.sample import RoundKind

USUAL = {
    "modules": 1849,
    "compiled": 0,
    "rewritten": 0,
    "opens": 2000,
    "listings": 300,
    "sockets": 0,
    "subprocesses": 1,
    "items": 100,
    "hook_calls": 30_000,
    "function_starts": 2_000_000,
}


@pytest.fixture(scope="session", name="judged")
def _judged(result):
    """Judges changed counters against the usual ones; `sites` and `unstable` are pairs of base and head."""

    def judge(changes, *, sites=((), ()), unstable=((), ()), margin_floor=0.1, import_times=()):
        sides = (USUAL, {**USUAL, **changes})
        base, head = (
            result(counters=counters, imports=imports, unstable=shaky)
            for counters, imports, shaky in zip(sides, sites, unstable, strict=True)
        )
        return judge_counters(base, replace(head, import_times=import_times), margin_floor)

    return judge


def site(path: str, line: int, *modules: str) -> ImportSite:
    return ImportSite(path=path, line=line, modules=modules)


def numbered(package: str, count: int) -> list[str]:
    return [f"{package}.m{number}" for number in range(count)]


def test_unchanged_counters_give_no_reason_and_no_remark(judged) -> None:
    judgement = judged({})
    assert (judgement.verdict, judgement.reasons, judgement.remarks) == (Verdict.PASS, (), ())
    assert {name: (change.base, change.head, change.stable) for name, change in judgement.changes.items()} == {
        name: (value, value, True) for name, value in USUAL.items()
    }


@pytest.mark.parametrize("side", ["base", "head"])
def test_a_side_that_was_not_counted_is_not_judged(result, side) -> None:
    sides = {"base": USUAL, "head": USUAL} | {side: None}
    judgement = judge_counters(*(result(counters=counters) for counters in sides.values()))
    assert (judgement.changes, judgement.verdict) == (None, Verdict.PASS)


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        pytest.param({"modules": 2034}, ("+185 modules (1,849 -> 2,034): over the 10 % margin",), id="more modules"),
        pytest.param({"modules": 2033}, (), id="just within the margin"),
        pytest.param({"sockets": 1}, ("+1 use of sockets (0 -> 1): over the 10 % margin",), id="the first socket"),
        pytest.param({"subprocesses": 2}, ("+1 subprocess (1 -> 2): over the 10 % margin",), id="one subprocess more"),
        pytest.param({"rewritten": 5}, ("+5 rewritten test files (0 -> 5): over the 10 % margin",), id="rewritten"),
        pytest.param({"rewritten": 4}, (), id="too few to be noticed"),
        pytest.param({"items": 1000}, (), id="more items are no failure"),
        pytest.param({"modules": 2500, "items": 140}, (), id="less than the items grew"),
        pytest.param(
            {"modules": 2500, "items": 130},
            ("+651 modules (1,849 -> 2,500): over the growth of the items (+30 %)",),
            id="more than the items",
        ),
        pytest.param({"modules": 1000, "items": 10}, (), id="less of everything"),
    ],
)
def test_a_counter_fails_when_its_growth_exceeds_the_margin_the_items_and_its_floor(judged, changes, reasons) -> None:
    judgement = judged(changes)
    assert judgement.reasons == reasons
    assert judgement.verdict is (Verdict.FAIL if reasons else Verdict.PASS)


def test_counters_are_judged_by_the_given_margin(judged) -> None:
    assert judged({"modules": 2034}, margin_floor=0.2).verdict is Verdict.PASS
    assert judged({"modules": 2300}, margin_floor=0.2).reasons == (
        "+451 modules (1,849 -> 2,300): over the 20 % margin",
    )


@pytest.mark.parametrize("unstable", [(("modules",), ()), ((), ("modules",))])
def test_a_counter_that_differs_from_round_to_round_never_fails(judged, unstable) -> None:
    judgement = judged({"modules": 9999, "opens": 2250}, unstable=unstable)
    assert (judgement.verdict, judgement.reasons) == (Verdict.PASS, ())
    assert not judgement.changes["modules"].stable
    shaky, steady = judgement.remarks[0].split("; ")
    assert shaky == "+8,150 modules (1,849 -> 9,999): not judged, since it differs from round to round"
    assert steady == "+250 opened files (2,000 -> 2,250)"


def test_a_counter_that_was_counted_only_once_is_not_said_to_differ(result, sample) -> None:
    once = {"unstable": tuple(USUAL), "samples": (sample(1.0, kind=RoundKind.COUNTED),)}
    base, head = result(counters=USUAL, **once), result(counters={**USUAL, "modules": 9999}, **once)
    (remark,) = judge_counters(base, head).remarks
    assert remark == "+8,150 modules (1,849 -> 9,999): not judged, since it was counted only once"


def test_a_small_change_of_an_unstable_counter_is_not_shown(judged) -> None:
    assert judged({"opens": 2001}, unstable=(("opens",), ())).remarks == ()


def test_a_counter_that_only_one_side_has_is_skipped(result) -> None:
    more = {**USUAL, "new": 5}
    without = {name: value for name, value in USUAL.items() if name != "function_starts"}
    judgement = judge_counters(result(counters=more), result(counters=without))
    assert list(judgement.changes) == list(without)
    assert judgement.verdict is Verdict.PASS


def test_a_tiny_change_gives_no_remark(judged) -> None:
    judgement = judged({"hook_calls": 30_014, "opens": 2010, "function_starts": 2_000_100})
    assert (judgement.verdict, judgement.reasons, judgement.remarks) == (Verdict.PASS, (), ())


def test_a_counter_that_changed_without_failing_gives_a_remark(judged) -> None:
    judgement = judged({"modules": 1837, "hook_calls": 32_000, "items": 101})
    assert judgement.remarks == ("-12 modules (1,849 -> 1,837); +2,000 hook calls (30,000 -> 32,000)",)


def test_new_modules_are_listed_by_the_line_that_imports_them_with_their_packages(judged) -> None:
    pandas = [*numbered("pandas", 30), *numbered("numpy", 8)]
    head = (
        site("tests/api/conftest.py", 7, *pandas),
        site("", 0, "m", "json"),
        site("tests/test_a.py", 2, "ours", "x"),
    )
    judgement = judged({"modules": 1890}, sites=((site("", 0, "m"),), head))
    pieces = (
        "+41 modules (1,849 -> 1,890)",
        "38 imported at tests/api/conftest.py:7 (pandas, numpy)",
        "2 imported at tests/test_a.py:2 (ours, x)",
        "1 imported by pytest itself (json)",
    )
    assert judgement.remarks == (", ".join(pieces),)
    assert judgement.changes["modules"].new_imports[0] == NewImport(
        module="pandas.m0", path="tests/api/conftest.py", line=7
    )
    assert len(judgement.changes["modules"].new_imports) == 41
    assert judgement.changes["opens"].new_imports == ()


def test_a_new_line_says_how_long_its_imports_took(judged) -> None:
    old, new = site("tests/test_a.py", 2, "ours"), site("tests/conftest.py", 7, "pandas")
    both = site("tests/test_a.py", 2, "ours", "numpy")
    times = tuple(ImportTime(path=each.path, line=each.line, seconds=0.4) for each in (new, both))
    judgement = judged({"modules": 1851}, sites=((old,), (both, new)), import_times=times)
    (remark,) = judgement.remarks
    assert "1 imported at tests/conftest.py:7 in about 400 ms (pandas)" in remark
    assert "1 imported at tests/test_a.py:2 (numpy)" in remark  # a line that was there before: its time is not new
    found = judgement.changes["modules"].new_imports
    assert {each.module: each.line_s for each in found} == {"pandas": 0.4, "numpy": None}


def test_only_the_three_lines_with_most_imports_are_named(judged) -> None:
    head = tuple(
        site(f"{name}.py", 1, *numbered(name, count)) for name, count in zip("abcde", (5, 4, 3, 2, 1), strict=True)
    )
    (remark,) = judged({"modules": 1864}, sites=((), head)).remarks
    assert remark.endswith(
        "5 imported at a.py:1 (a), 4 imported at b.py:1 (b), 3 imported at c.py:1 (c), 3 imported at other lines"
    )


def test_a_line_that_imports_all_new_modules_is_named_without_a_number(judged) -> None:
    judgement = judged({"modules": 2100}, sites=((), (site("a.py", 1, *numbered("fat", 251)),)))
    assert judgement.reasons == ("+251 modules (1,849 -> 2,100), imported at a.py:1 (fat): over the 10 % margin",)


def test_modules_that_moved_to_another_line_are_not_new(judged) -> None:
    judgement = judged({}, sites=((site("a.py", 1, "m"),), (site("b.py", 2, "m"),)))
    assert judgement.changes["modules"].new_imports == ()


def test_a_name_that_several_files_share_is_counted(judged) -> None:
    judgement = judged({"modules": 1850}, sites=((site("", 0, "conftest"),), (site("", 0, "conftest", "conftest"),)))
    assert judgement.changes["modules"].new_imports == (NewImport(module="conftest", path="", line=0),)


def test_every_counter_has_a_noun_and_all_but_items_have_a_floor() -> None:
    assert {*NOUNS} == {*FLOORS, ITEMS} == {*USUAL}


COUNTERS = st.fixed_dictionaries(dict.fromkeys(USUAL, st.integers(0, 10**6)))


@given(base=COUNTERS, head=COUNTERS)
def test_less_work_never_fails_and_every_failure_has_a_reason(result, base, head) -> None:
    judgement = judge_counters(result(counters=base), result(counters=head))
    assert (judgement.verdict is Verdict.FAIL) == bool(judgement.reasons)
    grown = [name for name in FLOORS if head[name] > base[name]]
    assert len(judgement.reasons) <= len(grown)
    least = {name: min(base[name], head[name]) for name in base}
    assert judge_counters(result(counters=base), result(counters=least)).verdict is Verdict.PASS


def test_new_processes_and_sockets_are_named_with_their_line(result) -> None:
    git = WaitSite(path="tests/conftest.py", line=3, waited_s=0.4, operation="subprocess: git rev-parse", count=1)
    lookup = WaitSite(path="tests/test_a.py", line=7, waited_s=0.001, operation="socket: example.org:443", count=1)
    counts = {"sockets": 0, "subprocesses": 0, "items": 10}
    base = result(counters=counts)
    head = result(counters={**counts, "sockets": 1, "subprocesses": 1}, waits=(git, lookup))
    judged = judge_counters(base, head)
    assert judged.verdict is Verdict.FAIL
    socket, subprocess = judged.reasons
    assert "(0 -> 1), git rev-parse at tests/conftest.py:3 (waited 400 ms): over" in subprocess
    assert "(0 -> 1), example.org:443 at tests/test_a.py:7: over" in socket
    assert [place.line for place in judged.changes["subprocesses"].new_operations] == [3]
