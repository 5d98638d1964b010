from __future__ import annotations

import sys

import pytest

from collectbench.measure.process.launch import launch
from collectbench.measure.round.python_version import require_python_3
from collectbench.model.errors import InterpreterError

PYPY = "Python 3.10.14 (39dc8d3c85a7, Aug 27 2024, 14:33:33)\n[PyPy 7.3.17 with GCC 10.2.1 20210130]\n"


@pytest.fixture
def ask(tmp_path, clean_env, script):
    """Asks a program that prints this."""

    def run(output: str, **finished):
        def act(invocation, directory):
            (directory / "output").write_text(output)
            return finished

        script.act = act
        require_python_3(("/x/python", "-O"), tmp_path, clean_env, script, timeout_s=7)
        return script.calls

    return run


@pytest.mark.parametrize(
    "output",
    [
        pytest.param("Python 3.12.1\n", id="CPython"),
        pytest.param("Python 3.14.0rc2\n", id="a candidate"),
        pytest.param("Python 3.11.9+\n", id="built from a branch"),
        pytest.param(PYPY, id="PyPy"),
        pytest.param("activating\n" + "note\n" * 30 + "Python 3.9.2\ndone\n", id="a wrapper with words of its own"),
    ],
)
def test_python_3_is_accepted(ask, output) -> None:
    (call,) = ask(output)
    assert call.argv == ("/x/python", "--version")


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ("sh: 0: Illegal option --version\n", "printed:\nsh: 0: Illegal option --version"),
        ("GNU bash, version 5.2\n" + "more\n" * 9, "printed:\n" + "\n".join(["more"] * 5)),
        ("Python 2.7.18\n", "printed:\nPython 2.7.18"),
        ("not Python 3.12\n", "printed:\nnot Python 3.12"),
        ("", "printed nothing"),
    ],
)
def test_anything_else_is_refused_with_its_answer(ask, output, shown) -> None:
    with pytest.raises(InterpreterError) as caught:
        ask(output)
    assert str(caught.value) == (
        "/x/python: this is not Python 3, so it was not started with your tests. Give the interpreter in which "
        f"`python -m pytest` works, such as .venv/bin/python. `--version` {shown}"
    )


def test_a_program_that_does_not_answer_is_refused(ask) -> None:
    with pytest.raises(InterpreterError, match="`--version` did not end in 7 s"):
        ask("Python 3.12.1\n", timed_out=True)


def test_the_running_interpreter_and_a_wrapper_of_it_are_python_3(tmp_path, clean_env) -> None:
    wrapper = tmp_path / "python"
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P "$@"\n')
    wrapper.chmod(0o755)
    for program in (sys.executable, str(wrapper)):
        require_python_3((program,), tmp_path, clean_env, launch, timeout_s=60)


def test_a_file_that_is_no_program_is_refused(tmp_path, clean_env) -> None:
    program = tmp_path / "python"
    program.write_text("no program")
    program.chmod(0o755)
    with pytest.raises(InterpreterError, match=r"^/.*/python: cannot be started: Exec format error"):
        require_python_3((str(program),), tmp_path, clean_env, launch, timeout_s=60)
