"""What changes came to, as tables and as reports on single changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from changed_trees.trial import Subject, Trial

LONGEST = 40
"""The most lines of a difference that a report shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Sums over changes: of targets, except `changes` and `refused`."""

    changes: int
    refused: int
    targets: int
    all_targets: int
    all_spared: int
    spared: int
    useless: int
    changed: int
    outdated: int
    unseen: int
    wrong: int

    @classmethod
    def of(cls, trials: Sequence[Trial]) -> Tally:
        """The sums of these changes."""
        return cls(
            changes=len(trials),
            refused=sum(bool(trial.refused) for trial in trials),
            targets=sum(trial.targets for trial in trials),
            all_targets=sum(trial.all_targets for trial in trials),
            all_spared=sum(trial.all_spared for trial in trials),
            spared=sum(len(trial.spared) for trial in trials),
            useless=sum(len(trial.useless) for trial in trials),
            changed=sum(len(trial.changed) for trial in trials),
            outdated=sum(len(trial.outdated) for trial in trials),
            unseen=sum(len(trial.unseen) for trial in trials),
            wrong=sum(len(trial.wrong) for trial in trials),
        )

    @property
    def share(self) -> str:
        """The share of all targets that need no round."""
        return f"{self.all_spared / self.all_targets:.0%}" if self.all_targets else "–"

    def __str__(self) -> str:
        return (
            f"{self.targets} targets, {self.spared} spared, {self.changed} changed, "
            f"{self.useless} measured for nothing, {self.outdated} outdated, {self.unseen} unseen, {self.wrong} wrong"
            f", of all {self.share} spared"
            f"{', refused' if self.refused else ''}"
        )


def table(name: str, trials: Sequence[Trial]) -> Iterator[str]:
    """The lines of a table in Markdown: a row for each kind, then their sum."""
    heads = ("changes", "refused", "targets", "spared", "changed", "useless", "outdated", "unseen", "wrong")
    columns = (f"{name}: kind of change", *heads, "of all targets spared")
    yield f"| {' | '.join(columns)} |"
    yield f"|{' --- |' * len(columns)}"
    kinds = sorted({trial.kind for trial in trials})
    rows = [(kind, Tally.of([trial for trial in trials if trial.kind == kind])) for kind in kinds]
    for kind, tally in (*rows, ("all", Tally.of(trials))):
        yield f"| {kind} | {' | '.join(str(getattr(tally, head)) for head in heads)} | {tally.share} |"


def report(subject: Subject, trial: Trial) -> Iterator[str]:
    """The lines on a change that a reader has to look at: what was wrong, and how to see it again."""
    if not trial.remarkable:
        return
    yield f"{subject.name}, seed {subject.seed}, change {trial.number}: {trial.title}"
    yield f"  again: scripts/unaffected.py --subject {subject.name} --seed {subject.seed} --only {trial.number}"
    for name, why in trial.wrong.items():
        yield f"  WRONG {name}: {why}"
    for name, why in trial.outdated.items():
        yield f"  outdated {name}: {why}"
    yield from (f"  {line}" for line in trial.done)
    lines = trial.difference.splitlines()
    yield from (f"  | {line}" for line in lines[:LONGEST])
    if len(lines) > LONGEST:
        yield f"  | and {len(lines) - LONGEST} more lines"
