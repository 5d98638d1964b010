"""The user's repository: where it lies, and which commit a ref means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from collectbench.checkouts.git import Answer, Git, git_in
from collectbench.measure.process.launch import Launcher
from collectbench.model.errors import CheckoutError
from collectbench.model.reason import Action, Reason, Remedy

_LONGEST = 80
"""Characters of a strange answer in a message."""

SINCE_THE_FORK = "..."
"""`main...` is the commit where HEAD left main, as in `git diff main...`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A working tree of the user's.

    Attributes:
        git: started at its top.
        toplevel: its top, absolute.
        prefix: the project's root relative to the top; empty if it is the top.
        head: full name of the commit HEAD.
    """

    git: Git
    toplevel: Path
    prefix: str
    head: str


def open_repository(root: Path, env: Mapping[str, str], work: Path, launch: Launcher) -> Repository:
    """Return the working tree that holds `root`.

    Raises:
        CheckoutError: git is missing or refuses; `root` is not in a working tree; there is no commit yet; `work` lies
            in the tree.
        Interrupted: a signal arrived.
    """
    git = git_in(root, env, work, launch)
    elsewhere = ("run it in a git working tree", Remedy(action=Action.COMPARE_WITH_BASELINE))
    failure = f"{root} cannot be compared with another commit"
    answer = git.require(failure, "rev-parse", "--is-inside-work-tree", remedies=elsewhere)
    if answer.line not in ("true", "false"):
        raise CheckoutError(_strange(answer, "whether this is a working tree"))
    if answer.line != "true":
        raise CheckoutError(
            Reason(
                fact=f"{root} lies in a bare repository or in a git directory, which holds no files to measure",
                remedies=elsewhere,
            )
        )
    answer = git.require(failure, "rev-parse", "--show-toplevel")
    toplevel = Path(answer.line)
    if not (toplevel.is_absolute() and toplevel.is_dir()):
        raise CheckoutError(_strange(answer, "for the top of the working tree"))
    prefix = git.require(failure, "rev-parse", "--show-prefix").line.rstrip("/")
    if work.resolve().is_relative_to(toplevel):
        raise CheckoutError(
            f"the directory for temporary files ({work}) lies in the tree that is to be measured; "
            "set TMPDIR to a directory outside of it"
        )
    head = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if not head.ok:
        raise CheckoutError(f"{toplevel} has no commit yet, so there is nothing to compare with; commit first")
    return Repository(git=git.in_directory(toplevel), toplevel=toplevel, prefix=prefix, head=head.line)


def resolve_ref(repository: Repository, ref: str) -> str:
    """Return the full name of the commit that `ref` means; with `...` at its end, the commit where HEAD left it.

    Raises:
        CheckoutError: there is no such commit, or it is not in this clone.
        Interrupted: a signal arrived.
    """
    name = ref.removesuffix(SINCE_THE_FORK)
    if not name or name.startswith("-"):
        raise CheckoutError(f"{ref!r} is not a ref; give a branch, a tag or a commit, such as main or HEAD~1")
    # First by itself: in `:/text`, git would take a suffix for a part of the text.
    found = repository.git.run("rev-parse", "--verify", "--quiet", name)
    if not found.ok:
        raise CheckoutError(_unknown(repository))
    named = repository.git.run("rev-parse", "--verify", "--quiet", f"{found.line}^{{commit}}")
    if not named.ok:
        raise CheckoutError(
            Reason(
                fact=f"{name} is not a commit, or it is not in this clone",
                remedies=(*_deepen(repository), "give a branch, a tag or a commit"),
            )
        )
    if name == ref:
        return named.line
    fork = repository.git.run("merge-base", named.line, "HEAD")
    if not fork.ok:
        raise CheckoutError(
            Reason(
                fact=f"HEAD and {name} have no commit in common here{_if_shallow(repository)}",
                remedies=(*_deepen(repository), Remedy(action=Action.COMPARE_WITH_COMMIT, value=name)),
            )
        )
    return fork.line


def _strange(answer: Answer, question: str) -> Reason:
    return Reason(
        fact=f"git answers {answer.line[:_LONGEST]!r} when it is asked {question}",
        remedies=("see which git comes first on PATH (`command -v git`), and what it prints",),
    )


def _unknown(repository: Repository) -> Reason:
    return Reason(
        fact=f"there is no such commit in {repository.toplevel}{_if_shallow(repository)}",
        remedies=(
            *_deepen(repository),
            "look at the existing ones (`git branch --all`, `git log`)",
            "get more of them (`git fetch`)",
        ),
    )


def _is_shallow(repository: Repository) -> bool:
    return repository.git.run("rev-parse", "--is-shallow-repository").line == "true"


def _if_shallow(repository: Repository) -> str:
    return ", since this clone is shallow: it holds only the newest commits" if _is_shallow(repository) else ""


def _deepen(repository: Repository) -> tuple[str, ...]:
    """The ways out of a shallow clone."""
    if not _is_shallow(repository):
        return ()
    return ("get more commits (`git fetch --deepen=100`)", "get all of them in CI (`fetch-depth: 0`)")
