"""A diagnosis as text for a terminal: one ranked list of findings, then what no finding saves."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.diagnosis import Diagnosis, Finding, TargetDiagnosis
from collectbench.model.units import format_duration
from collectbench.render.formats.text.terminal import BOLD, dim, flow, join_blocks, sentence, style
from collectbench.render.parts.escape import printable
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.prose import stamp


def render(diagnosis: Diagnosis, options: RenderOptions) -> str:
    """Return a diagnosis as text, ending in a newline; `options.top` findings of each target are shown."""
    return join_blocks(_blocks(diagnosis, options))


def _blocks(diagnosis: Diagnosis, options: RenderOptions) -> Iterator[list[str]]:
    yield dim(flow(stamp(diagnosis.environment), options.width), options)
    for target in diagnosis.targets:
        wall_s = target.traced_wall_s if target.wall_s is None else target.wall_s
        yield [style(f"{printable(target.name)}: {format_duration(wall_s)}", BOLD, options)]
        for finding in target.findings[: options.top]:
            yield list(_finding_lines(finding, options))
        yield list(_rest_lines(target))


def _finding_lines(finding: Finding, options: RenderOptions) -> Iterator[str]:
    yield style(
        f"{format_duration(finding.estimated_saving_s)}  {finding.cause}  {printable(finding.title)}", BOLD, options
    )
    for location in finding.locations[:3]:
        yield f"  {printable(location.path)}:{location.line}  {printable(location.text)}"
    for text in (*finding.evidence, f"fix: {finding.fix}"):
        yield from ("  " + line for line in sentence(text, options.width - 2))


def _rest_lines(target: TargetDiagnosis) -> Iterator[str]:
    for rest in target.rest:
        yield f"  {format_duration(rest.seconds):>9}  {rest.name}: {rest.reason}"
