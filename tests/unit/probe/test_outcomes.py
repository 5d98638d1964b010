"""The log of outcomes, written by real child processes."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from collectbench.attribution.origins import Places
from collectbench.measure.round.outcome_file import read_outcomes, write_ids
from collectbench.model.outcome_log import OutcomeLog

SUITE = """
    import warnings
    import pytest

    warnings.warn("old\\nstuff", DeprecationWarning)

    class TestHelper:
        def __init__(self):
            pass

    @pytest.fixture
    def fails_before():
        raise ValueError("before\\nmore")

    @pytest.fixture
    def fails_after():
        yield
        raise ValueError("after")

    def test_passes():
        warnings.warn("while it runs")

    def test_fails():
        assert 1 == 2

    @pytest.mark.skip(reason="not now")
    def test_is_skipped():
        pass

    def test_skips_itself():
        pytest.skip("inside")

    @pytest.mark.xfail(reason="known")
    def test_xfails():
        raise ValueError

    @pytest.mark.xfail
    def test_xpasses():
        pass

    @pytest.mark.xfail(strict=True, reason="strict")
    def test_passes_strictly():
        pass

    def test_before(fails_before):
        pass

    def test_after(fails_after):
        pass
    """


@pytest.fixture
def log_of(probe, root: Path, tmp_path: Path) -> Callable[..., OutcomeLog]:
    """Runs the probe in the project and reads the log."""

    def run(*arguments: str, mode: str = "outcomes", **options: object) -> OutcomeLog:
        run.last = probe(*arguments, "-p", "no:cacheprovider", mode=mode, **options)  # type: ignore[attr-defined]
        places = Places(rootdir=str(root))
        return read_outcomes(tmp_path / "round", places, run.last.report.failed_conftests)  # type: ignore[attr-defined]

    return run


def test_each_phase_of_each_test_is_logged(log_of, write) -> None:
    write("test_a.py", textwrap.dedent(SUITE))
    log = log_of("-q")
    told = {
        (phase.nodeid.removeprefix("test_a.py::test_"), phase.when, phase.outcome, phase.message)
        for phase in log.phases
        if (phase.when, phase.outcome) != ("setup", "passed") and (phase.when, phase.outcome) != ("teardown", "passed")
    }
    assert told == {
        ("passes", "call", "passed", ""),
        ("fails", "call", "failed", "assert 1 == 2"),
        ("is_skipped", "setup", "skipped", "not now"),
        ("skips_itself", "call", "skipped", "inside"),
        ("xfails", "call", "xfailed", "known"),
        ("xpasses", "call", "xpassed", ""),
        ("passes_strictly", "call", "failed", "[XPASS(strict)] strict"),
        ("before", "setup", "failed", "ValueError: before"),
        ("after", "call", "passed", ""),
        ("after", "teardown", "failed", "ValueError: after"),
    }
    assert log.collected is not None
    assert len(log.collected) == 9
    assert (log.running, log.stopped_by, log.is_whole) == ((), "", True)
    assert all(phase.duration_s >= 0 for phase in log.phases)


def test_collection_alone_logs_ids_errors_and_warnings(log_of, write) -> None:
    write("test_a.py", textwrap.dedent(SUITE))
    write("test_b.py", "import missing\n")
    write("test_c.py", "def broken(:\n")
    log = log_of("--collect-only", "-q", "--continue-on-collection-errors")
    assert [(error.nodeid, error.path, error.message) for error in log.errors] == [
        ("test_b.py", "test_b.py", "ModuleNotFoundError: No module named 'missing'"),
        ("test_c.py", "test_c.py", "SyntaxError: invalid syntax"),
    ]
    assert [(each.category, each.path, each.line) for each in log.warnings] == [
        ("DeprecationWarning", "test_a.py", 5),
        ("PytestCollectionWarning", "test_a.py", 7),
    ]
    assert log.warnings[0].message == "old\nstuff"
    assert len(log.collected or ()) == 9
    assert (log.phases, log.is_whole) == ((), True)


def test_the_test_in_which_the_process_dies_is_still_running(log_of, write) -> None:
    write("test_a.py", "import os\ndef test_one(): pass\ndef test_two(): os._exit(3)\ndef test_three(): pass\n")
    log = log_of("-q")
    assert log.running == ("test_a.py::test_two",)
    assert len(log.collected or ()) == 3
    assert not log.is_whole


def test_only_the_chosen_tests_run(log_of, write, tmp_path) -> None:
    write("test_a.py", "import pytest\n@pytest.mark.parametrize('x', ['a::b', 'c d'])\ndef test_one(x): pass\n")
    (tmp_path / "round").mkdir()
    write_ids(tmp_path / "round", "only", ["test_a.py::test_one[a::b]", "gone"])
    assert log_of("-q").collected == ("test_a.py::test_one[a::b]",)
    assert "1 deselected" in log_of.last.output


def test_the_first_failure_of_a_watched_test_ends_the_session(log_of, write, tmp_path) -> None:
    write("test_a.py", "".join(f"def test_{number}(): assert {number} < 2\n" for number in (1, 2, 3, 4)))
    (tmp_path / "round").mkdir()
    write_ids(tmp_path / "round", "stop-on", ["test_a.py::test_3", "test_a.py::test_4"])
    log = log_of("-q")
    assert log.stopped_by == "test_a.py::test_3"
    assert {phase.nodeid[-1] for phase in log.phases} == {"1", "2", "3"}
    assert log.is_whole


def test_messages_that_cannot_be_made_and_forks_disturb_nothing(log_of, write) -> None:
    text = """
        import os
        import warnings

        class Broken(Exception):
            def __str__(self):
                raise ValueError

        class Odd(UserWarning):
            def __str__(self):
                raise ValueError

        def test_raises():
            raise Broken

        def test_forks():
            pid = os.fork()
            if not pid:
                raise SystemExit
            os.waitpid(pid, 0)
        """
    write("test_a.py", textwrap.dedent(text))
    log = log_of("-q")
    failed = [phase for phase in log.phases if phase.outcome == "failed"]
    assert [phase.nodeid for phase in failed] == ["test_a.py::test_raises"]
    assert len(log.phases) == 6


def test_the_error_of_a_conftest_is_told_once(log_of, write) -> None:
    write("sub/conftest.py", "import missing\n")
    write("sub/test_a.py", "def test_one(): pass\n")
    errors = log_of("--collect-only", "-q").errors
    assert [(error.path, error.message) for error in errors] == [
        ("sub/conftest.py", "ModuleNotFoundError: No module named 'missing'")
    ]
