"""Gives each second of the traced round to one owner: a finding, or a row that says why it is not saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from collectbench.attribution.parts import Part
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.model.diagnosis import Finding


@dataclass(kw_only=True)
class Ledger:
    """The seconds of each part that no finding has claimed so far, and those of the whole round."""

    left: dict[Part, float]
    whole: Mapping[Part, float]
    smallest_s: float
    findings: list[Finding] = field(default_factory=list)

    def enter(self, cause: Cause, candidates: Sequence[Candidate]) -> None:
        """Grants the candidates of a cause what is left of their claims, the largest first.

        Small ones get nothing; notes among them are entered nevertheless.
        """
        for candidate in sorted(candidates, key=self._available, reverse=True):
            granted, by_itself = grants(candidate, self.left), grants(candidate, self.whole)
            seconds, by_itself_s = sum(granted.values()), sum(by_itself.values())
            if seconds < self.smallest_s:
                if not candidate.is_note:
                    continue
                granted, seconds, by_itself_s = {}, 0.0, 0.0
            for part, share_s in granted.items():
                self.left[part] -= share_s
            self.findings.append(_finding(cause, candidate, seconds, by_itself_s))

    def _available(self, candidate: Candidate) -> float:
        return sum(grants(candidate, self.left).values())


def grants(candidate: Candidate, parts: Mapping[Part, float]) -> dict[Part, float]:
    """Returns what is there of the claims of a candidate: seconds by part."""
    granted = dict[Part, float]()
    for part, seconds in candidate.claims:
        if part not in parts:
            continue
        rest_s = parts[part] - granted.get(part, 0.0)
        granted[part] = granted.get(part, 0.0) + max(0.0, min(seconds, rest_s))
    return granted


def _finding(cause: Cause, candidate: Candidate, seconds: float, by_itself_s: float) -> Finding:
    alone_s = candidate.alone_s
    return Finding(
        cause=cause.id,
        subject=candidate.subject,
        title=candidate.title,
        evidence=candidate.evidence,
        locations=candidate.locations,
        estimated_saving_s=seconds,
        estimated_by_itself_s=by_itself_s,
        saving_alone_s=None if alone_s is None else min(alone_s, seconds),
        bound=candidate.bound,
        fix=candidate.fix,
        diff=candidate.diff,
        command=candidate.command,
    )


def settle(
    causes: Sequence[tuple[Cause, Sequence[Candidate]]], parts: Mapping[Part, float], smallest_s: float
) -> Ledger:
    """Returns the ledger after all causes, which are in order of precedence."""
    ledger = Ledger(left=dict(parts), whole=parts, smallest_s=smallest_s)
    for cause, candidates in causes:
        ledger.enter(cause, candidates)
    return ledger


def ranked(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yields findings, the largest saving first; notes come last, in the order of their causes."""
    yield from sorted(findings, key=lambda finding: -finding.estimated_saving_s)
