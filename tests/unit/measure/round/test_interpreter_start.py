from __future__ import annotations

import sys
from pathlib import Path

import pytest

from collectbench.measure.process.launch import launch
from collectbench.measure.round.interpreter_start import measure_start
from collectbench.model.errors import InterpreterError
from collectbench.model.interpreter_start import InterpreterStart
from collectbench.model.probe_files import INTERPRETER_START

MS = 1_000_000


@pytest.fixture
def start(tmp_path, clean_env, script):
    """Measures a start: milliseconds of the hook in each run, and until the first statement."""

    def run(hooks=(5,), executable="/x/python", through=30, direct=10, queued=0, **changes):
        left = list(hooks)

        def act(invocation, directory):
            if str(INTERPRETER_START) in invocation.argv:
                end = f"collectbench-end ('/a.pth', 'import a', {left.pop(0) * MS})" if left else ""
                invocation.errors.write_text(f"collectbench-begin ()\n{end}\n")
            else:
                is_through = invocation.argv[0] == "/x/python"
                first, waited = (through + queued, queued) if is_through else (direct, 0)
                (directory / "output").write_text(f"{first * MS}\n{waited * MS}\n{executable}\n")
            return changes

        script.act = act
        return measure_start(("/x/python", "-O"), tmp_path, clean_env, script)

    return run


def test_the_fastest_of_several_starts_counts(start) -> None:
    (hook,) = start(hooks=(9, 5, 7)).hooks
    assert (hook.path, hook.text, hook.seconds) == ("/a.pth", "import a", 0.005)


def test_a_command_that_starts_another_interpreter_is_compared_with_that_interpreter(start, script) -> None:
    launcher = start(executable="/real/python").launcher
    assert (launcher.program, launcher.executable) == ("/x/python", "/real/python")
    assert (launcher.seconds, launcher.direct_s) == (0.03, 0.01)
    assert {call.argv[:2] for call in script.calls} == {("/x/python", "-O"), ("/real/python", "-O")}


def test_waiting_for_a_processor_is_no_work_of_the_launcher(start) -> None:
    launcher = start(executable="/real/python", through=30, queued=500).launcher
    assert (launcher.seconds, launcher.direct_s) == (0.03, 0.01)


def test_an_interpreter_that_is_started_directly_has_no_launcher(start) -> None:
    assert start().launcher is None


def test_a_link_to_the_interpreter_is_no_launcher(tmp_path, clean_env) -> None:
    link = tmp_path / "python"
    link.symlink_to(Path(sys.executable).resolve())
    assert measure_start((str(link),), tmp_path, clean_env, launch).launcher is None


@pytest.mark.parametrize("changes", [{"exit_code": 1}, {"timed_out": True}])
def test_an_interpreter_that_does_not_start_in_this_way_tells_nothing(changes, start) -> None:
    assert start(**changes) == InterpreterStart()


def test_a_program_that_is_missing_is_reported(tmp_path, clean_env) -> None:
    with pytest.raises(InterpreterError, match="cannot be started"):
        measure_start((str(tmp_path / "none"),), tmp_path, clean_env, launch)


def test_a_real_interpreter_names_sitecustomize_with_its_file_and_its_imports(tmp_path, clean_env) -> None:
    (tmp_path / "sitecustomize.py").write_text("import slow_at_start\n")
    (tmp_path / "slow_at_start.py").write_text("import time\ntime.sleep(0.05)\n")
    start = measure_start((sys.executable,), tmp_path, {**clean_env, "PYTHONPATH": str(tmp_path)}, launch)
    (hook,) = (hook for hook in start.hooks if hook.text == "sitecustomize")
    assert hook.path == str(tmp_path / "sitecustomize.py")
    assert hook.seconds > 0.05
    (slow,) = (module for module in hook.modules if module.name == "slow_at_start")
    assert slow.parent == "sitecustomize"
    assert slow.cumulative_s > 0.05
