"""A recorded report, whose violations are accepted: only new ones count."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.lint import LintReport, summarize
from collectbench.model.reason import Action, Reason, Remedy, Wording
from collectbench.store.documents import LINT, to_document
from collectbench.store.files import read_document, write_atomically
from collectbench.store.layout import layout


def read_known(file: Path | None) -> LintReport | None:
    """Return the report in a file; None without a file.

    Raises:
        BaselineError: it is missing, damaged, or no report of lint.
    """
    if file is None:
        return None
    try:
        return read_document(file, LINT)
    except BaselineError as error:
        remedy = Remedy(action=Action.RECORD_VIOLATIONS, value=str(file))
        raise BaselineError(
            *(Reason(fact=f"--known {reason.fact}", remedies=(remedy,)) for reason in error.reasons)
        ) from error


def save_known(file: Path, report: LintReport) -> None:
    """Write a report for later runs.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        write_atomically(file, layout(to_document(report)))
    except OSError as error:
        raise UsageError(f"--record {file}: cannot be written: {error.strerror or error}") from error


def new_report(report: LintReport, recorded: LintReport | None) -> LintReport:
    """Return a report without the violations of a recorded one. Lines may have moved, and files may have grown.

    If a file has more violations of one identity than the record, the last ones are new.
    """
    if recorded is None:
        return report
    accepted = Counter(violation.identity for violation in recorded.violations)
    new = []
    for violation in report.violations:
        if accepted[violation.identity] > 0:
            accepted[violation.identity] -= 1
        else:
            new.append(violation)
    return replace(
        report,
        violations=tuple(new),
        summary=summarize(report.summary.files, report.summary.by_rule, new),
        known=len(report.violations) - len(new),
    )


def with_hints(report: LintReport, recorded: LintReport | None, word: Wording) -> LintReport:
    """Return a report with what to do next: whoever has violations and no record may accept them for now."""
    if recorded is not None or not report.violations:
        return report
    remedy = Remedy(action=Action.RECORD_VIOLATIONS, value="lint.json")
    return replace(report, hints=(word(Reason(fact="with a record, only new violations fail", remedies=(remedy,))),))
