"""One target in made processes: what runs again, what goes on after a crash, and when everything ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from collectbench.judge.verification.recorded import Recorded
from collectbench.judge.verification.run import TargetRun
from collectbench.measure.session.pace import Pace
from collectbench.measure.session.round_runner import RoundRunner
from collectbench.model.sample import Status
from collectbench.model.target import Target
from collectbench.model.verification import Choice, Outcome
from collectbench.verify.processes import MOST_CRASHES, Processes
from collectbench.verify.targets import RunTerms, run_target
from verifications import CRASHED, FAILED, NOT_RUN, PASSED, TIMEOUT, recorded

LETTERS = "abcd"
Fates = dict[str, Iterable[str]]


class Silent:
    """An observer that ignores everything."""

    def begins(self, *_: object) -> None: ...

    def ended(self, *_: object) -> None: ...


class Suite:
    """The tests `t.py::a` to `t.py::d`: what each does in its first run, in its second …, the last one for ever.

    Fates are `passed`, `failed`, `crashes` and `hangs`.
    """

    def __init__(self, fates: Fates) -> None:
        self.fates = {letter: list(fates.get(letter, ["passed"])) for letter in LETTERS}
        self.ran: list[str] = []
        """The letters of the tests that began in each process."""

    def act(self, invocation: object, folder: Path) -> dict[str, Any]:
        """One process, as the probe would record it."""
        only, stop_on = read(folder / "only"), read(folder / "stop-on") or ()
        chosen = [letter for letter in LETTERS if only is None or f"t.py::{letter}" in only]
        (folder / "collected").write_text("".join(f"t.py::{letter}\0" for letter in chosen))
        self.ran.append("")
        lines = [f"rootdir {str(folder)!r}"]
        changes: dict[str, Any] = {}
        for letter in chosen:
            fates, nodeid = self.fates[letter], f"t.py::{letter}"
            fate = fates.pop(0) if len(fates) > 1 else fates[0]
            self.ran[-1] += letter
            lines.append(f"start {nodeid!r}")
            if fate in ("crashes", "hangs"):
                changes = {"exit_code": -11} if fate == "crashes" else {"exit_code": -9, "timed_out": True}
                break
            lines.append(f"phase {(nodeid, 'call', fate, 0.5, '' if fate == 'passed' else 'assert 0')!r}")
            lines.append(f"end {nodeid!r}")
            if fate == "failed" and nodeid in stop_on:
                lines.append(f"stopped {nodeid!r}")
                changes = {"exit_code": 2}
                break
        if "exit_code" not in changes or changes["exit_code"] == 2:
            lines.append("finished 0")
        (folder / "outcomes").write_text("".join(f"{line}\n" for line in lines))
        return changes


def read(path: Path) -> list[str] | None:
    return path.read_text().split("\0")[:-1] if path.exists() else None


Run = Callable[..., tuple[TargetRun, list[str]]]


@pytest.fixture
def run(bench, script, report_text) -> Run:
    """Runs the suite; returns the result, and the tests that began in each process."""

    def run(
        fates: Fates, *, before: Recorded | None = None, deadline_ns: int | None = None, **terms: Any
    ) -> tuple[TargetRun, list[str]]:
        suite = Suite(fates)
        script.act, script.report = suite.act, report_text()
        runner = RoundRunner(observer=Silent(), deadline_ns=deadline_ns, clock_ns=script.clock_ns)
        target = Target(name="t", paths=("t.py",))
        processes = Processes(runner=runner, bench=bench, target=target, pace=Pace(), targets_left=("t",))
        before = before or recorded(**dict.fromkeys(LETTERS, PASSED))
        return run_target(processes, before, Choice(), RunTerms(**terms)), suite.ran

    return run


def outcomes(result: TargetRun) -> list[Outcome]:
    return [case.outcome for case in result.cases]


def test_a_target_without_changes_runs_once(run) -> None:
    result, ran = run({}, reruns=2)
    assert (outcomes(result), ran) == ([PASSED] * 4, ["abcd"])
    assert (result.status, result.wall_s, result.reruns) == (Status.OK, 0.25, {})


def test_changed_tests_run_again_alone_until_they_end_as_recorded(run) -> None:
    result, ran = run({"a": ["failed"], "c": ["failed", "passed"]}, reruns=3)
    assert ran == ["abcd", "ac", "a", "a"]
    assert {nodeid: len(cases) for nodeid, cases in result.reruns.items()} == {"t.py::a": 3, "t.py::c": 1}
    assert result.wall_s == 0.25


def test_without_reruns_nothing_runs_again(run) -> None:
    assert run({"a": ["failed"]}, reruns=0)[1] == ["abcd"]


def test_new_tests_do_not_run_again(run) -> None:
    assert run({"d": ["failed"]}, before=recorded(a=PASSED), reruns=2)[1] == ["abcd"]


def test_the_tests_after_a_crash_run_in_a_new_process(run) -> None:
    result, ran = run({"b": ["crashes"]}, before=recorded(b=CRASHED))
    assert (outcomes(result), ran) == ([PASSED, CRASHED, PASSED, PASSED], ["ab", "cd"])
    assert "SIGSEGV while running t.py::b" in result.cases[1].message
    assert result.notes[0].startswith("t.py::b ended the process of this target")
    assert result.status is Status.OK


def test_a_crash_in_each_test_is_followed_by_a_new_process(run) -> None:
    result, ran = run({letter: ["crashes"] for letter in LETTERS})
    assert (outcomes(result), ran) == ([CRASHED] * 4, list("abcd"))
    assert len(ran) <= MOST_CRASHES
    assert result.notes[0].startswith("4 tests ended the process")


def test_without_time_for_a_new_process_the_tests_after_a_crash_did_not_run(run, script) -> None:
    result, ran = run({"b": ["crashes"]}, deadline_ns=script.now_ns + 1)
    assert (outcomes(result), ran) == ([PASSED, CRASHED, NOT_RUN, NOT_RUN], ["ab"])


def test_a_suite_that_crashes_before_each_test_is_given_up(run, script) -> None:
    result, ran = run({"a": ["crashes"]}, reruns=0, before=recorded(a=CRASHED))
    assert (outcomes(result), ran) == ([CRASHED, PASSED, PASSED, PASSED], ["a", "bcd"])


def test_a_timeout_ends_the_target_and_is_not_run_again(run) -> None:
    result, ran = run({"b": ["hangs"]}, reruns=2)
    assert (outcomes(result), ran) == ([PASSED, TIMEOUT, NOT_RUN, NOT_RUN], ["ab"])
    assert result.status is Status.TIMEOUT
    assert "while running t.py::b" in result.message


def test_the_first_newly_failing_test_ends_the_target_if_that_is_wanted(run) -> None:
    result, ran = run({"b": ["failed"]}, reruns=1, fast_fail=True)
    assert (ran, result.stopped_by) == (["ab", "b"], "t.py::b")
    assert outcomes(result) == [PASSED, FAILED, NOT_RUN, NOT_RUN]
    assert result.message == "t.py::b newly fails"


def test_a_flaky_test_does_not_end_the_target(run) -> None:
    result, ran = run({"b": ["failed", "passed"]}, reruns=1, fast_fail=True)
    assert (ran, result.stopped_by) == (["ab", "b", "cd"], "")
    assert outcomes(result) == [PASSED, FAILED, PASSED, PASSED]


def test_a_test_that_failed_before_does_not_end_the_target(run) -> None:
    result, ran = run({"b": ["failed"]}, before=recorded(a=PASSED, b=FAILED), fast_fail=True)
    assert (ran, result.stopped_by) == (["abcd"], "")


def test_without_any_time_left_nothing_runs(run, script) -> None:
    result, ran = run({}, deadline_ns=script.now_ns)
    assert (result.status, result.message, ran) == (Status.NOT_MEASURED, "not run: the time limit was reached", [])


def test_the_time_limit_is_named_if_changed_tests_could_not_run_again(run, script) -> None:
    result, ran = run({"a": ["failed"]}, reruns=2, deadline_ns=script.now_ns + 1)
    assert ran == ["abcd"]
    assert result.notes == ("the time limit was reached before all tests had run as often as they should",)
