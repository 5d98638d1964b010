"""GitLab's code quality report: an array of entries, each with its place and a fingerprint that stays.

Format: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from collectbench.model.comparison import Comparison
from collectbench.model.lint import LintReport
from collectbench.render.formats.gitlab import comparison, lint
from collectbench.render.parts.escape import IN_JSON
from collectbench.render.parts.format import Format

FORMAT = Format(name="gitlab", renderers={Comparison: comparison.render, LintReport: lint.render}, escape=IN_JSON)
