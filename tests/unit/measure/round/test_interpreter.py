from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from collectbench.measure.process.launch import STACK_SIGNAL, launch
from collectbench.measure.round.interpreter import inspect, resolve_python
from collectbench.model.errors import CollectionError, InterpreterError
from collectbench.model.probe_files import RUNNER

PYTHON = "python ('3.11.7', 'cpython', '/x/python')\n"
GIVE = "Give the interpreter that runs your tests, or install pytest: /x/python -m pip install pytest"
LEFT = (
    "Python ended with exit code 0 before it ran a script, as with a sitecustomize.py or .pth file that exits. "
    "`/x/python -c 'print(1)'` must print 1."
)
UPGRADE = "cannot be measured; 7 or newer is needed: /x/python -m pip install --upgrade pytest"
PYTEST = "pytest ('8.0.0', '/x/pytest/__init__.py')\n"


@pytest.fixture
def ask(tmp_path, clean_env, script):
    """Inspects an interpreter that writes this report and this output."""

    def run(report: str = "", output: str = "", **finished):
        def act(invocation, directory):
            (directory / "output").write_text(output)
            return finished

        script.report, script.act = report, act
        return inspect(("/x/python", "-O"), tmp_path, clean_env, ("-p", "no:x"), script)

    return run


@pytest.fixture
def look(tmp_path, clean_env):
    """Inspects the running interpreter in tmp_path."""

    def run(*arguments: str, env: dict[str, str] | None = None):
        return inspect((sys.executable,), tmp_path, {**clean_env, **(env or {})}, arguments, launch)

    return run


def test_the_runner_is_started_by_its_path(ask, script) -> None:
    ask(PYTHON + PYTEST)
    (call,) = script.calls
    directory = call.argv[3]
    assert call.argv == ("/x/python", "-O", str(RUNNER), directory, "inspect", str(int(STACK_SIGNAL)), "-p", "no:x")
    assert Path(directory).is_absolute()
    assert not Path(directory).exists()


def test_facts_that_pytest_did_not_report_keep_their_defaults(ask, tmp_path) -> None:
    inspection = ask(PYTHON + PYTEST + "rootdir '/elsewhere'\n", "ERROR: no such plugin\n\n")
    assert (inspection.python, inspection.implementation, inspection.pytest) == ("3.11.7", "cpython", "8.0.0")
    assert (inspection.complete, inspection.pytest_output, inspection.rootdir) == (
        False,
        "ERROR: no such plugin",
        Path("/elsewhere"),
    )
    assert inspection.patterns == ("test_*.py", "*_test.py")
    assert ask(PYTHON + PYTEST).rootdir == tmp_path


def test_a_start_that_takes_too_long_says_where_it_was(ask) -> None:
    inspection = ask(f"{PYTHON}{PYTEST}stamp.plugins-begin 5\n", "output", timed_out=True)
    assert (inspection.complete, inspection.was_late) == (False, True)
    assert inspection.why_incomplete == "not finished after 2 m 00 s, while loading plugins"
    assert inspection.pytest_output == "output"


def test_a_plugin_that_cannot_be_loaded_is_the_reason_and_plugins_are_those_of_the_metadata(look, tmp_path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p own\n")
    (tmp_path / "own.py").write_text("raise ZeroDivisionError('no plugin')\n")
    inspection = look()
    assert (inspection.complete, inspection.was_late) == (False, False)
    assert "while loading plugins: " in inspection.why_incomplete
    assert "ZeroDivisionError: no plugin" in inspection.pytest_output
    assert "hypothesis" in inspection.plugins
    assert look(env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}).plugins == {}


@pytest.mark.parametrize(
    ("report", "output", "message"),
    [
        ("", "SyntaxError: x\n", "/x/python: this is not Python 3.9 or newer.\nSyntaxError: x"),
        ("", "leave\n", f"/x/python: {LEFT}\nleave"),
        ("", "", f"/x/python: {LEFT}"),
        (
            "python ('3.8.18', 'cpython', '')\n",
            "",
            "/x/python: Python 3.8.18 is too old; 3.9 or newer is needed.",
        ),
        (
            PYTHON,
            "ModuleNotFoundError: No module named 'pytest'\n",
            f"/x/python: this interpreter has no pytest. {GIVE}",
        ),
        (
            PYTHON,
            "ImportError: broken\n",
            f"/x/python: this interpreter cannot import pytest. {GIVE}\nImportError: broken",
        ),
        (
            PYTHON + "pytest ('6.2.5', '/x')\n",
            "",
            f"/x/python: pytest 6.2.5 {UPGRADE}",
        ),
        (
            PYTHON + "pytest ('', '/x')\n",
            "",
            f"/x/python: pytest of unknown version {UPGRADE}",
        ),
    ],
)
def test_interpreters_that_cannot_be_measured_are_refused(report, output, message, ask) -> None:
    with pytest.raises(InterpreterError) as caught:
        ask(report, output)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("report", "finished", "message"),
    [
        (
            f"{PYTHON}stamp.pytest-import-begin 5\n",
            {"exit_code": -9},
            "/x/python: ended by SIGKILL while importing pytest, as by the system when memory is short",
        ),
        ("", {"exit_code": -9}, "/x/python: ended by SIGKILL while starting Python, as by the system when memory"),
        ("", {"timed_out": True}, "/x/python: not finished after 2 m 00 s, while starting Python"),
        (f"{PYTHON}exited ''\n", {"exit_code": 3}, "/x/python: the process ended with exit code 3 while starting"),
    ],
)
def test_an_interpreter_that_was_ended_is_not_blamed_for_its_pytest(report, finished, message, ask) -> None:
    with pytest.raises(InterpreterError) as caught:
        ask(report, **finished)
    assert str(caught.value).startswith(message)


def test_an_interpreter_that_cannot_be_started_is_refused(tmp_path, clean_env) -> None:
    program = tmp_path / "python"
    program.write_text("no program")
    program.chmod(0o755)
    with pytest.raises(InterpreterError, match=r"^/.*/python: cannot be started: Exec format error"):
        inspect((str(program),), tmp_path, clean_env, (), launch)


@pytest.mark.parametrize("name", ["pytest.py", "pytest/__init__.py"])
def test_a_file_that_hides_pytest_is_named(name, look, tmp_path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("")
    with pytest.raises(CollectionError, match=f"{name}: this file hides pytest"):
        look()


@pytest.mark.skipif(sys.version_info < (3, 11), reason="PYTHONSAFEPATH is younger")
def test_a_file_hides_nothing_if_its_directory_is_not_on_the_path(look, tmp_path) -> None:
    (tmp_path / "pytest.py").write_text("")
    assert look(env={"PYTHONSAFEPATH": "1"}).complete


def test_a_file_that_hides_the_standard_library_is_named(look, tmp_path) -> None:
    (tmp_path / "enum.py").write_text("raise ImportError('not this enum')\n")
    (tmp_path / "sched.py").write_text("")
    with pytest.raises(CollectionError, match=r"enum.py: this file hides the standard library's module enum"):
        look()


def test_the_configuration_of_pytest_is_read(look, tmp_path) -> None:
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\ntestpaths = a b\npython_files = check_*.py\nnorecursedirs = skip\n"
        "addopts = --ignore=x --ignore-glob=y* --collect-in-virtualenv --doctest-modules --pyargs -p own\n"
    )
    (tmp_path / "own.py").write_text("def pytest_collect_file(): pass\n")
    inspection = look()
    assert (inspection.complete, inspection.pytest_output) == (True, "")
    assert (inspection.rootdir, inspection.inifile) == (tmp_path, tmp_path / "pytest.ini")
    assert (inspection.testpaths, inspection.norecursedirs) == (("a", "b"), ("skip",))
    assert inspection.patterns == ("check_*.py", "test*.txt", "*.py")
    assert (inspection.ignore, inspection.ignore_glob) == ((f"{tmp_path}/x",), (f"{tmp_path}/y*",))
    assert (inspection.pyargs, inspection.in_virtualenv, inspection.custom_collectors) == (True, True, True)
    assert inspection.python == ".".join(map(str, sys.version_info[:3]))
    assert inspection.pytest == pytest.__version__
    assert (inspection.bytecode_disabled, inspection.pycache_prefix) == (False, "")


def test_without_a_configuration_pytest_has_its_defaults(look, tmp_path) -> None:
    inspection = look("-p", "no:doctest", env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/c"})
    assert (inspection.inifile, inspection.testpaths, inspection.patterns) == (None, (), ("test_*.py", "*_test.py"))
    assert (inspection.bytecode_disabled, inspection.pycache_prefix, inspection.custom_collectors) == (
        True,
        "/c",
        False,
    )
    assert "venv" in inspection.norecursedirs
    assert (inspection.pyargs, inspection.in_virtualenv) == (False, False)


def test_plugins_are_named_with_their_versions(look) -> None:
    assert look().plugins.keys() >= {"hypothesis"}


def test_distributions_are_named_with_their_versions_and_damaged_ones_are_omitted(look, tmp_path) -> None:
    for directory, metadata in (
        ("A_Thing.x-1.dist-info", "Metadata-Version: 2.1\nName: A_Thing.x\nVersion: 1\n"),
        ("nameless-1.dist-info", "Metadata-Version: 2.1\nVersion: 1\n"),
        ("unversioned-1.dist-info", "Metadata-Version: 2.1\nName: unversioned\n"),
        ("empty-1.dist-info", ""),
    ):
        (tmp_path / directory).mkdir()
        (tmp_path / directory / "METADATA").write_text(metadata)
    (tmp_path / "binary-1.dist-info").mkdir()
    (tmp_path / "binary-1.dist-info" / "METADATA").write_bytes(b"\xff\xfe\0")
    distributions = look().distributions
    assert distributions["a-thing-x"] == "1"
    assert distributions["pytest"] == pytest.__version__
    assert distributions.keys().isdisjoint({"nameless", "unversioned", "empty", "binary"})


def test_a_conftest_is_not_run(look, tmp_path) -> None:
    (tmp_path / "conftest.py").write_text("raise SystemExit('run')")
    assert look().complete


def test_the_error_of_a_configuration_that_pytest_refuses_is_quoted(look) -> None:
    inspection = look("-p", "no_such_plugin")
    assert not inspection.complete
    assert "no_such_plugin" in inspection.pytest_output


# --- which interpreter ---


def test_the_default_is_the_running_interpreter(tmp_path) -> None:
    assert resolve_python(None, tmp_path)[0] == sys.executable


def test_a_path_is_made_absolute_but_not_resolved(tmp_path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    assert resolve_python("bin/python", tmp_path) == (str(tmp_path / "bin" / "python"),)
    assert resolve_python("./bin/../bin/python", tmp_path) == (str(tmp_path / "bin" / "python"),)


def test_a_name_is_looked_up_on_the_path(tmp_path) -> None:
    assert resolve_python("sh", tmp_path)[0].endswith("/sh")


@pytest.mark.parametrize("python", ["no-such-python-anywhere", "bin/none"])
def test_a_missing_program_is_refused(python, tmp_path) -> None:
    with pytest.raises(InterpreterError, match=f"^{python}: no such program"):
        resolve_python(python, tmp_path)


OPTIONS = "from collectbench.measure.round.interpreter import inherited_options; print(*inherited_options())"


@pytest.mark.parametrize(
    ("options", "env", "inherited"),
    [
        ((), {}, ""),
        (("-OO", "-B"), {}, "-OO -B"),
        (("-W", "ignore::UserWarning", "-W", "error"), {}, "-W ignore::UserWarning -W error"),
        (("-B", "-W", "error"), {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "error"}, ""),
        pytest.param(("-P",), {}, "-P", marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="-P is younger")),
    ],
)
def test_children_get_the_options_that_the_environment_does_not_set(
    options, env, inherited, tmp_path, clean_env
) -> None:
    argv = [sys.executable, *options, "-c", OPTIONS]
    child = subprocess.run(argv, cwd=tmp_path, env={**clean_env, **env}, capture_output=True, text=True, check=True)
    assert child.stdout.strip() == inherited
