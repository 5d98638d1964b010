"""A comparison: one test case for each target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.model.comparison import Comparison, TargetComparison, Verdict
from collectbench.render.formats.junit.elements import dump_xml
from collectbench.render.parts.escape import printable
from collectbench.render.parts.heads import head_wall_s
from collectbench.render.parts.options import RenderOptions

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ELEMENTS = {
    Verdict.ERROR: "error",
    Verdict.FAIL: "failure",
    Verdict.INCONCLUSIVE: "skipped",
    Verdict.INCOMPARABLE: "skipped",
}
"""The element of each verdict; a test case without any of these has passed."""


def render(comparison: Comparison, options: RenderOptions) -> str:
    """Return a comparison as one test suite, times in seconds, ending in a newline."""
    from xml.etree import ElementTree as ET

    rows = comparison.rows
    suites = ET.Element("testsuites")
    suite = ET.SubElement(suites, "testsuite", _totals(comparison, rows))
    properties = ET.SubElement(suite, "properties")
    for name, value in _facts(comparison):
        ET.SubElement(properties, "property", {"name": name, "value": printable(value)})
    suite.extend(_case(row, head_wall_s(row, comparison)) for row in rows)
    return dump_xml(suites)


def _totals(comparison: Comparison, rows: tuple[TargetComparison, ...]) -> dict[str, str]:
    elements = [_ELEMENTS.get(row.verdict) for row in rows]
    return {
        "name": "collectbench",
        "tests": str(len(rows)),
        "failures": str(elements.count("failure")),
        "errors": str(elements.count("error")),
        "skipped": str(elements.count("skipped")),
        "time": _seconds(sum(head_wall_s(row, comparison) or 0.0 for row in rows)),
        "timestamp": printable(comparison.created.removesuffix("Z")),  # the format has no zone: it means UTC
    }


def _facts(comparison: Comparison) -> tuple[tuple[str, str], ...]:
    """Return the environment of the figures, and the two sides of the comparison."""
    environment = comparison.environment
    return (
        ("collectbench", comparison.tool.version),
        ("verdict", comparison.verdict.value),
        ("baseline", comparison.baseline or ""),
        ("mode", comparison.mode),
        ("python", f"{environment.implementation} {environment.python}"),
        ("pytest", environment.pytest),
        ("platform", environment.platform),
        ("cpu_model", environment.cpu_model),
        ("cpu_count", str(environment.cpu_count)),
        ("bytecode", environment.bytecode),
        *((f"note {number}", note) for number, note in enumerate(comparison.notes, 1)),
    )


def _case(row: TargetComparison, wall_s: float | None) -> Element:
    from xml.etree import ElementTree as ET

    case = ET.Element("testcase", {"classname": "collectbench", "name": printable(row.name)})
    if wall_s is not None:
        case.set("time", _seconds(wall_s))
    text = printable("\n".join(row.reasons), keep_newlines=True)
    first, _, _ = text.partition("\n")
    if row.verdict in _ELEMENTS:
        attributes = {"type": row.verdict.value, "message": first}
        ET.SubElement(case, _ELEMENTS[row.verdict], attributes).text = text
    elif text:
        ET.SubElement(case, "system-out").text = text
    return case


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
