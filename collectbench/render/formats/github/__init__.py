"""Annotations of GitHub Actions: workflow commands, then one line for each statement.

Syntax and escaping: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collectbench.model.comparison import Comparison
from collectbench.model.diagnosis import Diagnosis
from collectbench.model.lint import LintReport
from collectbench.model.report import RunReport
from collectbench.model.verification import Verification
from collectbench.render.formats.github import comparison, diagnosis, lint, run, verification
from collectbench.render.parts.format import Format

FORMAT = Format(
    name="github",
    renderers={
        RunReport: run.render,
        Comparison: comparison.render,
        Diagnosis: diagnosis.render,
        LintReport: lint.render,
        Verification: verification.render,
    },
)
