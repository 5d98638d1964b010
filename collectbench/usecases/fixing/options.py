"""What the user says about a rewrite."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from collectbench.codemods import Choices
from collectbench.usecases.linting.options import LintOptions


class Proof(Enum):
    """How each batch of edits is checked after it was written."""

    NONE = "none"
    COLLECTION = "collection"
    """pytest collects the same, but for what the edits are meant to change."""
    OUTCOMES = "outcomes"
    """Likewise, and the tests of the changed files have the same outcomes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixOptions:
    """What the user says about a rewrite.

    Attributes:
        codemod: its id, as it was typed.
        tree: the files to rewrite, the configuration, the interpreter and the profile, as for lint.
        choices: for the codemod.
        max_files: the most files of one batch; None for all in one.
        proof: how each batch is checked.
        allow_dirty: whether to write although git knows of changes that are not committed.
        timeout_s: time limit of one collection and of one run of tests; None for the configured one.
        pytest_args: of the user, for collections and runs.
    """

    codemod: str
    tree: LintOptions
    choices: Choices = field(default_factory=Choices)
    max_files: int | None = None
    proof: Proof = Proof.NONE
    allow_dirty: bool = False
    timeout_s: float | None = None
    pytest_args: tuple[str, ...] = ()

    @property
    def profile(self) -> Path | None:
        """The stored profile that says which imports are slow."""
        return self.tree.profile
