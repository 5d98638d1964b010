"""A profile as text for a terminal: a few rows of each table."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.costs import Profile
from collectbench.render.diagnosis.findings import FINDINGS_SHOWN, shown_of
from collectbench.render.diagnosis.totals import findings_title
from collectbench.render.formats.text.finding_lines import finding_blocks
from collectbench.render.formats.text.table_lines import table_lines
from collectbench.render.formats.text.terminal import (
    BOLD,
    all_statement_lines,
    dim,
    flow,
    join_blocks,
    sentence,
    style,
    titled,
)
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.prose import phase_list, stamp
from collectbench.render.profile.prose import facts, headline, pytest_warnings, statements
from collectbench.render.profile.sections import Section, ranked_sections
from collectbench.render.profile.shares import waterfall


def render(profile: Profile, options: RenderOptions) -> str:
    """Return a profile as text, ending in a newline; each table has at most `options.top` rows."""
    return join_blocks(_blocks(profile, options))


def _blocks(profile: Profile, options: RenderOptions) -> Iterator[list[str]]:
    width = options.width
    yield dim(flow(stamp(profile.environment), width), options)
    yield all_statement_lines(pytest_warnings(profile, options.top), options)
    yield from _finding_blocks(profile, options)
    yield [style(line, BOLD, options) for line in sentence(headline(profile), width)]
    if profile.shares:
        yield table_lines(waterfall(profile, options.top), options)
    if profile.phases:
        yield titled(*phase_list("the traced round", profile.phases), width)
    yield flow(facts(profile), width)
    yield from (_section_lines(section, options) for section in ranked_sections(profile, options.top))
    if profile.imports and options.profile_hint:
        yield dim(sentence(options.profile_hint, width), options)
    yield all_statement_lines(statements(profile, options.top), options)


def _finding_blocks(profile: Profile, options: RenderOptions) -> Iterator[list[str]]:
    """Yield the first findings, under a title of their own; nothing if there are none."""
    shown = shown_of(profile.findings, min(options.top, FINDINGS_SHOWN))
    if not shown.findings:
        return
    yield [style(line, BOLD, options) for line in sentence(findings_title(shown, profile.unqueued_s), options.width)]
    yield from finding_blocks(shown.findings, profile.unqueued_s, options)


def _section_lines(section: Section, options: RenderOptions) -> list[str]:
    title = [style(line, BOLD, options) for line in sentence(section.title, options.width)]
    legend = (line for note in section.legend for line in dim(sentence(note, options.width), options))
    return [*title, *table_lines(section.table, options), *legend]
