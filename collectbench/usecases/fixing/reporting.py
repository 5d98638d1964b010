"""Makes the report of a rewrite, and says what to do next."""

from __future__ import annotations

from dataclasses import replace

from collectbench.codemods.diff import unified_diff
from collectbench.model.fixes import Edit, Fate, FileFix, FixReport
from collectbench.usecases.command_line import CommandLine
from collectbench.usecases.fixing.applying import Applied
from collectbench.usecases.fixing.options import FixOptions, Proof
from collectbench.usecases.fixing.rewriting import Rewrites
from collectbench.usecases.origin import TOOL, now

_CHECKED = {
    Proof.NONE: "",
    Proof.COLLECTION: "the suite was collected before and after: only what the rewrite is meant to change has changed",
    Proof.OUTCOMES: "the suite was collected and the tests of changed files were run before and after: only what the "
    "rewrite is meant to change has changed, and no test that ran before ends worse",
}


def proposed(rewrites: Rewrites) -> FixReport:
    """Return the report of a rewrite that was not applied."""
    files = tuple(_file(edit, Fate.PROPOSED) for edit in rewrites.edits)
    return _report(rewrites, files)


def applied(rewrites: Rewrites, result: Applied, options: FixOptions) -> FixReport:
    """Return the report of a rewrite that was applied."""
    kept = [_file(edit, Fate.APPLIED) for edit in result.kept]
    back = [
        _file(each.edit, Fate.TAKEN_BACK, tuple(dict.fromkeys(harm.text for harm in each.harm)))
        for each in result.taken_back
    ]
    files = tuple(sorted((*kept, *back), key=lambda each: each.path))
    report = _report(rewrites, files)
    checked = _CHECKED[options.proof] if kept else ""
    failures = sorted((*report.failures, *result.failures), key=lambda each: each.path)
    return replace(report, failures=tuple(failures), checked=checked)


def with_hints(report: FixReport, typed: CommandLine) -> FixReport:
    """Return a report with the commands to run next."""
    hints = []
    if report.number(Fate.PROPOSED):
        hints.append(f"to write these files:\n  {typed.again('--apply', without='--check')}")
    if report.number(Fate.APPLIED):
        hints.append(f"to restore them:\n  {typed.other('fix', '--undo', without=('--python', '--timeout'))}")
    return replace(report, hints=tuple(hints))


def _file(edit: Edit, fate: Fate, harm: tuple[str, ...] = ()) -> FileFix:
    return FileFix(path=edit.path, fate=fate, diff=unified_diff(edit), harm=harm)


def _report(rewrites: Rewrites, files: tuple[FileFix, ...]) -> FixReport:
    return FixReport(
        tool=TOOL,
        created=now(),
        codemod=rewrites.codemod.id,
        files=files,
        skips=rewrites.skips,
        failures=rewrites.failures,
        notes=tuple(note.text for note in rewrites.notes),
    )
