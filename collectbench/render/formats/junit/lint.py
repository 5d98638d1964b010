"""A lint report: a failed test case for each rule and file with violations, a passed one for each other rule.

So Jenkins and GitLab group the cases by rule, and show a file in which a rule is violated for the first time as new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.model.lint import LintReport, Unreadable, Violation
from collectbench.render.formats.junit.elements import dump_xml
from collectbench.render.parts.escape import printable
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.quantities import pluralize
from collectbench.render.parts.violations import place

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def render(report: LintReport, options: RenderOptions) -> str:
    """Return a report as one test suite, ending in a newline."""
    from xml.etree import ElementTree as ET

    files: dict[tuple[str, str], list[Violation]] = {}
    for violation in report.violations:
        files.setdefault((violation.rule, violation.path), []).append(violation)
    violated = {rule for rule, _ in files}
    cases = [
        *(_failed(violations) for violations in files.values()),
        *(_case(rule, "all files") for rule in report.summary.by_rule if rule not in violated),
        *map(_skipped, report.unreadable),
    ]
    suites = ET.Element("testsuites")
    suite = ET.SubElement(suites, "testsuite", _totals(report, tests=len(cases), failures=len(files)))
    properties = ET.SubElement(suite, "properties")
    for name, value in _facts(report).items():
        ET.SubElement(properties, "property", {"name": name, "value": printable(value)})
    suite.extend(cases)
    return dump_xml(suites)


def _totals(report: LintReport, *, tests: int, failures: int) -> dict[str, str]:
    return {
        "name": "collectbench lint",
        "tests": str(tests),
        "failures": str(failures),
        "errors": "0",
        "skipped": str(len(report.unreadable)),
        "timestamp": printable(report.created.removesuffix("Z")),  # the format has no zone: it means UTC
    }


def _facts(report: LintReport) -> dict[str, str]:
    summary = report.summary
    return {
        "collectbench": report.tool.version,
        "violations": str(len(report.violations)),
        "known violations": str(report.known),
        "files": str(summary.files),
        "compliant files": str(summary.compliant_files),
        "compliant percent": f"{summary.compliant_percent:.1f}",
    }


def _case(class_name: str, name: str) -> Element:
    from xml.etree import ElementTree as ET

    attributes = {"classname": f"collectbench.{printable(class_name)}", "name": printable(name)}
    return ET.Element("testcase", attributes)


def _failed(violations: list[Violation]) -> Element:
    """Return the case of one rule in one file."""
    from xml.etree import ElementTree as ET

    first = violations[0]
    case = _case(first.rule, first.path)
    message = first.message if len(violations) == 1 else pluralize(len(violations), "violation")
    attributes = {"type": printable(first.rule), "message": printable(message)}
    ET.SubElement(case, "failure", attributes).text = "\n".join(map(_lines, violations))
    return case


def _lines(violation: Violation) -> str:
    fix = f"\n  fix: {printable(violation.fix)}" if violation.fix else ""
    return f"{place(violation)}: {printable(violation.message)}{fix}"


def _skipped(file: Unreadable) -> Element:
    from xml.etree import ElementTree as ET

    case = _case("not-checked", file.path)
    message = printable(file.message)
    ET.SubElement(case, "skipped", {"type": "not checked", "message": message}).text = message
    return case
