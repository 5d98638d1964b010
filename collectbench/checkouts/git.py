"""Runs git without hooks, prompts and daemons, so that none of the user's programs runs or waits."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.measure.process.launch import Invocation, Launcher
from collectbench.measure.process.output import read_output
from collectbench.model.errors import CheckoutError
from collectbench.model.reason import Action, Reason, Remedy

PATIENCE_S = 600.0
"""How long one git command may take; checking out a big repository from a slow disk takes longest."""

LOCAL_VARIABLES = frozenset(
    """
    GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_COMMON_DIR GIT_CONFIG GIT_DIR GIT_GRAFT_FILE GIT_IMPLICIT_WORK_TREE
    GIT_INDEX_FILE GIT_INTERNAL_SUPER_PREFIX GIT_NO_REPLACE_OBJECTS GIT_OBJECT_DIRECTORY GIT_PREFIX
    GIT_REPLACE_REF_BASE GIT_SHALLOW_FILE GIT_WORK_TREE
    """.split()  # noqa: SIM905 - a list would take fifteen lines
)
"""Variables that tie git to one repository, and those that git sets for hooks: `git rev-parse --local-env-vars`.

GIT_CONFIG_COUNT and GIT_CONFIG_PARAMETERS are not among them: they hold settings such as safe.directory. git itself
keeps both for other repositories (prepare_submodule_repo_env in its submodule.c).
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
    """Return an environment in which git finds the repository by its working directory."""
    return {name: value for name, value in env.items() if name not in LOCAL_VARIABLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The end of a git command: its exit code, its output, and `complaint`, its text on stderr."""

    exit_code: int
    output: bytes
    complaint: str

    @property
    def ok(self) -> bool:
        """Whether the command succeeded."""
        return self.exit_code == 0

    @property
    def line(self) -> str:
        """The output of a command that prints one value, which may be a path with a newline."""
        return os.fsdecode(self.output.removesuffix(b"\n"))

    @property
    def entries(self) -> tuple[str, ...]:
        """The output of a command with `-z`."""
        return tuple(os.fsdecode(entry) for entry in self.output.split(b"\0") if entry)


_REMAKE_INDEX = ('make the index again (`rm "$(git rev-parse --git-path index)"`, then `git reset`)',)
_WAYS_OUT = {
    "filter": ("install the program of this filter", "remove the filter from .gitattributes"),
    "the index: ": _REMAKE_INDEX,
    "index file": _REMAKE_INDEX,
}
"""What to do about a complaint of git that has these words, the first that it has."""


def _ways_out(complaint: str) -> tuple[str, ...]:
    return next((ways for words, ways in _WAYS_OUT.items() if words in complaint), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """The program git, started in the directory `cwd` with the environment `env`; `work` is a directory of ours."""

    cwd: Path
    env: Mapping[str, str]
    work: Path
    launch: Launcher

    def require(self, failure: str, *arguments: str, remedies: tuple[str | Remedy, ...] = ()) -> Answer:
        """Run a command that has to succeed.

        Args:
            failure: what cannot be done if the command fails, as the beginning of a sentence.
            arguments: of git.
            remedies: what the user can do then.

        Raises:
            CheckoutError: it failed; git's own words say why.
            Interrupted: a signal arrived.
        """
        answer = self.run(*arguments)
        if not answer.ok:
            reason = answer.complaint or f"git exits with {answer.exit_code}"
            if copy := self.env.get("GIT_INDEX_FILE"):  # git reads it as the user's own
                reason = reason.replace(copy, "the index")
            raise CheckoutError(Reason(fact=f"{failure}: {reason}", remedies=remedies or _ways_out(reason)))
        return answer

    def in_directory(self, cwd: Path) -> Git:
        """Return the same in another directory."""
        return replace(self, cwd=cwd)

    def with_variables(self, **variables: str) -> Git:
        """Return the same with these environment variables added."""
        return replace(self, env={**self.env, **variables})

    def run(self, *arguments: str, given: bytes | None = None) -> Answer:
        """Run a command to its end, whether it succeeds or fails.

        Args:
            arguments: of git.
            given: what git reads as stdin.

        Raises:
            CheckoutError: git cannot be started.
            Interrupted: a signal arrived.
        """
        settings = (word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}"))
        with tempfile.TemporaryDirectory(prefix="git-", dir=self.work) as directory:
            output, errors = Path(directory) / "output", Path(directory) / "errors"
            source = None
            if given is not None:
                source = Path(directory) / "input"
                source.write_bytes(given)
            invocation = Invocation(
                argv=("git", *settings, *arguments),
                cwd=self.cwd,
                env=self.env,
                errors=errors,
                input=source,
            )
            try:
                finished = self.launch(invocation, output=output, timeout_s=PATIENCE_S)
            except OSError as error:
                raise CheckoutError(
                    Reason(
                        fact=f"git cannot be started in {self.cwd} ({error.strerror or error})",
                        remedies=("install it", Remedy(action=Action.COMPARE_WITH_BASELINE)),
                    )
                ) from error
            late = f"no end after {PATIENCE_S:.0f} s" if finished.timed_out else ""
            complaint = late or read_output(errors).strip()
            return Answer(exit_code=finished.exit_code, output=output.read_bytes(), complaint=complaint)


def git_in(cwd: Path, env: Mapping[str, str], work: Path, launch: Launcher) -> Git:
    """Return git for a directory, with the user's environment except the variables that concern one repository."""
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    return Git(cwd=cwd, env={**without_local_variables(env), **quiet}, work=work, launch=launch)
