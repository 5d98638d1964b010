from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.judge.hints import HINTS_SHOWN
from collectbench.judge.hints import hints as reasons
from collectbench.model.run import Environment, Run, Settings, Summary, TargetResult, Tool
from collectbench.model.sample import Counts, RoundKind, Sample, Status
from collectbench.model.shard import Shard
from collectbench.usecases.wording import word

CALM = {"interpreter": 0.02, "pytest-import": 0.1, "plugins": 0.1, "startup": 0.01, "collection": 0.76}


def hints(of):
    """The hints on a run, as the user reads them."""
    return tuple(map(word, reasons(of)))


def summary(median, spread=0.02):
    return Summary(median=median, min=median * (1 - spread / 2), max=median * (1 + spread / 2), ci95=None)


def target(name, wall_s=1.0, items=100, errors=0, *, comparable=True, phases=None, spread=0.02, **changes):
    sample = Sample(
        kind=RoundKind.TIMED,
        wall_s=wall_s,
        user_s=wall_s,
        system_s=0.0,
        peak_rss_bytes=1,
        exit_code=0,
        comparable=comparable,
    )
    counts = Counts(items=items, files=1, errors=errors, warnings=0, collection_warnings=0)
    fields = {
        "status": Status.COLLECTION_ERRORS if errors else Status.OK,
        "counts": counts,
        "wall_s": summary(wall_s, spread),
        "cpu_s": summary(wall_s),
        "phases": {phase: share * wall_s for phase, share in (phases or CALM).items()},
        "samples": (sample,) * 3,
    }
    return TargetResult(name=name, paths=(name,), **{**fields, **changes})


def run(*targets, suite=None, bytecode="written", flags=None, config=None):
    environment = Environment(
        python="3.11.7",
        implementation="CPython",
        pytest="9.0.3",
        plugins={"pytest-cov": "7.0.0"},
        platform="Linux",
        cpu_model="Xeon",
        cpu_count=2,
        bytecode=bytecode,
        flags=flags or {},
    )
    return Run(
        tool=Tool(name="collectbench", version="1"),
        created="2025-11-03T10:00:00Z",
        environment=environment,
        commit=None,
        dirty=None,
        config=config or Settings(),
        targets=targets,
        suite=suite,
    )


PARTS = (target("a"), target("b"))


def suite(wall_s=1.5, items=200, **changes):
    return target("suite", wall_s, items, **changes)


def test_a_run_without_problems_has_no_hints():
    assert hints(run(*PARTS, suite=suite())) == ()


def test_an_empty_run_has_no_hints():
    assert hints(run()) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"bytecode": "disabled", "flags": {"PYTHONDONTWRITEBYTECODE": "1"}},
            ("PYTHONDONTWRITEBYTECODE is set", "unset it", "PYTHONPYCACHEPREFIX"),
        ),
        ({"bytecode": "disabled"}, ("(-B)", "remove that option")),
        ({"bytecode": "unwritable"}, ("set PYTHONPYCACHEPREFIX to a writable directory",)),
        ({"suite": suite(items=203)}, ("203 items", "200", "in no target", "collectbench targets")),
        ({"suite": suite(items=190)}, ("in two targets",)),
        ({"suite": suite(0.9)}, ("900 ms", "2 processes in 2.00 s", "suite-budget")),
        ({"suite": suite(2.5)}, ("more than apart", "--rounds 10")),
    ],
)
def test_a_hint_describes_a_problem_of_the_whole_run(changes, expected):
    (hint,) = hints(run(*PARTS, **{"suite": suite(), **changes}))
    assert all(phrase in hint for phrase in expected)


@pytest.mark.parametrize(
    ("odd", "expected"),
    [
        (
            target("it's", status=Status.FAILED),
            "collectbench baseline 'it'\"'\"'s' --show-output",
        ),
        (
            target("c", status=Status.CRASHED),
            "c crashed; to see what it was importing when it crashed, profile it:\n  collectbench profile c",
        ),
        (target("c", errors=3), "collectbench baseline c --show-output"),
        (
            target("c", status=Status.TIMEOUT),
            "c did not end within 5 m 00 s; give its rounds more time:\n  collectbench baseline c --timeout 600s",
        ),
        (
            target("c", items=0, status=Status.EMPTY),
            "no test was collected in c; list the targets:\n  collectbench targets",
        ),
        (target("c", comparable=False), "without --jobs"),
        (target("c", spread=0.4), "c differ by 40% of their median"),
        (target("c", 2.0, phases={**CALM, "unaccounted": 0.03}), "2.9% of the time of c belongs to no phase"),
        (
            target("c", 2.0, phases={**CALM, "plugins": 1.2}),
            "Python, pytest and its plugins take 2.66 s of 4.18 s before any test file is read; profile a",
        ),
    ],
)
def test_a_hint_describes_a_problem_of_one_target(odd, expected):
    (hint,) = hints(run(*PARTS, odd))
    assert expected in hint


def test_a_noisy_target_needs_twice_as_many_rounds():
    noisy = target("a", spread=0.5)
    often = replace(noisy, samples=noisy.samples * 5)
    assert "collectbench baseline a --rounds 30" in hints(run(often))[0]


def test_a_suite_with_a_budget_gets_no_hint_to_set_one():
    assert hints(run(*PARTS, suite=suite(0.9), config=Settings(suite_budget_s=5.0))) == ()


def test_items_are_not_compared_if_errors_hide_some():
    assert not any("items" in hint for hint in hints(run(*PARTS, suite=suite(items=150, errors=2))))


def test_sums_are_not_compared_if_a_target_is_missing_in_them():
    crashed = target("c", status=Status.CRASHED)
    assert len(hints(run(*PARTS, crashed, suite=suite(9.0, items=999)))) == 1


def test_the_most_useful_hints_come_first_and_the_others_are_omitted():
    everything = run(
        target("a", errors=1, spread=0.9, phases={"plugins": 0.9, "unaccounted": 0.1}),
        target("b", status=Status.EMPTY, comparable=False),
        bytecode="unwritable",
    )
    shown = hints(everything)
    assert len(shown) == HINTS_SHOWN
    assert "__pycache__ cannot be written" in shown[0]


def test_a_shard_is_not_compared_with_the_suite_of_all_shards() -> None:
    whole = run(target("a"), target("b"), suite=target("suite", items=500))
    shard = replace(whole, shard=Shard(index=1, count=2, plan=("a", "x", "b", "suite")))
    assert any("the suite collects" in hint for hint in hints(whole))
    assert not any("the suite collects" in hint for hint in hints(shard))


def test_an_empty_shard_is_said_to_be_fine() -> None:
    (hint,) = hints(replace(run(), shard=Shard(index=3, count=3, plan=("a", "b"))))
    assert hint.startswith("there are more shards (3) than parts (2), so this shard is empty; that is fine")
