"""Text for a terminal: tables and statements, nothing wider than the terminal (of 80 columns or more)."""

from __future__ import annotations

from collectbench.model.comparison import Comparison
from collectbench.model.costs import Profile
from collectbench.model.doctor import Checkup
from collectbench.model.report import RunReport
from collectbench.model.target import TargetList
from collectbench.render.parts import checkup
from collectbench.render.parts.comparison_table import comparison_table
from collectbench.render.parts.options import Renderer, RenderOptions
from collectbench.render.parts.prose import (
    comparison_stamp,
    comparison_statements,
    listing_stamp,
    phases,
    run_stamp,
    run_statements,
    stamp,
    work,
)
from collectbench.render.parts.run_table import run_table
from collectbench.render.parts.tables import listing_table
from collectbench.render.parts.terminal import (
    BOLD,
    STYLES,
    all_statement_lines,
    dim,
    flow,
    join_blocks,
    sentence,
    style,
    table_lines,
    titled,
)
from collectbench.render.profile import text as profile_text


def _report(report: RunReport, options: RenderOptions) -> str:
    found = phases(report)
    return join_blocks(
        [
            dim(flow(run_stamp(report), options.width), options),
            table_lines(run_table(report), options),
            titled(*found, options.width) if found else [],
            [line for each in (work(report) if options.verbose else ()) for line in titled(*each, options.width)],
            all_statement_lines(run_statements(report), options),
        ]
    )


def _comparison(comparison: Comparison, options: RenderOptions) -> str:
    *statements, last = comparison_statements(comparison, verbose=options.verbose)
    verdict = sentence(f"{last.word}: {last.text}", options.width)
    return join_blocks(
        [
            dim(flow(comparison_stamp(comparison), options.width), options),
            table_lines(comparison_table(comparison), options),
            all_statement_lines(statements, options),
            [style(line, f"{BOLD};{STYLES[comparison.verdict.value]}", options) for line in verdict],
        ]
    )


def _listing(listing: TargetList, options: RenderOptions) -> str:
    stamp = dim(flow(listing_stamp(listing), options.width), options)
    return join_blocks([stamp, table_lines(listing_table(listing), options)])


def _checkup(found: Checkup, options: RenderOptions) -> str:
    compared, width = found.self_comparison, options.width
    blocks = [
        dim(flow(stamp(found.environment), width), options),
        all_statement_lines(checkup.examination_statements(found), options),
    ]
    if compared is not None:
        blocks += [
            [style(line, BOLD, options) for line in sentence(checkup.headline(compared), width)],
            flow(checkup.facts(compared), width),
            table_lines(checkup.sights_table(compared), options) if compared.sights else [],
        ]
    return join_blocks([*blocks, all_statement_lines(checkup.closing_statements(found), options)])


RENDERERS: dict[type, Renderer] = {
    RunReport: _report,
    Comparison: _comparison,
    TargetList: _listing,
    Profile: profile_text.render,
    Checkup: _checkup,
}
