"""SARIF 2.1.0, which code scanning of GitHub, Azure DevOps and editors read: a result for each violation.

Format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. GitHub's demands on it:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from collectbench.model.lint import LintReport, Violation
from collectbench.render.parts.escape import IN_JSON, printable
from collectbench.render.parts.format import Format
from collectbench.render.parts.json import dump_json
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.violations import fingerprints, message_and_fix, repository_path

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "collectbenchIdentity/v1"
"""Not `primaryLocationLineHash`: GitHub's action computes that one itself, and warns if ours differs."""
_ROOT = "%SRCROOT%"
_LINK = re.compile(r"\]\(")
_BRACKET = re.compile(r"[\[\]]")


def render(report: LintReport, options: RenderOptions) -> str:
    """Return a log with one run, ending in a newline."""
    rules = list(dict.fromkeys((*report.summary.by_rule, *(violation.rule for violation in report.violations))))
    pairs = zip(report.violations, fingerprints(report.violations, options), strict=True)
    run = {
        "tool": {
            "driver": {
                "name": printable(report.tool.name),
                "version": printable(report.tool.version),
                "rules": list(_rules(rules)),
            }
        },
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, options)],
        "results": [
            _result(violation, rules.index(violation.rule), fingerprint, options) for violation, fingerprint in pairs
        ],
    }
    return dump_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


FORMAT = Format(name="sarif", renderers={LintReport: render}, suffixes=(".sarif",), escape=IN_JSON)


def _rules(ids: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the description of each rule, with its page as help; of a rule that is unknown here only its id."""
    from collectbench.lint import RULES

    known = {rule.id: rule for rule in RULES}
    for id_ in ids:
        title = known[id_].title if id_ in known else id_
        yield {
            "id": printable(id_),
            "shortDescription": _message(title),
            "fullDescription": _message(title),
            "help": _message(known[id_].doc.strip() if id_ in known else title),
            "defaultConfiguration": {"level": "error"},
        }


def _result(violation: Violation, index: int, fingerprint: str, options: RenderOptions) -> dict[str, Any]:
    return {
        "ruleId": printable(violation.rule),
        "ruleIndex": index,
        "level": "error",
        "message": _message(message_and_fix(violation)),
        "locations": [_location(violation.path, options, line=violation.line)],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }


def _invocation(report: LintReport, options: RenderOptions) -> dict[str, Any]:
    """Return how the run ended: files that could not be checked are notifications."""
    notifications = [
        {"level": "warning", "message": _message(file.message), "locations": [_location(file.path, options)]}
        for file in report.unreadable
    ]
    return {"executionSuccessful": True, "toolExecutionNotifications": notifications}


def _location(path: str, options: RenderOptions, *, line: int | None = None) -> dict[str, Any]:
    uri = quote(_bytes(repository_path(path, options)))
    region = {} if line is None else {"region": {"startLine": line}}
    return {"physicalLocation": {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}, **region}}


def _bytes(path: str) -> bytes:
    """Return a path as the file system has it; bytes that are not UTF-8 are lone surrogates in Python."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def _message(raw: str) -> dict[str, str]:
    """Return a plain message: without a placeholder (section 3.11.5) and without a link (section 3.11.6)."""
    text = printable(raw, keep_newlines=True).replace("{", "{{").replace("}", "}}")
    return {"text": _BRACKET.sub(r"\\\g<0>", text) if _LINK.search(text) else text}
