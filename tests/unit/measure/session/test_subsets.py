"""Rounds on subsets of files, over the scripted launcher and its clock."""

from __future__ import annotations

import pytest

from collectbench.measure.session.pace import Outlook
from collectbench.measure.session.subsets import SubsetSession
from collectbench.model.sample import RoundKind
from collectbench.model.subsets import Size, Subset
from collectbench.model.target import Target


class Log:
    """An observer that remembers what began."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    def begins(self, name: str, kind: RoundKind, outlook: Outlook) -> None:
        assert kind is RoundKind.TRACED
        self.begun.append(name)

    def ended(self, name, kind, finished) -> None:
        pass


def subsets_of(name: str, laps: int = 4) -> list[Subset]:
    return [
        Subset(
            of=name, size=size, lap=lap, target=Target(name=f"{name} {size.name}", paths=(f"{name}-{int(size)}.py",))
        )
        for size in Size
        for lap in range(laps)
    ]


@pytest.fixture
def session(bench, script):
    """Builds a session whose rounds leave a trace, and a list of what it keeps."""

    def act(invocation, folder):
        (folder / "trace").write_bytes(b"")

    def build(subsets, **changes):
        kept = []
        script.act = changes.pop("act", act)
        values = {
            "bench": bench,
            "subsets": subsets,
            "seed": 7,
            "deadline_ns": None,
            "observer": Log(),
            "keep": lambda subset, finished: kept.append(subset),
            "clock_ns": script.clock_ns,
        }
        return SubsetSession(**values | changes), kept

    return build


def test_each_lap_has_each_size_once_in_random_order(session) -> None:
    made, kept = session(subsets_of("a"))
    made.run()
    laps = [kept[begin : begin + 3] for begin in range(0, 12, 3)]
    assert [{(each.lap, each.size) for each in lap} for lap in laps] == [{(n, size) for size in Size} for n in range(4)]
    assert len({tuple(each.size for each in lap) for lap in laps}) > 1


def test_pytest_gets_the_files_as_arguments(session, script) -> None:
    made, kept = session(subsets_of("a", laps=1))
    made.run()
    assert [call.argv[-1] for call in script.calls] == [each.target.paths[0] for each in kept]


def test_the_seed_decides_the_order(session) -> None:
    orders = []
    for seed in (1, 1, 2):
        made, kept = session(subsets_of("a", laps=8), seed=seed)
        made.run()
        orders.append([each.size for each in kept])
    assert orders[0] == orders[1] != orders[2]


def test_no_round_begins_after_the_deadline(session, script) -> None:
    made, kept = session(subsets_of("a"), deadline_ns=script.clock_ns() + int(2.5 * script.wall_s * 1e9))
    made.run()
    assert (len(kept), made.out_of_time, made.failed) == (3, True, {})


def test_a_target_that_fails_has_no_further_rounds_and_does_not_stop_others(session) -> None:
    def act(invocation, folder):
        if "a-" in invocation.argv[-1]:
            return {"exit_code": -11}
        (folder / "trace").write_bytes(b"")
        return None

    made, kept = session([*subsets_of("a"), *subsets_of("b")], act=act)
    made.run()
    assert list(made.failed) == ["a"]
    assert {each.of for each in kept} == {"b"}
    assert len(kept) == 12


def test_a_round_without_a_trace_says_nothing_about_growth(session) -> None:
    made, kept = session(subsets_of("a"), act=lambda invocation, folder: None)
    made.run()
    assert (kept, list(made.failed)) == ([], ["a"])


@pytest.mark.parametrize("size", Size)
def test_a_size_is_written_as_its_share(size) -> None:
    assert size.share == {1: "25 %", 2: "50 %", 4: "100 %"}[int(size)]
