"""What a codemod is: the rule whose violations it mends, its documentation, and a function from sources to edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from collectbench.lint.rule import Evidence
from collectbench.model.costs import Profile
from collectbench.model.fixes import Result
from collectbench.model.lint import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user decides about a rewrite.

    Attributes:
        to: the new home, `package.module` or `package.module:Name`; None if the codemod has to find one.
        names: what to rewrite alone, such as classes or modules; empty for all.
        rename: whether to rename where there is a way without.
        unsafe: whether to follow suggestions that are likely, but not sure.
        partial: whether to rewrite some lines where only all of them together save anything.
    """

    to: str | None = None
    names: tuple[str, ...] = ()
    rename: bool = False
    unsafe: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a codemod works on.

    Attributes:
        evidence: the whole tree, as rules see it; `evidence.focus` are the files that may be rewritten.
        violations: those of the codemod's rule that no comment and no setting silences; none if no rule has its name.
        choices: of the user.
        profile: a stored profile that measured imports; None if there is none.
    """

    evidence: Evidence
    violations: tuple[Violation, ...]
    choices: Choices = field(default_factory=Choices)
    profile: Profile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Codemod:
    """A rewrite.

    Attributes:
        id: of the rule whose violations it mends, or of a cause; what users write after `fix`.
        doc: the documentation page: the docstring of the codemod's module.
        rewrite: yields edits (one per file at most), skips, failures and notes. It reads through `evidence.codebase`
            and writes nothing.
        option_names: those of the fields of `Choices` that it uses.
        needs_profile: whether it can do nothing without a stored profile or heavy modules in the configuration.
    """

    id: str
    doc: str
    rewrite: Callable[[Request], Iterator[Result]]
    option_names: frozenset[str] = frozenset()
    needs_profile: bool = False

    @property
    def title(self) -> str:
        """The first sentence of the documentation."""
        return self.doc.strip().partition("\n")[0].rstrip(".")
