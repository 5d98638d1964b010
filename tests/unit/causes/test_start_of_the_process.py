"""The causes that lie before the first statement of pytest: interpreter-start, launcher, process-restart."""

from __future__ import annotations

import pytest

from collectbench.causes import interpreter_start, launcher, process_restart
from collectbench.causes.surroundings import Surroundings
from collectbench.model.interpreter_start import InterpreterStart, LauncherCost, StartedModule, StartHook
from collectbench.model.restart import Restart
from made_evidence import evidence, findings

PTH = "/venv/site-packages/slow.pth"
HOOK = StartHook(
    path=PTH,
    text="import slow_start",
    seconds=0.5,
    modules=(StartedModule(name="slow_start", parent="", self_s=0.4, cumulative_s=0.5),),
)
LAUNCHER = LauncherCost(program="/usr/bin/run", executable="/venv/bin/python", seconds=0.7, direct_s=0.1)
RESTART = Restart(path="/project/conftest.py", line=4, command="python -m pytest", repeated_s=0.6)


def about(phase_s: float = 2.0, **fields: object):
    return evidence(
        fields={"surroundings": Surroundings(**fields)},
        phases={"interpreter": phase_s},
        files={PTH: "# first\nimport slow_start\n"},
    )


def test_a_line_of_a_pth_file_is_found_with_its_place_and_modules() -> None:
    (found,) = findings(interpreter_start.CAUSE, about(start=InterpreterStart(hooks=(HOOK,))))
    assert (found.subject, found.estimated_saving_s) == ("slow.pth", pytest.approx(0.5))
    assert [(each.path, each.line) for each in found.locations] == [("<site-packages>/slow.pth", 2)]
    assert found.evidence == ("imports 1 module: slow_start 400 ms",)


def test_a_sitecustomize_is_named() -> None:
    hook = StartHook(path="/project/sitecustomize.py", text="sitecustomize", seconds=0.3)
    (found,) = findings(interpreter_start.CAUSE, about(start=InterpreterStart(hooks=(hook,))))
    assert (found.subject, found.estimated_saving_s) == ("sitecustomize.py", pytest.approx(0.3))


def test_a_quick_pth_file_is_not_listed() -> None:
    hook = StartHook(path=PTH, text="import slow_start", seconds=0.001)
    assert not findings(interpreter_start.CAUSE, about(start=InterpreterStart(hooks=(hook,))))


def test_a_launcher_costs_the_time_that_the_interpreter_alone_does_not_take() -> None:
    (found,) = findings(launcher.CAUSE, about(start=InterpreterStart(launcher=LAUNCHER)))
    assert (found.subject, found.estimated_saving_s) == ("/usr/bin/run", pytest.approx(0.6))
    assert found.command == "/venv/bin/python -m pytest"


def test_an_interpreter_that_is_started_directly_has_no_launcher() -> None:
    assert not findings(launcher.CAUSE, about(start=InterpreterStart()))
    assert not findings(launcher.CAUSE, about())


def test_the_work_before_a_restart_is_done_in_vain() -> None:
    (found,) = findings(process_restart.CAUSE, about(restarts=(RESTART,)))
    assert (found.subject, found.estimated_saving_s) == ("conftest.py", pytest.approx(0.6))
    assert [(each.path, each.line) for each in found.locations] == [("conftest.py", 4)]


def test_a_process_that_is_never_replaced_is_silent() -> None:
    assert not findings(process_restart.CAUSE, about())
