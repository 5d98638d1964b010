from __future__ import annotations

from dataclasses import replace

import pytest
from _pytest.config import builtin_plugins
from hypothesis import given
from hypothesis import strategies as st

from collectbench.attribution.modules import modules_of
from collectbench.attribution.origins import origins_of
from collectbench.attribution.shares import OF_PYTEST, share_of_hooks, shares_of
from collectbench.model.sample import RoundKind, Sample
from collectbench.model.trace import HookTotal, Trace


def sample(wall_s: float, interpreter_s: float | None = 0.5) -> Sample:
    return Sample(
        kind=RoundKind.TRACED,
        wall_s=wall_s,
        user_s=0,
        system_s=0,
        peak_rss_bytes=0,
        exit_code=0,
        phases={} if interpreter_s is None else {"interpreter": interpreter_s},
    )


def a_trace(made, **fields) -> Trace:
    """It begins after 1 s and lasts 8.25 s."""
    usual = {
        "complete": True,
        "imports": (
            made.import_frame(1, -1, "pytest"),
            made.import_frame(2, 1, "json"),
            made.import_frame(4, 3, "conftest"),
            made.import_frame(6, 5, "tests.test_a"),
            made.import_frame(7, 6, "heavy"),
        ),
        "plugins": (made.plugin_frame(3, -1, "conftest", made.file_of("conftest")),),
        "collectors": (made.collector_frame(5, -1, "tests/test_a.py"),),
        "hooks": (
            HookTotal(hook="pytest_configure", plugin="terminal", calls=1, self_s=0.25),
            HookTotal(hook="pytest_configure", plugin="plug", calls=1, self_s=0.125),
            HookTotal(hook="pytest_sessionstart", plugin="plug", calls=1, self_s=0.125),
            HookTotal(hook="pytest_configure", plugin="/p/tests/conftest.py", calls=1, self_s=0.5),
        ),
        "root_self_s": 1.5,
    }
    return Trace(**{**usual, **fields})


def shares(trace: Trace, of: Sample, places) -> dict[str, float]:
    modules = modules_of(trace)
    floor = frozenset({modules.by_name["pytest"]})
    return {share.name: share.seconds for share in shares_of(trace, of, origins_of(modules, trace, places), floor)}


def test_the_wall_time_is_divided_by_activity(made, places) -> None:
    assert shares(a_trace(made), sample(10.0), places) == pytest.approx(
        {
            "start of Python": 0.5,
            "pytest": 1.5,
            "imports: pytest": 1.0,
            "imports: stdlib": 1.0,
            "imports: third-party": 1.0,
            "imports: test": 1.0,
            "imports: conftest": 1.0,
            "loading of plugins": 0.5,
            "collectors": 0.25,
            "hooks: conftest": 0.5,
            "hooks: pytest": 0.25,
            "hooks: plug": 0.25,
            "teardown": 0.75,
            "recording": 0.5,
            "unaccounted": 0.0,
        }
    )


def test_a_process_that_ended_early_has_no_teardown(made, places) -> None:
    shares_s = shares(a_trace(made, complete=False, root_self_s=0.0), sample(10.0), places)
    assert "teardown" not in shares_s
    assert shares_s["unaccounted"] == pytest.approx(2.75)


def test_without_a_trace_all_time_after_the_start_is_unaccounted(places) -> None:
    trace = Trace(complete=False)
    shares_s = shares_of(trace, sample(10.0), origins_of(modules_of(trace), trace, places), frozenset())
    assert {share.name: share.seconds for share in shares_s} == {"start of Python": 0.5, "unaccounted": 9.5}


seconds = st.floats(0, 1000)


@given(wall_s=seconds, interpreter_s=seconds | st.none(), root_s=seconds, complete=st.booleans())
def test_all_shares_add_up_to_the_wall_time(made, places, wall_s, interpreter_s, root_s, complete) -> None:
    trace = a_trace(made, complete=complete, root_self_s=root_s)
    shares_s = shares(trace, sample(wall_s, interpreter_s), places)
    assert sum(shares_s.values()) == pytest.approx(wall_s, abs=1e-6)
    assert min(share_s for name, share_s in shares_s.items() if name != "unaccounted") > 0


@pytest.mark.parametrize(
    ("plugin", "share"),
    [
        ("/p/tests/conftest.py", "hooks: conftest"),
        ("terminalreporter", "hooks: pytest"),
        ("140511075896080", "hooks: pytest"),
        ("xdist", "hooks: xdist"),
    ],
)
def test_hooks_belong_to_pytest_a_conftest_or_a_plugin(plugin, share) -> None:
    assert share_of_hooks(plugin) == share


def test_the_names_of_pytests_own_plugins_are_known() -> None:
    assert set(builtin_plugins) <= OF_PYTEST


def test_each_share_knows_how_much_of_it_was_waiting(made, places) -> None:
    trace = a_trace(
        made,
        imports=(made.import_frame(1, -1, "pytest"), replace(made.import_frame(6, -1, "tests.test_a"), waited_s=0.5)),
        plugins=(replace(made.plugin_frame(3, -1, "conftest", made.file_of("conftest")), waited_s=0.0625),),
        hooks=(HookTotal(hook="pytest_configure", plugin="plug", calls=1, self_s=0.25, waited_s=0.125),),
        root_waited_s=0.75,
        waited_before_s=0.25,
    )
    parts = shares_of(trace, sample(10.0), origins_of(modules_of(trace), trace, places), frozenset(), 0.375)
    assert {part.name: part.waited_s for part in parts if part.waited_s} == {
        "start of Python": 0.25,
        "pytest": 0.75,
        "imports: test": 0.5,
        "loading of plugins": 0.0625,
        "hooks: plug": 0.125,
        "teardown": 0.375,
    }


def test_no_share_waits_longer_than_it_lasts(made, places) -> None:
    trace = a_trace(made, root_waited_s=100.0)
    parts = shares_of(trace, sample(10.0), origins_of(modules_of(trace), trace, places), frozenset(), 100.0)
    assert all(part.waited_s <= part.seconds for part in parts if part.seconds > 0)
