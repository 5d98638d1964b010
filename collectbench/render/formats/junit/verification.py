"""A verification: the outcomes of all tests, a test suite for each target.

Flaky tests and tests that only newly pass are no failures. A missing test is a failed case of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.model.verification import FAILURES, Case, Outcome, OutcomeChange, TargetVerification, Verification
from collectbench.render.formats.junit.elements import dump_xml
from collectbench.render.parts.escape import printable
from collectbench.render.parts.options import RenderOptions

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SKIPS = (Outcome.SKIPPED, Outcome.XFAILED, Outcome.NOT_RUN)


def render(verification: Verification, options: RenderOptions) -> str:
    """Return the outcomes of all tests, ending in a newline."""
    from xml.etree import ElementTree as ET

    suites = ET.Element("testsuites")
    for target in verification.targets:
        suites.append(_suite(target, verification))
    return dump_xml(suites)


def _suite(target: TargetVerification, verification: Verification) -> Element:
    from xml.etree import ElementTree as ET

    cases = [*map(_case, target.tests), *map(_missing, target.missing), *_uncollected(target)]
    totals = {
        "name": printable(target.name),
        "tests": str(len(cases)),
        "failures": str(target.failed + len(target.missing)),
        "errors": str(target.errors + len(target.collect_errors)),
        "skipped": str(target.skipped + target.xfailed + target.not_run),
        "time": f"{target.wall_s or 0:.3f}",
        "timestamp": printable(verification.created.removesuffix("Z")),  # the format has no zone: it means UTC
    }
    suite = ET.Element("testsuite", totals)
    properties = ET.SubElement(suite, "properties")
    facts = {
        "collectbench": verification.tool.version,
        "verdict": target.verdict.value,
        "success percent": "" if target.success_percent is None else f"{target.success_percent:.1f}",
        "flaky": str(len(target.flaky)),
    }
    for name, value in facts.items():
        ET.SubElement(properties, "property", {"name": name, "value": printable(value)})
    suite.extend(cases)
    return suite


def _element(nodeid: str, seconds: float) -> Element:
    """Return a case with the class name and name that pytest's own report has."""
    from xml.etree import ElementTree as ET

    head, bracket, parameters = nodeid.partition("[")
    *path, name = head.split("::")
    owner = ".".join(part.removesuffix(".py").replace("/", ".") for part in path)
    attributes = {
        "classname": printable(owner) or "tests",
        "name": printable(name + bracket + parameters),
        "time": f"{seconds:.3f}",
    }
    return ET.Element("testcase", attributes)


def _case(case: Case) -> Element:
    from xml.etree import ElementTree as ET

    element = _element(case.nodeid, case.duration_s)
    message = printable(case.message)
    if case.outcome is Outcome.ERROR:
        ET.SubElement(element, "error", {"type": case.outcome.value, "message": message}).text = message
    elif case.outcome in FAILURES:
        ET.SubElement(element, "failure", {"type": case.outcome.value, "message": message}).text = message
    elif case.outcome in _SKIPS:
        ET.SubElement(element, "skipped", {"type": case.outcome.value, "message": message}).text = message
    return element


def _missing(change: OutcomeChange) -> Element:
    from xml.etree import ElementTree as ET

    element = _element(change.nodeid, 0.0)
    message = "the test is not collected any more"
    ET.SubElement(element, "failure", {"type": "missing", "message": message}).text = message
    return element


def _uncollected(target: TargetVerification) -> list[Element]:
    from xml.etree import ElementTree as ET

    elements = []
    for error in target.collect_errors:
        element = _element(error.nodeid or error.path or "collection", 0.0)
        message = printable(error.message)
        ET.SubElement(element, "error", {"type": "collection", "message": message}).text = message
        elements.append(element)
    return elements
