"""Asks git, so that nothing of the user's runs, waits or is changed by it: no hooks, no prompts, no daemons."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.measure.process.launch import Invocation, Launcher
from collectbench.measure.process.output import read_output
from collectbench.model.errors import UsageError

PATIENCE_S = 600.0
"""How long one git command may take: checking out a big repository from a slow disk is the longest of them."""

LOCAL_VARIABLES = frozenset(
    """
    GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_COMMON_DIR GIT_CONFIG GIT_DIR GIT_GRAFT_FILE GIT_IMPLICIT_WORK_TREE
    GIT_INDEX_FILE GIT_INTERNAL_SUPER_PREFIX GIT_NO_REPLACE_OBJECTS GIT_OBJECT_DIRECTORY GIT_PREFIX
    GIT_REPLACE_REF_BASE GIT_SHALLOW_FILE GIT_WORK_TREE
    """.split()  # noqa: SIM905 - a list would take fifteen lines
)
"""What ties git to one repository, and what git sets for its hooks: `git rev-parse --local-env-vars`.

GIT_CONFIG_COUNT and GIT_CONFIG_PARAMETERS are left out, as git itself does for other repositories
(prepare_submodule_repo_env in its submodule.c): they hold settings, safe.directory among them.
"""

SETTINGS = {
    "advice.detachedHead": "false",
    "advice.addEmbeddedRepo": "false",
    "color.ui": "false",
    "core.fsmonitor": "false",  # would leave a daemon behind
    "core.hooksPath": os.devnull,
    "core.safecrlf": "false",
    "core.splitIndex": "false",  # would write a file beside the user's index
    "core.warnAmbiguousRefs": "false",
    "diff.ignoreSubmodules": "none",
    "gc.auto": "0",
    "log.showSignature": "false",
    "maintenance.auto": "false",
    "submodule.recurse": "false",
}


def without_local_variables(env: Mapping[str, str]) -> dict[str, str]:
    """An environment in which git finds the repository by the folder it is started in."""
    return {name: value for name, value in env.items() if name not in LOCAL_VARIABLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a git command said: its exit code, its output, and on stderr its words."""

    exit_code: int
    output: bytes
    words: str

    @property
    def ok(self) -> bool:
        """Whether the command did what was asked."""
        return self.exit_code == 0

    @property
    def line(self) -> str:
        """The output of a command that prints one value, which may be a path with a newline."""
        return os.fsdecode(self.output.removesuffix(b"\n"))

    @property
    def entries(self) -> tuple[str, ...]:
        """The output of a command that was asked for `-z`."""
        return tuple(os.fsdecode(entry) for entry in self.output.split(b"\0") if entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """The program git, started in the folder `cwd` with the environment `env`. `work` is a folder of our own."""

    cwd: Path
    env: Mapping[str, str]
    work: Path
    launch: Launcher

    def ask_or_refuse(self, what: str, *arguments: str, way_out: str = "") -> Answer:
        """Run a command that has to succeed.

        Args:
            what: what cannot be done where it does not, as the beginning of a sentence.
            arguments: of git.
            way_out: a sentence on what to do then.

        Raises:
            UsageError: it failed; git's own words say why.
            Interrupted: a signal arrived.
        """
        answer = self.ask(*arguments)
        if not answer.ok:
            raise UsageError(
                f"--against: {what}: {answer.words or f'git exits with {answer.exit_code}'}\n{way_out}".rstrip()
            )
        return answer

    def within(self, cwd: Path) -> Git:
        """The same in another folder."""
        return replace(self, cwd=cwd)

    def having(self, **variables: str) -> Git:
        """The same with these environment variables on top."""
        return replace(self, env={**self.env, **variables})

    def ask(self, *arguments: str) -> Answer:
        """Run a command to its end, whatever comes of it.

        Raises:
            UsageError: git cannot be started.
            Interrupted: a signal arrived.
        """
        settings = (word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}"))
        with tempfile.TemporaryDirectory(prefix="git-", dir=self.work) as name:
            output, errors = Path(name) / "output", Path(name) / "errors"
            invocation = Invocation(
                argv=("git", *settings, *arguments),
                cwd=self.cwd,
                env=self.env,
                errors=errors,
            )
            try:
                finished = self.launch(invocation, output=output, timeout_s=PATIENCE_S)
            except OSError as error:
                raise UsageError(
                    f"--against: git cannot be started in {self.cwd} ({error.strerror or error}). "
                    "Install it, or compare with a stored baseline (--baseline)."
                ) from error
            words = f"no end after {PATIENCE_S:.0f} s" if finished.timed_out else read_output(errors).strip()
            return Answer(exit_code=finished.exit_code, output=output.read_bytes(), words=words)


def git_in(cwd: Path, env: Mapping[str, str], work: Path, launch: Launcher) -> Git:
    """Work with git in a folder, in the user's environment as far as that concerns no single repository."""
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    return Git(cwd=cwd, env={**without_local_variables(env), **quiet}, work=work, launch=launch)
