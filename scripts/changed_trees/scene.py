"""A repository with what lies around it, kept once more: so each change begins from the same files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pairs import children_env

COMMAND = Path(__file__).with_name("command.py")
PATIENCE_S = 1800
QUICK = ("--rounds", "1", "--warmup", "1", "--no-progress", "--format", "json")
Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command printed. `document` is None if that is not JSON: the command was refused."""

    document: Document | None
    errors: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A repository, in which commands start, and the directories around it.

    Attributes:
        folder: holds the scene, the kept copy of it, and temporary files.
        python: the interpreter that is measured.
        start: the directory of the repository in which commands start, relative to its top; empty for the top.
        python_path: PYTHONPATH, relative to the top of the repository.
        never: targets that must be measured each time.
        unseen: targets that depend on something that no round can see.
    """

    folder: Path
    python: str
    start: str = ""
    python_path: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()

    @property
    def place(self) -> Path:
        """The directory that is changed and restored."""
        return self.folder / "scene"

    @property
    def repository(self) -> Path:
        """The top of the repository."""
        return self.place / "repo"

    @property
    def project(self) -> Path:
        """Where commands start."""
        return self.repository / self.start

    def env(self) -> dict[str, str]:
        """The environment of commands before a change."""
        unwanted = ("PYTEST_", "GIT_", "PYTHONHASHSEED", "PYTHONPATH", "COLUMNS", "TZ")
        inherited = {name: value for name, value in children_env().items() if not name.startswith(unwanted)}
        directories = {name: self.folder / name for name in ("tmp", "state")}
        for directory in directories.values():
            directory.mkdir(exist_ok=True)
        return {
            **inherited,
            "HOME": str(self.place / "home"),
            "TMPDIR": str(directories["tmp"]),
            "XDG_STATE_HOME": str(directories["state"]),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "PYTHONHASHSEED": "0",
            "TZ": "UTC",
            "PYTHONPATH": os.pathsep.join(os.path.normpath(self.repository / path) for path in self.python_path),
        }

    def command(self, *words: str, env: Mapping[str, str]) -> Answer:
        """Run collectbench to its end."""
        done = self._run(*words, *QUICK, env=env)
        try:
            document = json.loads(done.stdout)
        except ValueError:
            document = None
        return Answer(document=document, errors=done.stderr)

    def spared(self, ref: str, env: Mapping[str, str]) -> int:
        """How many of all targets need no round, as `--dry-run` says."""
        shown = self._run("compare", "--against", ref, "--dry-run", env=env).stdout
        return sum(line.startswith("#   ") for line in shown.splitlines())

    def _run(self, *words: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(COMMAND), *words, "--python", self.python],
            cwd=self.project, env=env, capture_output=True, text=True, check=False, timeout=PATIENCE_S,
        )  # fmt: skip

    def git(self, *words: str, within: str = ".") -> str:
        """Run git in a directory of the repository, relative to its top; returns what it prints."""
        options = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
        local = ("-c", "protocol.file.allow=always", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0")
        done = subprocess.run(
            ["git", *options, *local, *words],
            cwd=self.repository / within, env=self.env(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"git {' '.join(words)} in {self.repository / within}: {done.stderr}")
        return done.stdout

    def ask_python(self, code: str) -> str:
        """What the measured interpreter prints."""
        command = [self.python, "-S", "-c", code]
        return subprocess.run(command, env=self.env(), check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, message: str) -> None:
        """Commit all files that git does not ignore."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)

    def keep(self) -> None:
        """Keep a copy of the whole scene, with its times."""
        shutil.copytree(self.place, self.folder / "kept", symlinks=True)

    def restore(self) -> None:
        """Put everything back as it was when it was kept."""
        shutil.rmtree(self.place)
        shutil.copytree(self.folder / "kept", self.place, symlinks=True)
