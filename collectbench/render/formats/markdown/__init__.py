"""GitHub-flavoured Markdown, for job summaries and comments on pull requests."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.comparison import Comparison
from collectbench.model.costs import Profile
from collectbench.model.diagnosis import Diagnosis
from collectbench.model.doctor import Checkup
from collectbench.model.fixes import FixReport, Undone
from collectbench.model.full_report import FullReport
from collectbench.model.handover import Handover
from collectbench.model.history import History
from collectbench.model.lint import LintReport
from collectbench.model.report import RunReport
from collectbench.model.target import TargetList
from collectbench.model.verification import Verification
from collectbench.model.who import WhoImports
from collectbench.render.diagnosis.findings import FINDINGS_SHOWN, shown_of
from collectbench.render.diagnosis.tables import findings_table
from collectbench.render.diagnosis.totals import findings_title
from collectbench.render.formats.markdown import (
    comment,
    diagnosis_comment,
    fix_comment,
    handover_document,
    history_document,
    lint_comment,
    verification_comment,
    who_comment,
)
from collectbench.render.formats.markdown.diagnosis_comment import fix_lines
from collectbench.render.formats.markdown.markup import (
    join,
    list_line,
    small_print,
    statement_lines,
    table_lines,
    text,
)
from collectbench.render.parts import checkup
from collectbench.render.parts.format import Format
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.prose import listing_stamp, phase_list, phases, run_stamp, run_statements, stamp, work
from collectbench.render.parts.run_table import run_table
from collectbench.render.parts.tables import listing_table
from collectbench.render.profile.prose import facts, headline, pytest_warnings, statements, subject
from collectbench.render.profile.sections import ranked_sections
from collectbench.render.profile.shares import waterfall


def _render_report(report: RunReport, options: RenderOptions) -> str:
    run_phases = phases(report)
    work_lists = work(report) if options.verbose else ()
    return join(
        [
            ["### Collection times"],
            table_lines(run_table(report)),
            [list_line(*run_phases)] if run_phases else [],
            *([list_line(title, pieces)] for title, pieces in work_lists),
            statement_lines(run_statements(report)),
            [small_print(run_stamp(report))],
        ]
    )


def _render_listing(listing: TargetList, options: RenderOptions) -> str:
    return join([["### Targets"], table_lines(listing_table(listing)), [small_print(listing_stamp(listing))]])


def _render_profile(profile: Profile, options: RenderOptions) -> str:
    return join(_profile_blocks(profile, options.top))


def _profile_blocks(profile: Profile, top: int) -> Iterator[list[str]]:
    yield [f"### Where the time of {text(subject(profile.target))} goes"]
    yield statement_lines(pytest_warnings(profile, top))
    shown = shown_of(profile.findings, min(top, FINDINGS_SHOWN))
    if shown.findings:
        yield [f"#### {text(findings_title(shown, profile.unqueued_s))}"]
        yield table_lines(findings_table(shown.findings, profile.unqueued_s))
        yield [line for finding in shown.findings for line in fix_lines(finding)]
    yield [text(headline(profile))]
    if profile.shares:
        yield table_lines(waterfall(profile, top))
    if profile.phases:
        yield [list_line(*phase_list("the traced round", profile.phases))]
    yield [" · ".join(map(text, facts(profile)))]
    for section in ranked_sections(profile, top):
        yield [f"#### {text(section.title)}"]
        yield table_lines(section.table)
        yield [f"<sub>{'<br>'.join(map(text, section.legend))}</sub>"]
    yield statement_lines(statements(profile, top))
    yield [small_print(stamp(profile.environment))]


def _render_checkup(document: Checkup, options: RenderOptions) -> str:
    comparison = document.self_comparison
    blocks = [["### Is this machine fit to measure?"], statement_lines(checkup.examination_statements(document))]
    if comparison is not None:
        blocks += [
            [f"#### {text(checkup.headline(comparison))}"],
            [" · ".join(map(text, checkup.facts(comparison)))],
            table_lines(checkup.sensitivity_table(comparison)) if comparison.sights else [],
        ]
    closing = statement_lines(checkup.closing_statements(document))
    conclusion = [f"**{text(document.conclusion)}**"] if document.conclusion else []
    return join([*blocks, closing, conclusion, [small_print(stamp(document.environment))]])


FORMAT = Format(
    name="markdown",
    renderers={
        RunReport: _render_report,
        Comparison: comment.render,
        TargetList: _render_listing,
        Profile: _render_profile,
        WhoImports: who_comment.render,
        Diagnosis: diagnosis_comment.render,
        Checkup: _render_checkup,
        LintReport: lint_comment.render,
        FixReport: fix_comment.render,
        Undone: fix_comment.render_undone,
        Verification: verification_comment.render,
        Handover: handover_document.render,
        FullReport: lambda report, options: handover_document.render(report.handover, options),
        History: history_document.render,
    },
    suffixes=(".md", ".markdown"),
)
