"""The house rules that no other tool keeps: what is shipped, what may import what, which scripts run."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import pytest
import tomli
import typer

import collectbench
from collectbench.cli.app import app
from environments import ROOT

PACKAGE = ROOT / "collectbench"
PROBE = PACKAGE / "probe"
PYTEST_ITSELF = {"pytest", "_pytest", "pluggy"}
# Its only job is to run that one, of the target's interpreter or ours; no other file of the probe may load it.
SAMPLER = {"sampling.py": {"pyinstrument"}}

ROOMS_WITHOUT_OPTIONS = (
    "attribution", "checkouts", "config", "discovery", "judge", "measure", "model", "render", "store"
)  # fmt: skip
# Rooms and files whose messages still name options: they return reasons and remedies soon.
# Arguments of git and pytest that have the names of our options.
OPTIONS_OF_OTHERS = {
    "checkouts/current_files.py": {"--force", "--quiet"},
    "checkouts/history.py": {"--format"},
    "checkouts/repository.py": {"--quiet", "--verify"},
    "checkouts/repository_copies.py": {"--quiet", "--verify"},
    "checkouts/submodules.py": {"--quiet", "--verify"},
    "checkouts/worktrees.py": {"--force", "--quiet"},
    "config/editing.py": {"--ignore"},
    "discovery/pytest_settings.py": {"--ignore"},
    "measure/machine/environment.py": {"--quiet", "--verify"},
    "measure/round/request.py": {"--ignore"},
}
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


@cache
def imported_modules(file: Path) -> tuple[str, ...]:
    """The dotted names that a file imports anywhere; a relative import keeps its dots."""
    return tuple(_imported_modules(ast.parse(file.read_bytes())))


def _imported_modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (module, *(f"{module}.{alias.name}" for alias in node.names))


def options() -> set[str]:
    """The names of all options of the program, such as `--rounds`."""
    commands = typer.main.get_command(app).commands.values()  # type: ignore[attr-defined]
    names = {name for command in commands for parameter in command.params for name in parameter.opts}
    return {name for name in names if OPTION.fullmatch(name)}


def strings(file: Path) -> Iterator[str]:
    """The string constants of a file, the constant parts of f-strings among them, without docstrings."""
    nodes = list(ast.walk(ast.parse(file.read_bytes())))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def is_in(file: Path, rooms: tuple[str, ...]) -> bool:
    """Whether a file is one of these, or lies in one of these rooms."""
    return any(file.is_relative_to(PACKAGE / room) for room in rooms)


def test_the_layers_are_kept() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_probe_needs_nothing_but_the_standard_library_and_pytest() -> None:
    siblings = {file.stem for file in PROBE.glob("*.py")}
    allowed = sys.stdlib_module_names | PYTEST_ITSELF | siblings
    foreign = {
        (file.name, module)
        for file in PROBE.glob("*.py")
        for module in imported_modules(file)
        if module.partition(".")[0] not in allowed | SAMPLER.get(file.name, set())
    }
    assert siblings
    assert not foreign


def test_nothing_imports_the_probe() -> None:
    rest = [file for file in PACKAGE.rglob("*.py") if PROBE not in file.parents]
    importers = {
        file.relative_to(ROOT)
        for file in rest
        for module in imported_modules(file)
        if module.startswith(("collectbench.probe", ".probe", "..probe"))
    }
    assert rest
    assert not importers


@pytest.mark.parametrize("file", sorted(PROBE.glob("*.py")), ids=lambda file: file.name)
def test_the_probe_is_written_in_the_syntax_of_python_3_9(file: Path) -> None:
    ast.parse(file.read_bytes(), filename=str(file), feature_version=(3, 9))


def test_a_users_pytest_loads_nothing_of_ours() -> None:
    groups = {entry.group for entry in distribution("collectbench").entry_points}
    assert groups == {"console_scripts"}


def test_the_version_stands_in_one_place() -> None:
    assert distribution("collectbench").version == collectbench.__version__
    others = [PACKAGE.rglob("*.py"), [ROOT / "pyproject.toml"]]
    repeated = {
        str(file.relative_to(ROOT))
        for files in others
        for file in files
        if f'"{collectbench.__version__}"' in file.read_text(encoding="utf-8")
    }
    assert repeated == {"collectbench/__init__.py"}


def test_what_the_package_imports_is_installed_with_it() -> None:
    files = [file for file in PACKAGE.rglob("*.py") if "probe" not in file.relative_to(PACKAGE).parts]
    imported = {name.partition(".")[0] for file in files for name in imported_modules(file)}
    foreign = imported - sys.stdlib_module_names - {"", "collectbench", "_typeshed"}
    assert "networkx" in foreign
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomli.load(file)["project"]
    required = [*project["dependencies"], *project["optional-dependencies"]["fleet"]]
    started = {"pytest", "ruff"}
    assert foreign == {re.split(r"[^\w-]", requirement)[0] for requirement in required} - started


def test_pytest_benchmark_stays_out_of_the_run_time_set() -> None:
    requirements = distribution("collectbench").requires or []
    assert any(requirement.startswith("pytest>=") for requirement in requirements)
    run_time = [requirement for requirement in requirements if "extra ==" not in requirement]
    assert not [requirement for requirement in run_time if requirement.startswith("pytest-")]


def test_only_the_command_line_and_the_use_cases_name_options() -> None:
    files = [file for file in PACKAGE.rglob("*.py") if is_in(file, ROOMS_WITHOUT_OPTIONS)]
    assert files
    ours = options()
    assert "--rounds" in ours
    named = {
        (name, option)
        for file in files
        for name in [file.relative_to(PACKAGE).as_posix()]
        for text in strings(file)
        for option in ours.intersection(OPTION.findall(text)) - OPTIONS_OF_OTHERS.get(name, set())
    }
    assert not named


@pytest.mark.parametrize("script", ["scripts/test", "scripts/demo", ".ci/run"])
def test_the_scripts_can_be_started(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)


def names_in_the_glossary() -> list[str]:
    """The dotted names in the last column of each table of the glossary."""
    rows = [line for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines() if "|" in line]
    return [name for row in rows for name in re.findall(r"`([\w.]+\.\w+)`", row.rstrip(" |").rpartition("|")[2])]


@pytest.mark.parametrize("name", names_in_the_glossary())
def test_each_name_in_the_glossary_exists(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    assert hasattr(importlib.import_module(f"collectbench.{module}"), attribute)


def test_the_glossary_has_no_word_twice() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = [word for row in re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE) for word in row.split(", ")]
    assert sorted(set(words) - {"word", "---"}) == sorted(word for word in words if word not in ("word", "---"))


@pytest.mark.parametrize("name", ["reference.py", "profile.py", "counters.py"])
def test_a_file_name_that_could_mean_several_things_stands_once_outside_of_the_probe(name: str) -> None:
    assert len([file for file in PACKAGE.rglob(name) if PROBE not in file.parents]) <= 1


def test_only_the_options_make_a_long_file_of_the_command_line() -> None:
    files = [file for file in (PACKAGE / "cli").glob("*.py") if file.name != "options.py"]
    assert not [file.name for file in files if len(file.read_text(encoding="utf-8").splitlines()) > 150]
