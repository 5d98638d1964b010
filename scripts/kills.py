"""Whether the next command puts everything right after one was killed at a random moment.

Usage: .venv/bin/python scripts/kills.py [--rounds 200] [--seed 1] [--only COMMAND] [--signal NAME] [--python PYTHON]

Makes a small git repository whose tests start sleeping processes, write files and make directories while they are
collected. In each round one of the commands that start children gets SIGKILL, SIGQUIT, SIGTERM or SIGINT at a random
moment, then `collectbench targets` runs, then tree, processes, repository and temporary files are compared with those
before the first round. Prints a table; each round that failed with its number, the seed and what differs. Exits with 1
if one failed. The figures that were published stand in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from environments import python_of
from pairs import children_env, machine

GIT = ("git", "-c", "user.name=n", "-c", "user.email=n@example.org")
SIGNALS = (signal.SIGKILL, signal.SIGQUIT, signal.SIGTERM, signal.SIGINT)
MARK = "COLLECTBENCH_SCENE"
"""An environment variable by which all processes of these rounds are known. It holds the folder."""

ONE_ROUND = ("tests/b", "--rounds", "1", "--warmup", "0", "--no-counters")
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "baseline": ("baseline", *ONE_ROUND),
    "compare --against": ("compare", "tests/b", "--against", "HEAD~1", "--rounds", "2", "--no-counters"),
    "compare (stored)": ("compare", *ONE_ROUND),
    "profile": ("profile", *ONE_ROUND[:-1]),
    "doctor": ("doctor", "tests/b", "--rounds", "2", "--warmup", "0"),
    "targets": ("targets",),
    "(bare)": (),
}
SAVES = ("baseline", "compare (stored)")

TEST = """import os, subprocess, time
for number in range(3):
    subprocess.Popen(["/bin/sleep", "600"], start_new_session=number == 0)
    os.makedirs(f"made/by/{name}", exist_ok=True)
    with open(f"made/by/{name}/{{number}}.txt", "w") as file: file.write("new")
    time.sleep(0.03)
os.makedirs(".benchmarks", exist_ok=True)
with open(".benchmarks/history.json", "a") as file: file.write("more")

def test_one(): pass
"""


@dataclass(frozen=True, kw_only=True)
class Kill:
    """A command, the signal that it gets, and the seconds after which it does."""

    command: str
    sent: signal.Signals
    after_s: float

    def __str__(self) -> str:
        return f"{self.command}, {self.sent.name} after {self.after_s:.3f} s"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The repository, and the directories beside it for temporary files, state and baselines."""

    folder: Path
    python: str
    env: Mapping[str, str]

    @property
    def root(self) -> Path:
        """The top of the repository."""
        return self.folder / "suite"

    def command(self, name: str) -> list[str]:
        """The command line."""
        words = COMMANDS[name]
        saved = ("--baseline-dir", str(self.folder / "baselines")) if name in SAVES else ()
        python = ("--python", self.python) if words else ()
        return [sys.executable, "-m", "collectbench", *words, *python, *saved]

    def run(self, name: str) -> tuple[str, float]:
        """Run a command to its end; returns its stderr and the seconds that it took."""
        begun = time.monotonic()
        done = subprocess.run(
            self.command(name), cwd=self.root, env=self.env, capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, 1) and COMMANDS[name]:
            sys.exit(f"{name} ended with {done.returncode}:\n{done.stderr}")
        return done.stderr, time.monotonic() - begun

    def kill(self, kill: Kill) -> bool:
        """Start a command and send it a signal later; returns whether it still ran then."""
        with subprocess.Popen(
            self.command(kill.command),
            cwd=self.root, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                process.wait(kill.after_s)
            except subprocess.TimeoutExpired:
                process.send_signal(kill.sent)
                process.wait()
                return True
        return False

    def state(self) -> dict[str, object]:
        """Everything that a killed command could leave, by name."""
        git = {
            question: subprocess.run(
                [*GIT, *question.split()], cwd=self.root, capture_output=True, text=True, check=True
            ).stdout
            for question in ("worktree list", "for-each-ref", "status --porcelain --ignored=no", "fsck --unreachable")
        }
        processes = {
            f"process {process.pid}": " ".join(process.info["cmdline"] or ()) for process in marked(self.folder)
        }
        places = {str(path): digest(path) for name in ("suite", "tmp", "state") for path in walk(self.folder / name)}
        return {**git, **processes, **places}


def walk(top: Path) -> list[Path]:
    """All paths below a directory.

    Omitted are bytecode, the finished rounds that an interrupted command keeps for the user and names, and empty
    directories of the state.
    """
    omitted = ("__pycache__", "collectbench-kept-")
    found = (path for path in top.rglob("*") if not any(part.startswith(omitted) for part in path.parts))
    return [path for path in found if top.name != "state" or not path.is_dir()]


def digest(path: Path) -> tuple[object, ...]:
    """Mode and content of a path, and the time of a file in the tree."""
    state = path.lstat()
    if path.is_symlink():
        return (state.st_mode, path.readlink())
    if not path.is_file():
        return (state.st_mode,)
    changed_ns = 0 if ".git" in path.parts else state.st_mtime_ns
    return (state.st_mode, hashlib.sha256(path.read_bytes()).hexdigest(), changed_ns)


def marked(folder: Path) -> list[psutil.Process]:
    """The processes of these rounds that have not ended."""
    return [
        process
        for process in psutil.process_iter(["cmdline", "environ", "status"])
        if (process.info["environ"] or {}).get(MARK) == str(folder) and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


def make_scene(folder: Path, python: str) -> Scene:
    """A repository with two commits, changes that are not committed, and a cache of pytest."""
    for name in ("tmp", "state", "baselines"):
        (folder / name).mkdir()
    env = {**children_env(), "TMPDIR": str(folder / "tmp"), "XDG_STATE_HOME": str(folder / "state"), MARK: str(folder)}
    scene = Scene(folder=folder, python=python, env=env)
    write(scene.root, "pytest.ini", "[pytest]\ntestpaths = tests\n")
    write(scene.root, ".gitignore", "__pycache__/\n.pytest_cache/\n.benchmarks/\n")
    for name in ("a", "b"):
        write(scene.root, f"tests/{name}/test_{name}.py", TEST.format(name=name))
    write(scene.root, "tests/a/test_broken.py", "import no_such_module_here\n")
    write(scene.root, ".benchmarks/history.json", "old")
    write(scene.root, ".pytest_cache/v/cache/lastfailed", '{"tests/a/test_old.py::test_old": true}')
    for words in (("init", "-q"), ("add", "--all"), ("commit", "-q", "-m", "base")):
        subprocess.run([*GIT, *words], cwd=scene.root, check=True)
    write(scene.root, "tests/b/test_b.py", TEST.format(name="b") + "def test_two(): pass\n")
    subprocess.run([*GIT, "commit", "-q", "-a", "-m", "head"], cwd=scene.root, check=True)
    write(scene.root, "tests/b/test_new.py", "def test_new(): pass\n")
    return scene


def write(root: Path, name: str, text: str) -> None:
    """Write a file, with its directories."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """What is new, gone or changed, a line each."""
    new = [f"new: {name} {after[name]}" for name in after.keys() - before.keys()]
    gone = [f"gone: {name}" for name in before.keys() - after.keys()]
    changed = [f"changed: {name}" for name in before.keys() & after.keys() if before[name] != after[name]]
    return sorted((*new, *gone, *changed))


def one_round(scene: Scene, kill: Kill, before: Mapping[str, object]) -> tuple[str, list[str]]:
    """Kill a command, run the next one, compare; returns what happened, and the differences."""
    was_running = scene.kill(kill)
    said, _ = scene.run("targets")
    left = differences(before, scene.state())
    for process in marked(scene.folder):  # else they would fail all later rounds
        process.kill()
    if not was_running:
        return "ended before", left
    return "put right" if "was killed" in said else "nothing left", left


def main() -> None:
    """Take the rounds, print the table."""
    options = parse()
    source = random.Random(options.seed)
    signals = [number for number in SIGNALS if options.signal in ("", number.name)]
    counts: Counter[tuple[str, str]] = Counter()
    names = [command for command in COMMANDS if options.only in ("", command)]
    with tempfile.TemporaryDirectory() as name:
        scene = make_scene(Path(os.path.realpath(name)), options.python)
        lasts_s = {command: scene.run(command)[1] for command in ("baseline", *names)}
        print(machine(), flush=True)
        before = scene.state()
        for number in range(options.rounds):
            command = names[number % len(names)]
            kill = Kill(
                command=command, sent=source.choice(signals), after_s=source.uniform(0, 1.05 * lasts_s[command])
            )
            happened, left = one_round(scene, kill, before)
            print(f"{number + 1} of {options.rounds}: {kill}: {happened}", file=sys.stderr, flush=True)
            counts.update([(command, kill.sent.name), (command, happened)])
            if left:
                counts[command, "failed"] += 1
                print(f"seed {options.seed}, round {number}: {kill}", *left, sep="\n  ", flush=True)
                before = scene.state()
    show(names, counts)
    sys.exit(1 if any(what == "failed" for _, what in counts) else 0)


def show(names: list[str], counts: Mapping[tuple[str, str], int]) -> None:
    """Print the table."""
    columns = [*(number.name for number in SIGNALS), "ended before", "nothing left", "put right", "failed"]
    print(f"| command | {' | '.join(columns)} |\n|{' --- |' * (len(columns) + 1)}")
    for name in names:
        print(f"| {name} | {' | '.join(str(counts[name, column]) for column in columns)} |")
    print(f"| all | {' | '.join(str(sum(counts[name, column] for name in names)) for column in columns)} |")


def parse() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", choices=["", *COMMANDS], help="this command alone")
    parser.add_argument(
        "--signal", default="", choices=["", *(number.name for number in SIGNALS)], help="this one alone"
    )
    parser.add_argument("--python", default=os.fspath(python_of(".venvs/3.11-pytest9") or sys.executable))
    return parser.parse_args()


if __name__ == "__main__":
    main()
