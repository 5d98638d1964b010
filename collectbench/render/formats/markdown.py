"""GitHub-flavoured Markdown, for job summaries and comments on pull requests."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.comparison import Comparison
from collectbench.model.costs import Profile
from collectbench.model.doctor import Checkup
from collectbench.model.report import RunReport
from collectbench.model.target import TargetList
from collectbench.render.parts import checkup, comment
from collectbench.render.parts.markup import join, list_line, stamp, statement_lines, table_lines, text
from collectbench.render.parts.options import Renderer, RenderOptions
from collectbench.render.parts.prose import listing_stamp, phase_list, phases, run_stamp, run_statements, work
from collectbench.render.parts.prose import stamp as environment_stamp
from collectbench.render.parts.run_table import run_table
from collectbench.render.parts.tables import listing_table
from collectbench.render.profile.prose import facts, headline, statements, subject
from collectbench.render.profile.shares import waterfall
from collectbench.render.profile.tables import ranked_sections


def _report(report: RunReport, options: RenderOptions) -> str:
    return join(
        [
            ["### Collection times"],
            table_lines(run_table(report)),
            list_line(phases(report)),
            *(list_line(each) for each in (work(report) if options.verbose else ())),
            statement_lines(run_statements(report)),
            [stamp(run_stamp(report))],
        ]
    )


def _listing(listing: TargetList, options: RenderOptions) -> str:
    return join([["### Targets"], table_lines(listing_table(listing)), [stamp(listing_stamp(listing))]])


def _profile(profile: Profile, options: RenderOptions) -> str:
    return join(_profile_blocks(profile, options.top))


def _profile_blocks(profile: Profile, top: int) -> Iterator[list[str]]:
    yield [f"### Where the time of {text(subject(profile.target))} goes"]
    yield [text(headline(profile))]
    if profile.shares:
        yield table_lines(waterfall(profile, top))
    if profile.phases:
        yield list_line(phase_list("the traced round", profile.phases))
    yield [" · ".join(map(text, facts(profile)))]
    for section in ranked_sections(profile, top):
        yield [f"#### {text(section.title)}"]
        yield table_lines(section.table)
        yield [f"<sub>{'<br>'.join(map(text, section.legend))}</sub>"]
    yield statement_lines(statements(profile, top))
    yield [stamp(environment_stamp(profile.environment))]


def _checkup(found: Checkup, options: RenderOptions) -> str:
    compared = found.self_comparison
    blocks = [["### Is this machine fit to measure?"], statement_lines(checkup.examination_statements(found))]
    if compared is not None:
        blocks += [
            [f"#### {text(checkup.headline(compared))}"],
            [" · ".join(map(text, checkup.facts(compared)))],
            table_lines(checkup.sights_table(compared)) if compared.sights else [],
        ]
    return join(
        [*blocks, statement_lines(checkup.closing_statements(found)), [stamp(environment_stamp(found.environment))]]
    )


RENDERERS: dict[type, Renderer] = {
    RunReport: _report,
    Comparison: comment.render,
    TargetList: _listing,
    Profile: _profile,
    Checkup: _checkup,
}
