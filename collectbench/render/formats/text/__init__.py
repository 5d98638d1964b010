"""Text for a terminal: tables and statements; no line is wider than the terminal (80 columns or more)."""

from __future__ import annotations

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
from collectbench.render.formats.text import (
    diagnosis_text,
    fix_text,
    handover_text,
    history_text,
    lint_text,
    profile_text,
    verification_text,
    who_text,
)
from collectbench.render.formats.text.table_lines import table_lines
from collectbench.render.formats.text.terminal import (
    BOLD,
    STYLES,
    all_statement_lines,
    dim,
    flow,
    join_blocks,
    sentence,
    style,
    titled,
)
from collectbench.render.parts import checkup
from collectbench.render.parts.comparison_table import comparison_table
from collectbench.render.parts.format import Format
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.prose import (
    comparison_stamp,
    comparison_statements,
    listing_stamp,
    phases,
    run_stamp,
    run_statements,
    stamp,
    verdict_statement,
    work,
)
from collectbench.render.parts.run_table import run_table
from collectbench.render.parts.tables import listing_table


def _render_report(report: RunReport, options: RenderOptions) -> str:
    phase_list = phases(report)
    work_lists = work(report) if options.verbose else ()
    return join_blocks(
        [
            dim(flow(run_stamp(report), options.width), options),
            table_lines(run_table(report), options),
            titled(*phase_list, options.width) if phase_list else [],
            [line for title, pieces in work_lists for line in titled(title, pieces, options.width)],
            all_statement_lines(run_statements(report), options),
        ]
    )


def _render_comparison(comparison: Comparison, options: RenderOptions) -> str:
    verdict = verdict_statement(comparison)
    verdict_lines = sentence(f"{verdict.word}: {verdict.text}", options.width)
    return join_blocks(
        [
            dim(flow(comparison_stamp(comparison), options.width), options),
            table_lines(comparison_table(comparison), options),
            all_statement_lines(comparison_statements(comparison, verbose=options.verbose), options),
            [style(line, f"{BOLD};{STYLES[comparison.verdict.value]}", options) for line in verdict_lines],
        ]
    )


def _render_listing(listing: TargetList, options: RenderOptions) -> str:
    return join_blocks(
        [dim(flow(listing_stamp(listing), options.width), options), table_lines(listing_table(listing), options)]
    )


def _render_checkup(document: Checkup, options: RenderOptions) -> str:
    comparison, width = document.self_comparison, options.width
    blocks = [
        dim(flow(stamp(document.environment), width), options),
        all_statement_lines(checkup.examination_statements(document), options),
    ]
    if comparison is not None:
        blocks += [
            [style(line, BOLD, options) for line in sentence(checkup.headline(comparison), width)],
            flow(checkup.facts(comparison), width),
            table_lines(checkup.sensitivity_table(comparison), options) if comparison.sights else [],
        ]
    blocks.append(all_statement_lines(checkup.closing_statements(document), options))
    blocks.append([style(line, BOLD, options) for line in sentence(document.conclusion, width)])
    return join_blocks(blocks)


FORMAT = Format(
    name="text",
    renderers={
        RunReport: _render_report,
        Comparison: _render_comparison,
        TargetList: _render_listing,
        Profile: profile_text.render,
        WhoImports: who_text.render,
        Diagnosis: diagnosis_text.render,
        Checkup: _render_checkup,
        LintReport: lint_text.render,
        FixReport: fix_text.render,
        Undone: fix_text.render_undone,
        Handover: handover_text.render,
        FullReport: lambda report, options: handover_text.render(report.handover, options),
        History: history_text.render,
        Verification: verification_text.render,
    },
    suffixes=(".txt",),
)
