"""What tests see in a measured round is what they see under `python -m pytest` with the same arguments.

A plugin outside of the tree writes down what a process of pytest looks like from within. It is loaded by `-p` and
PYTHONPATH on both sides, so that no file of a project has to be changed.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from collectbench.model.sample import PHASES, UNACCOUNTED

PROJECTS = Path(__file__).resolve().parent.parent / "projects"
OURS = ("--collect-only", "-qq", "--maxfail=0", "--continue-on-collection-errors")
GOOD_PROJECTS = sorted(path.name for path in PROJECTS.glob("*") if path.is_dir() and not path.name.startswith("bad_"))
SLOW_PROJECTS = ("planted", "waiting")
"""Those that compute or wait for seconds, and are otherwise like the rest."""
LIKE_OTHERS = (
    "config_pyproject_native", "config_setup_cfg", "config_tox_ini", "ignored", "parametrized", "unittest_style",
)  # fmt: skip
"""Those that differ from others only in what pytest reads and collects, not in how a process sees itself."""
PATH_PROJECTS = ("doctests", "nested", "plain", "src_layout")
"""Those that import by sys.path in different ways."""


def some_long(names: Iterable[str], long: Container[str]) -> list[Any]:
    """The names as parameters of a test; those of `long` only with `--long`."""
    return [pytest.param(name, marks=[pytest.mark.long] if name in long else []) for name in names]


WITNESS = """
import os
import sys
import time

FOLDER = {folder!r}
ENVIRON = dict(os.environ)
PATH = list(sys.path)


def plain(value):
    return repr(value) if isinstance(value, (str, int, bool, dict, list, tuple, type(None))) else type(value).__name__


def pytest_sessionfinish(session, exitstatus):
    main = sys.modules["__main__"]
    spec = main.__spec__
    facts = {{
        "argv": sys.argv,
        "environ at the start": ENVIRON,
        "environ at the end": dict(os.environ),
        "path at the start": PATH,
        "path at the end": sys.path,
        "cwd": os.getcwd(),
        "main": {{key: plain(value) for key, value in vars(main).items()}},
        "spec": spec and (spec.name, spec.origin, spec.parent),
        "flags": repr(sys.flags),
        "warnoptions": sys.warnoptions,
        "stdin": os.path.realpath("/dev/fd/0"),
        "exit": int(exitstatus),
        "ids": sorted(item.nodeid for item in getattr(session, "items", ())),
    }}
    with open(os.path.join(FOLDER, "%d" % time.monotonic_ns()), "w", encoding="utf-8", errors="surrogatepass") as file:
        file.write(repr(facts))
"""

Facts = dict[str, Any]


class Witness:
    """The plugin in a folder of its own, and what it wrote down there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "facts"
        self.folder.mkdir()
        (folder / "witness_of_the_process.py").write_text(WITNESS.format(folder=str(self.folder)))
        self.arguments = ("-p", "witness_of_the_process")
        self.env = {"PYTHONPATH": str(folder)}

    def take(self) -> list[Facts]:
        """What was written since the last time, in order."""
        files = sorted(self.folder.iterdir(), key=lambda path: int(path.name))
        found = [ast.literal_eval(path.read_text(encoding="utf-8", errors="surrogatepass")) for path in files]
        for path in files:
            path.unlink()
        for facts in found:
            for key in ("environ at the start", "environ at the end"):
                # coverage announces itself to the children of the command that it measures.
                facts[key] = {name: text for name, text in facts[key].items() if not name.startswith("COVERAGE_")}
        return found


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    (tmp_path / "witness").mkdir()
    return Witness(tmp_path / "witness")


@dataclass(frozen=True)
class Setting:
    """How both sides are started: the command, the interpreter of the tests, the environment."""

    command: list[str]
    python: list[str]
    env: dict[str, str]
    witness: Witness

    def measure(self, root: Path, *arguments: str) -> tuple[dict[str, Any], list[Facts]]:
        """The run, and what each of its rounds saw, in order; counted ones only where `arguments` ask for them."""
        options = ["--rounds", "1", "--format", "json", "--baseline-dir", str(self.witness.folder.parent / "baselines")]
        if "--counters" not in arguments:
            options.append("--no-counters")
        command = [*self.command, "baseline", *arguments, *options, "--", *self.witness.arguments]
        result = self._run(command, root)
        assert result.stdout, result.stderr
        return json.loads(result.stdout), self.witness.take()

    def bare(self, root: Path, arguments: list[str], **env: str) -> tuple[int, Facts]:
        """The exit code of `python -m pytest ARGUMENTS`, and what it saw."""
        result = self._run([*self.python, "-m", "pytest", *arguments], root, **env)
        (facts,) = self.witness.take()
        return result.returncode, facts

    def _run(self, command: list[str], root: Path, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=root,
            env={**self.env, **self.witness.env, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def setting(clean_env, witness) -> Callable[..., Setting]:
    """Makes the setting for one interpreter. Coverage would start with each command, and these tests have many."""

    def make(python: str | Path, **env: str) -> Setting:
        # Not as a program: pip makes a shell script of it if the path of its interpreter is long.
        command = [sys.executable, str(Path(sys.executable).with_name("collectbench"))]
        return Setting(command=command, python=[str(python)], env={**clean_env, **env}, witness=witness)

    return make


def assert_each_round_is_like_bare_pytest(setting: Setting, root: Path, *arguments: str) -> None:
    """The rounds of one command against bare pytest with the arguments, and the hash seed, that they had."""
    command = setting.command
    python = ["--python", setting.python[0]] if setting.python[0] not in command else []
    run, rounds = setting.measure(root, *arguments, *python)
    measured = [*run["targets"], *([run["suite"]] if run["suite"] else [])]
    assert len(rounds) == sum(len(target["samples"]) for target in measured)
    codes, digests = set(), set()
    for argv, seed in set(map(_call, rounds)):
        assert argv[1:7] == (*setting.witness.arguments, *OURS)
        code, expected = setting.bare(root, list(argv[1:]), **({"PYTHONHASHSEED": seed} if seed else {}))
        assert [facts for facts in rounds if _call(facts) == (argv, seed) and facts != expected] == []
        codes.add(code)
        digests.add(sha256("".join(f"{i}\n" for i in expected["ids"]).encode("utf-8", "surrogatepass")).hexdigest())
    assert {sample["exit_code"] for target in measured for sample in target["samples"]} == codes
    assert {target["nodeids_sha256"] for target in measured} == digests


def _call(facts: Facts) -> tuple[tuple[str, ...], str | None]:
    """What a process was started with: its arguments, and its hash seed if it was given one."""
    return tuple(facts["argv"]), facts["environ at the start"].get("PYTHONHASHSEED")


@pytest.fixture
def safe_path_python(plain_python: str, tmp_path: Path) -> Path:
    """The plain interpreter under -P, as one program."""
    _require_safe_path(plain_python)
    script = tmp_path / "python-P"
    script.write_text(f'#!/bin/sh\nexec "{plain_python}" -P "$@"\n')
    script.chmod(0o755)
    return script


def _require_safe_path(python: str) -> None:
    if subprocess.run([python, "-P", "-c", ""], check=False, capture_output=True).returncode != 0:
        pytest.skip(f"-P and PYTHONSAFEPATH came with Python 3.11; {python} is older")


@pytest.mark.parametrize("name", some_long(GOOD_PROJECTS, (*SLOW_PROJECTS, *LIKE_OTHERS)))
def test_a_project_sees_what_it_would_under_bare_pytest(setting, project, plain_python, name) -> None:
    assert_each_round_is_like_bare_pytest(setting(plain_python), project(name), "--no-suite", "--depth", "0")


@pytest.mark.parametrize("name", some_long(PATH_PROJECTS, ("doctests", "plain")))
def test_a_project_sees_what_it_would_under_safe_path(setting, project, plain_python, name) -> None:
    _require_safe_path(plain_python)
    safe = setting(plain_python, PYTHONSAFEPATH="1")
    assert_each_round_is_like_bare_pytest(safe, project(name), "--no-suite", "--depth", "0", "--warmup", "0")


@pytest.mark.parametrize("name", some_long(PATH_PROJECTS, ("doctests", "nested")))
def test_a_project_sees_what_it_would_under_option_capital_p(setting, project, safe_path_python, name) -> None:
    options = ("--no-suite", "--depth", "0", "--warmup", "0")
    assert_each_round_is_like_bare_pytest(setting(safe_path_python), project(name), *options)


@pytest.mark.parametrize(
    "arguments", [pytest.param((), id="one by one"), pytest.param(("--jobs", "2"), id="at the same time")]
)
def test_every_target_and_the_suite_see_what_they_would(setting, api_and_core, plain_python, arguments) -> None:
    assert_each_round_is_like_bare_pytest(setting(plain_python), api_and_core, *arguments)


@pytest.mark.parametrize("options", [["-P"], ["-O"], ["-W", "ignore::ImportWarning"], ["-B"]], ids=" ".join)
def test_the_options_of_the_running_interpreter_are_those_of_the_rounds(
    api_and_core, plain_env, witness, options
) -> None:
    if options == ["-P"]:
        _require_safe_path(sys.executable)
    python = [sys.executable, *options]
    same = Setting(command=[*python, "-m", "collectbench"], python=python, env=plain_env, witness=witness)
    assert_each_round_is_like_bare_pytest(same, api_and_core, "tests/api", "--warmup", "0")


@pytest.mark.parametrize(
    "name",
    some_long(
        ["plain", "with_errors", "plugins_make_folders", "doctests", "unittest_style"],
        ("plain", "doctests", "unittest_style"),
    ),
)
def test_a_counted_round_sees_what_bare_pytest_sees_with_that_hash_seed(setting, project, plain_python, name) -> None:
    options = ("--counters", "--warmup", "0", "--no-suite", "--depth", "0")
    assert_each_round_is_like_bare_pytest(setting(plain_python), project(name), *options)


def test_names_in_the_folder_of_the_user_are_found_first_as_they_would_be(setting, write_suite, plain_python) -> None:
    shadows = {f"{name}.py": "WHOSE = 'mine'\n" for name in ("json", "runner", "guard", "inspection", "collectbench")}
    seen = "".join(f"import {name.removesuffix('.py')} as m\nassert m.WHOSE == 'mine'\n" for name in shadows)
    root = write_suite({**shadows, "pytest.ini": "[pytest]\n", "test_it.py": f"{seen}def test_it(): pass\n"})
    assert_each_round_is_like_bare_pytest(setting(plain_python), root, "--no-suite")


def test_a_folder_below_the_rootdir_sees_what_it_would(setting, api_and_core, plain_python) -> None:
    (api_and_core / "tests" / "conftest.py").write_text("import helper\nopen('data.txt').close()\n")
    (api_and_core / "tests" / "helper.py").write_text("")
    (api_and_core / "tests" / "data.txt").write_text("")
    assert_each_round_is_like_bare_pytest(setting(plain_python), api_and_core / "tests", "--warmup", "0")


def _package(python: Path, name: str) -> Path:
    question = f"import importlib.util; print(importlib.util.find_spec({name!r}).submodule_search_locations[0])"
    return Path(subprocess.check_output([python, "-c", question], text=True).strip())


@pytest.mark.long
def test_networkx_sees_what_it_would_under_bare_pytest(setting, corpus_python) -> None:
    root = _package(corpus_python, "networkx")
    assert_each_round_is_like_bare_pytest(setting(corpus_python), root, ".", "--no-suite")


@pytest.mark.long
def test_sympy_core_sees_what_it_would_under_bare_pytest(setting, hypothesis_corpus_python) -> None:
    root = _package(hypothesis_corpus_python, "sympy")
    assert_each_round_is_like_bare_pytest(setting(hypothesis_corpus_python), root, "core", "--no-suite")


PAUSES = {
    "conftest": 0.03,
    "startup": 0.03,
    "collection": 0.06,
    "modifyitems": 0.03,
    "teardown": 0.03,
}
"""Seconds that the suite below sleeps in some phases."""


MOST_UNACCOUNTED = 0.05
"""Of the wall time of a round."""


def best_unaccounted(timed: list[dict[str, Any]]) -> float:
    """The share of the wall time that no phase covers, in the round in which it is smallest."""
    return min(sample["phases"][UNACCOUNTED] / sample["wall_s"] for sample in timed)


def test_every_interpreter_and_pytest_is_measured_in_full(run_cli, matrix_python, api_and_core) -> None:
    slow = "import time\ntime.sleep({conftest})\n"
    slow += "def pytest_configure(config): time.sleep({startup})\n"
    slow += "def pytest_collection_modifyitems(config, items): time.sleep({modifyitems})\n"
    slow += "def pytest_sessionfinish(session): time.sleep({teardown})\n"
    (api_and_core / "conftest.py").write_text(slow.format(**PAUSES))
    (api_and_core / "tests" / "api" / "test_slow.py").write_text(f"import time\ntime.sleep({PAUSES['collection']})\n")
    (api_and_core / "tests" / "test_broken.py").write_text("import no_such_module_here\n")
    options = ("--python", matrix_python, "--no-counters", "--no-suite", "--format", "json")
    result = run_cli("baseline", "tests", *options, "--rounds", "3", cwd=api_and_core)
    assert result.returncode == 0, result.stderr
    run = json.loads(result.stdout)
    minor, _, major = matrix_python.parent.parent.name.partition("-pytest")
    assert run["environment"]["python"].startswith(f"{minor}.")
    assert run["environment"]["pytest"].startswith(f"{major}.")
    (target,) = run["targets"]
    assert (target["counts"]["items"], target["counts"]["errors"], target["counts"]["files"]) == (6, 1, 3)
    timed = [sample for sample in target["samples"] if sample["kind"] == "timed"]
    assert all(set(sample["phases"]) == {*PHASES, UNACCOUNTED} for sample in timed)
    assert all(sample["phases"][phase] > PAUSES.get(phase, 0) for sample in timed for phase in PHASES)
    # The suite is tiny, so that a pause of a busy machine weighs much: the best round counts, of more where need be.
    if best_unaccounted(timed) > MOST_UNACCOUNTED:
        again = run_cli("baseline", "tests", *options, "--rounds", "12", cwd=api_and_core)
        timed = [sample for sample in json.loads(again.stdout)["targets"][0]["samples"] if sample["kind"] == "timed"]
    assert best_unaccounted(timed) <= MOST_UNACCOUNTED
