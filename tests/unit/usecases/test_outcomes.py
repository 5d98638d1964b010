"""The outcomes of tests before and after edits: what is harm, and what runs."""

from __future__ import annotations

from collections.abc import Sequence

from collectbench.judge.verification.recorded import Recorded
from collectbench.judge.verification.run import TargetRun
from collectbench.model.fixes import Edit, Effect, Permit
from collectbench.model.sample import Status
from collectbench.model.verification import Case, Choice, Outcome
from collectbench.usecases.fixing.outcomes import Outcomes

PASSED, FAILED, SKIPPED, NOT_RUN = Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED, Outcome.NOT_RUN


class Suite:
    """Tests whose outcomes are given; notes which files ran."""

    def __init__(self, **outcomes: Outcome) -> None:
        self.outcomes = outcomes
        self.ran: list[list[str]] = []

    def run(self, files: Sequence[str], recorded: Recorded) -> TargetRun:
        self.ran.append(list(files))
        cases = tuple(
            Case(nodeid=f"{name}.py::test", outcome=outcome, duration_s=0.0)
            for name, outcome in self.outcomes.items()
            if f"{name}.py" in files
        )
        return TargetRun(
            name="changed", paths=tuple(files), choice=Choice(), recorded=recorded, cases=cases, status=Status.OK
        )


def outcomes_of(suite: Suite, *edits: Edit) -> Outcomes:
    outcomes = Outcomes(run=suite.run, tests_of=lambda paths: frozenset(paths) - {"helper.py"}, place=lambda path: path)
    outcomes.record(edits)
    return outcomes


def edit(name: str, *permits: Permit) -> Edit:
    return Edit(path=f"{name}.py", before=b"", after=b"x", permits=permits)


def harm(outcomes: Outcomes, *edits: Edit) -> list[tuple[str, str | None]]:
    return [(each.text, each.path) for each in outcomes.harm_of(edits)]


def test_tests_that_end_as_before_or_pass_now_are_no_harm() -> None:
    suite = Suite(a=PASSED, b=FAILED, c=SKIPPED)
    edits = [edit("a"), edit("b"), edit("c")]
    outcomes = outcomes_of(suite, *edits)
    suite.outcomes |= {"b": PASSED}
    assert harm(outcomes, *edits) == []


def test_a_test_that_fails_is_skipped_or_gone_is_harm() -> None:
    suite = Suite(a=PASSED, b=PASSED, c=PASSED, d=PASSED)
    edits = [edit(name) for name in "abcd"]
    outcomes = outcomes_of(suite, *edits)
    suite.outcomes = {"a": FAILED, "b": SKIPPED, "d": NOT_RUN}
    assert harm(outcomes, *edits) == [
        ("newly failing: a.py::test", "a.py"),
        ("passed -> skipped: b.py::test", "b.py"),
        ("not run any more: c.py::test", "c.py"),
        ("not run any more: d.py::test", "d.py"),
    ]


def test_a_test_that_an_edit_is_meant_to_lose_is_no_harm() -> None:
    suite = Suite(a=PASSED)
    allowed = edit("a", Permit(effect=Effect.ID_LOST, path="a.py"))
    outcomes = outcomes_of(suite, allowed)
    suite.outcomes = {}
    assert harm(outcomes, allowed) == []


def test_only_tests_of_edits_that_are_not_yet_known_to_be_harmless_run() -> None:
    suite = Suite(a=PASSED, b=PASSED)
    first, second, helper = edit("a"), edit("b"), edit("helper")
    outcomes = outcomes_of(suite, first, second, helper)
    assert harm(outcomes, first) == []
    assert harm(outcomes, first, second) == []
    assert harm(outcomes, first, second, helper) == []
    assert suite.ran == [["a.py", "b.py"], ["a.py"], ["b.py"]]


def test_without_any_test_nothing_runs() -> None:
    suite = Suite()
    outcomes = outcomes_of(suite, edit("helper"))
    assert harm(outcomes, edit("helper")) == []
    assert suite.ran == []
