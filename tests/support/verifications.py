"""Verifications for the tests: made runs of targets, judged by the real judge."""

from __future__ import annotations

from collections.abc import Sequence

from collectbench.judge.verdicts import worst
from collectbench.judge.verification.recorded import Recorded
from collectbench.judge.verification.run import TargetRun
from collectbench.judge.verification.target import Expectation, Terms
from collectbench.judge.verification.whole import judge_all
from collectbench.model.collected_state import CollectError
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Status
from collectbench.model.verification import Case, Choice, Outcome, Verification

TOOL = Tool(name="collectbench", version="1.2.3")
PASSED, FAILED, ERROR, SKIPPED = Outcome.PASSED, Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED
XFAILED, XPASSED, CRASHED, TIMEOUT, NOT_RUN = (
    Outcome.XFAILED, Outcome.XPASSED, Outcome.CRASHED, Outcome.TIMEOUT, Outcome.NOT_RUN,
)  # fmt: skip


def case(nodeid: str, outcome: Outcome = PASSED, message: str = "") -> Case:
    """A test that took ten milliseconds."""
    return Case(nodeid=nodeid, outcome=outcome, duration_s=0.01, message=message)


def recorded(choice: Choice | None = None, *, must_pass: bool = False, **outcomes: Outcome) -> Recorded:
    """The recorded outcomes of `t.py::NAME`."""
    return Recorded(
        outcomes={f"t.py::{name}": outcome for name, outcome in outcomes.items()},
        choices=(choice or Choice(),),
        must_pass=must_pass,
    )


def ran(name: str = "tests", *cases: Case, **changes: object) -> TargetRun:
    """A target that came to its end."""
    fields = {"paths": (name,), "choice": Choice(), "status": Status.OK, "wall_s": 1.25, "cases": cases}
    return TargetRun(name=name, **{**fields, **changes})  # type: ignore[arg-type]


def verification(
    environment: Environment, *runs: TargetRun, terms: Terms | None = None, **changes: object
) -> Verification:
    """The judged document."""
    targets = tuple(judge_all(runs, terms or Terms()))
    fields = {
        "tool": TOOL,
        "created": "2025-11-03T10:00:00Z",
        "environment": environment,
        "commit": "abc1234def5678",
        "dirty": False,
        "verdict": worst(target.verdict for target in targets),
        "compared_with": "baselines/verify/main.json",
        "compared_created": "2025-11-01T09:00:00Z",
    }
    return Verification(targets=targets, **{**fields, **changes})  # type: ignore[arg-type]


def ordinary_verification(environment: Environment) -> Verification:
    """Each kind of change, in a few targets."""
    before = recorded(
        a=PASSED, b=PASSED, c=FAILED, d=PASSED, e=PASSED, gone=PASSED, lost=SKIPPED, f=PASSED, g=XFAILED, h=FAILED
    )
    cases = (
        case("t.py::a"),
        case("t.py::b", FAILED, "AssertionError: assert 1 == 2"),
        case("t.py::c"),
        case("t.py::d", SKIPPED, "needs a database"),
        case("t.py::e", FAILED, "ConnectionError: refused"),
        case("t.py::f", CRASHED, "ended by SIGSEGV while running t.py::f"),
        case("t.py::g", XFAILED, "known"),
        case("t.py::h", FAILED, "still broken"),
        *(case(f"t.py::new[{number}]") for number in range(25)),
    )
    error = CollectError(nodeid="t_x.py", path="t_x.py", message="ModuleNotFoundError: No module named 'app.old'")
    runs = (
        ran("tests/unit", *cases, recorded=before, reruns={"t.py::e": (case("t.py::e"),), "t.py::b": (cases[1],) * 2}),
        ran(
            "tests/api",
            case("t2.py::a"),
            case("t2.py::slow", TIMEOUT, "not finished after 20 s"),
            case("t2.py::never", NOT_RUN),
            recorded=Recorded(outcomes={"t2.py::a": PASSED}, choices=(Choice(markers="slow"),)),
            status=Status.TIMEOUT,
            message="not finished after 20 s",
        ),
        ran("tests/broken", status=Status.FAILED, message="conftest.py: ImportError", errors=(error,), wall_s=0.4),
        ran("tests/half", case("t3.py::a"), recorded=recorded(), errors=(error,), status=Status.COLLECTION_ERRORS),
        ran("tests/late", status=Status.NOT_MEASURED, message="not run: the time limit was reached", wall_s=None),
        ran("tests/other", case("t4.py::a")),
    )
    return verification(
        environment,
        *runs,
        terms=Terms(min_success=90),
        min_success=90.0,
        dirty=True,
        notes=("since the state was recorded: plugin x 1.0 -> 2.0",),
        hints=("changes that are intended can be accepted; record the outcomes:\n  collectbench verify --record",),
    )


def clean_verification(environment: Environment) -> Verification:
    """Nothing has changed, and one test is flaky."""
    cases = (case("t.py::a", FAILED, "sometimes"), case("t.py::b", SKIPPED, "never"))
    run = ran("tests", *cases, recorded=recorded(a=PASSED, b=SKIPPED), reruns={"t.py::a": (case("t.py::a"),)})
    return verification(environment, run)


def recorded_verification(environment: Environment) -> Verification:
    """A state that is recorded while all tests have to fail."""
    run = ran("tests", case("t.py::a", FAILED, "NotImplementedError"), case("t.py::b", ERROR, "NotImplementedError"))
    return verification(
        environment, run, terms=Terms(expectation=Expectation.FAIL), compared_with="", compared_created="", commit=None
    )


def nasty_verification(environment: Environment, texts: Sequence[str]) -> Verification:
    """Names, ids and messages that try to break out of each format."""
    before = {f"t.py::{text}": PASSED for text in texts}
    runs = [
        ran(
            text,
            case(f"t.py::{text}", FAILED, text),
            recorded=Recorded(outcomes={**before, f"gone::{text}": PASSED}, choices=(Choice(markers=text),)),
            notes=(text,),
            errors=(CollectError(nodeid=text, path=text, message=text),),
        )
        for text in dict.fromkeys(texts)
    ]
    return verification(environment, *runs, notes=tuple(texts), hints=tuple(texts), compared_with=texts[0])
