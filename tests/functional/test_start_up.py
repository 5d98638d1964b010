"""The program starts quickly: what is heavy is imported where it is used."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from collectbench.judge.statistics import lower_half_mean

PAIRS = 6
MOST = 2.0
"""CPU time of `collectbench --version` over that of importing typer, which it cannot do without."""


def cpu_s(command: list[str], env: dict[str, str], cwd: Path) -> float:
    """User and system time of one process, from the operating system."""
    child = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return usage.ru_utime + usage.ru_stime


def test_the_version_costs_at_most_twice_the_import_of_typer(clean_env, tmp_path) -> None:
    commands = {
        "version": [str(Path(sys.executable).with_name("collectbench")), "--version"],
        "typer": [sys.executable, "-c", "import typer"],
    }
    order, found = random.Random(1), {name: [] for name in commands}
    for pair in range(PAIRS + 1):
        for name in order.sample(sorted(commands), 2):
            seconds = cpu_s(commands[name], clean_env, tmp_path)
            if pair:  # the first pair writes bytecode
                found[name].append(seconds)
    assert lower_half_mean(found["version"]) <= MOST * lower_half_mean(found["typer"])


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["baseline", "--help"]])
def test_nothing_heavy_is_imported_to_say_what_the_program_is(clean_env, tmp_path, arguments) -> None:
    question = (
        "import sys\nfrom collectbench.cli.app import run\n"
        f"try: run({arguments!r})\n"
        "except SystemExit: pass\n"
        "print(sorted({'psutil', 'tabulate', 'pytest', 'pyinstrument', 'json'} & set(sys.modules)), file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", question]
    result = subprocess.run(command, cwd=tmp_path, env=clean_env, capture_output=True, text=True, check=True)
    assert result.stderr == "[]\n"
