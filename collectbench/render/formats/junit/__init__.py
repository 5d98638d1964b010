"""JUnit XML, which nearly every CI service shows.

The format has no single definition. This package follows the strictest published schema, the one of Jenkins:
https://github.com/jenkinsci/xunit-plugin, junit-10.xsd.
"""

from __future__ import annotations

from collectbench.model.comparison import Comparison
from collectbench.model.lint import LintReport
from collectbench.model.verification import Verification
from collectbench.render.formats.junit import comparison, lint, verification
from collectbench.render.parts.escape import IN_XML
from collectbench.render.parts.format import Format

FORMAT = Format(
    name="junit",
    renderers={Comparison: comparison.render, LintReport: lint.render, Verification: verification.render},
    suffixes=(".xml",),
    escape=IN_XML,
)
