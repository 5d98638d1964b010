"""Checks `--dask` at length on a cluster of this machine: two single-threaded workers, each with a nanny.

    .venv/bin/python scripts/fleet.py aa [COMMANDS] [TARGETS] [PAIRS]  # the same code on both sides: none may fail
    .venv/bin/python scripts/fleet.py cores [TARGETS]                  # with --pin, no two rounds overlap on one core
    .venv/bin/python scripts/fleet.py kills [KILLS] [TARGETS]          # workers are killed: nothing is lost or twice

Each check prints its figures, and ends with exit code 1 if something is wrong. `aa` takes some minutes for each ten
targets; with PAIRS, the test does not decide how many pairs it takes.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from dask_cluster import local_cluster

ROOT = Path(__file__).resolve().parent.parent

GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org")

LOGGING_CONFTEST = """\
import atexit, json, os, time
BEGUN = time.monotonic()
def log():
    line = json.dumps([sorted(os.sched_getaffinity(0)), os.getpid(), BEGUN, time.monotonic()])
    with open({log!r}, "a") as file:
        file.write(line + "\\n")
atexit.register(log)
"""


@contextmanager
def place() -> Iterator[tuple[Path, str, dict[str, str]]]:
    """Yields an empty directory, the address of a cluster, and the environment of its commands."""
    with tempfile.TemporaryDirectory(prefix="fleet-") as directory:
        temporary = Path(directory) / "t"
        temporary.mkdir()
        dropped = ("PYTHONDONTWRITEBYTECODE",)
        env = {name: value for name, value in os.environ.items() if name not in dropped}
        path = os.pathsep.join(filter(None, (str(ROOT), env.get("PYTHONPATH"))))
        env |= {"TMPDIR": str(temporary), "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        env["XDG_STATE_HOME"] = str(Path(directory) / "state")
        with local_cluster(2, env) as address:
            yield Path(directory) / "project", address, env


def write_project(root: Path, targets: int, files: Mapping[str, str], body: str = "") -> None:
    """Writes a repository with that many targets, each with one test."""
    root.mkdir()
    (root / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    for number in range(targets):
        directory = root / "tests" / f"t{number:03}"
        directory.mkdir(parents=True)
        (directory / f"test_t{number:03}.py").write_text(f"{body}\ndef test_it(): pass\n")
    for name, text in files.items():
        (root / name).write_text(text)
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "all")):
        subprocess.run((*GIT, *words), cwd=root, check=True)


def run(root: Path, env: Mapping[str, str], *arguments: str) -> tuple[int, dict[str, Any]]:
    """Runs a command; returns its exit code and its document, which is empty if there is none."""
    output = root.parent / "document.json"
    output.unlink(missing_ok=True)
    command = (sys.executable, "-m", "collectbench", *arguments, "--no-progress", "--output", str(output))
    done = subprocess.run(command, cwd=root, env=dict(env), stdout=subprocess.DEVNULL, check=False)
    return done.returncode, json.loads(output.read_text()) if output.exists() else {}


def same_code(commands: int = 10, targets: int = 10, pairs_of_each: int = 0) -> bool:
    """Compares a commit with itself, also in time."""
    verdicts: Counter[str] = Counter()
    with place() as (root, address, env):
        write_project(root, targets, {}, body="import decimal, json, logging, unittest")
        for number in range(commands):
            rounds = ("--rounds", str(pairs_of_each), "--no-counters") if pairs_of_each else ()
            options = ("--against", "HEAD", "--full", "--no-suite", *rounds)
            code, found = run(root, env, "compare", *options, "--dask", address)
            rows = [row["change"] for row in found.get("targets", [])]
            verdicts.update(change["verdict"] for change in rows)
            pairs = sum(change["pairs"] or 0 for change in rows)
            print(
                f"{number + 1}/{commands}: exit code {code}, {len(rows)} targets, {pairs} pairs: {dict(verdicts)}",
                flush=True,
            )
        left = left_behind(env["TMPDIR"])
    total = sum(verdicts.values())
    print(f"{total} comparisons of the same code: {dict(verdicts)}; left behind: {len(left)}")
    return total == commands * targets and not verdicts["fail"] and not left


def cores(targets: int = 12) -> bool:
    """Measures pinned, and looks at the times at which each process with a core of its own began and ended."""
    with place() as (root, address, env):
        log = root.parent / "log"
        write_project(root, targets, {"conftest.py": LOGGING_CONFTEST.format(log=str(log))})
        code, found = run(root, env, "baseline", "--rounds", "3", "--pin", "--dask", address)
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        left = left_behind(env["TMPDIR"])
    pinned = [(affinity[0], begun, ended) for affinity, _, begun, ended in lines if len(affinity) == 1]
    by_core: dict[int, list[tuple[float, float]]] = {}
    for core, begun, ended in sorted(pinned):
        by_core.setdefault(core, []).append((begun, ended))
    overlaps = sum(before[1] > after[0] for spans in by_core.values() for before, after in pairwise(sorted(spans)))
    elsewhere = len(lines) - len(pinned)
    counts = {core: len(spans) for core, spans in by_core.items()}
    print(f"exit code {code}, {len(found['targets'])} targets; rounds by core: {counts}; overlapping: {overlaps}; "
          f"processes of the client, which are not pinned: {elsewhere}; left behind: {len(left)}")  # fmt: skip
    workers = {result["worker"] for result in found["targets"]}
    return code == 0 and len(workers) == 2 and len(by_core) == 2 and overlaps == 0 and not left


def kills(number: int = 20, targets: int = 16) -> bool:
    """Kills workers that measure at random moments, each target at most twice."""
    chance = random.Random(number)
    with place() as (root, address, env):
        write_project(root, targets, {}, body="import time\ntime.sleep(1)")
        killed: Counter[str] = Counter()
        ended = threading.Event()

        def kill_from_time_to_time() -> None:
            while not ended.wait(chance.uniform(0.5, 4.0)) and sum(killed.values()) < number:
                for command in measuring(env["TMPDIR"]):
                    part = command.cmdline()[command.cmdline().index("--shard") + 1]
                    if killed[part] < 2:
                        killed[part] += 1
                        command.parents()[1].kill()
                        break

        killer = threading.Thread(target=kill_from_time_to_time)
        killer.start()
        code, found = run(root, env, "baseline", "--rounds", "1", "--no-suite", "--no-counters", "--dask", address)
        ended.set()
        killer.join()
        time.sleep(10)
        left = left_behind(env["TMPDIR"])
    names = Counter(result["name"] for result in found.get("targets", []))
    statuses = Counter(result["status"] for result in found.get("targets", []))
    samples = Counter(len(result["samples"]) for result in found.get("targets", []))
    print(f"exit code {code}; {sum(killed.values())} workers killed; targets: {len(names)}, {dict(statuses)}; "
          f"samples of each: {dict(samples)}; left behind: {left}")  # fmt: skip
    return code == 0 and len(names) == targets and set(names.values()) == {1} and len(samples) == 1 and not left


def measuring(temporary: str) -> list[psutil.Process]:
    """The commands of ours that run on workers now."""
    found = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            if "--shard" in words and any(temporary in word for word in words):
                found.append(process)
        except psutil.Error:
            continue
    return found


def left_behind(temporary: str) -> list[str]:
    """Directories of ours in the directory for temporary files, and commands that still run."""
    return [*map(str, Path(temporary).glob("collectbench-*")), *map(str, measuring(temporary))]


CHECKS: dict[str, Callable[..., bool]] = {"aa": same_code, "cores": cores, "kills": kills}

if __name__ == "__main__":
    if sys.argv[1:2] == [] or sys.argv[1] not in CHECKS:
        sys.exit(__doc__)
    sys.exit(0 if CHECKS[sys.argv[1]](*map(int, sys.argv[2:])) else 1)
