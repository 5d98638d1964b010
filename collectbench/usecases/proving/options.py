"""Which experiments the user wants."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from collectbench.experiments import INTERVENTIONS, Kind
from collectbench.model.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One intervention and its argument.

    Attributes:
        kind: of the intervention.
        argument: empty if the kind takes none.
    """

    kind: Kind
    argument: str

    @property
    def text(self) -> str:
        """What `--try` takes."""
        return f"{self.kind.id}={self.argument}" if self.argument else self.kind.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveOptions:
    """Which experiments the user wants.

    Attributes:
        findings: whether to test the findings.
        attempts: interventions that are named.
        net: whether to run the tests, too, with and without what is proven.
        pairs: the exact number for each experiment; None for as many as decide it.
        worktree: whether to compare the proven fixes in a worktree, last.
    """

    findings: bool = False
    attempts: tuple[Attempt, ...] = ()
    net: bool = False
    pairs: int | None = None
    worktree: bool = False

    @property
    def rounds(self) -> int:
        """The least number of timed rounds: findings that are to be tested need estimates that hold."""
        return 3 if self.findings else 1

    @property
    def is_empty(self) -> bool:
        """Whether no experiment is wanted."""
        return not self.findings and not self.attempts


def attempts_of(texts: Sequence[str]) -> tuple[Attempt, ...]:
    """Return the interventions that `--try` names.

    Raises:
        UsageError: there is no such intervention, or an argument is missing or of no use; names each mistake.
    """
    by_id = {kind.id: kind for kind in INTERVENTIONS}
    attempts, mistakes = list[Attempt](), list[str]()
    for text in texts:
        name, _, argument = text.partition("=")
        kind = by_id.get(name)
        if kind is None:
            nearest = difflib.get_close_matches(name, by_id, n=1)
            hint = f"did you mean {nearest[0]}?" if nearest else f"there are {', '.join(by_id)}"
            mistakes.append(f"--try {text}: there is no such intervention; {hint}")
        elif kind.form and not argument:
            mistakes.append(f"--try {text}: it needs an argument: --try {name}={kind.form}")
        elif argument and not kind.form:
            mistakes.append(f"--try {text}: {name} takes no argument; use --try {name}")
        else:
            attempts.append(Attempt(kind=kind, argument=argument))
    if mistakes:
        raise UsageError(*mistakes)
    return tuple(attempts)


def prove_options(
    texts: Sequence[str], *, findings: bool, net: bool, pairs: int | None, worktree: bool
) -> ProveOptions:
    """Return which experiments the user wants; `texts` are the interventions that `--try` names.

    Raises:
        UsageError: `attempts_of` finds mistakes, or an option has nothing to act on.
    """
    attempts = attempts_of(texts)
    mistakes = []
    if net and not findings and not attempts:
        mistakes.append("--net: there is no experiment; add --prove or --try INTERVENTION")
    if pairs is not None and not findings and not attempts:
        mistakes.append("--pairs: there is no experiment; add --prove or --try INTERVENTION")
    if worktree and not findings:
        mistakes.append("--worktree: it compares what --prove has proven; add --prove")
    if mistakes:
        raise UsageError(*mistakes)
    return ProveOptions(findings=findings, attempts=attempts, net=net, pairs=pairs, worktree=worktree)
