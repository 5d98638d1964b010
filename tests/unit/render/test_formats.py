from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

import collectbench.render.formats
from collectbench.model.comparison import Comparison
from collectbench.model.costs import Profile
from collectbench.model.diagnosis import Diagnosis
from collectbench.model.doctor import Checkup
from collectbench.model.fixes import FixReport, Undone
from collectbench.model.full_report import FullReport
from collectbench.model.handover import Handover
from collectbench.model.history import History
from collectbench.model.lint import LintReport
from collectbench.model.report import Document, RunReport
from collectbench.model.target import TargetList
from collectbench.model.verification import Verification
from collectbench.model.who import WhoImports
from collectbench.render.formats import FORMATS, format_of_file, formats_for, render
from collectbench.render.parts.options import RenderOptions

EVERYWHERE = ["text", "json", "markdown"]
OTHERS = {
    RunReport: ["github", "openmetrics", "pytest-benchmark", "github-action-benchmark"],
    Comparison: ["github", "gitlab", "junit", "openmetrics", "pytest-benchmark"],
    TargetList: [],
    WhoImports: [],
    Checkup: [],
    FixReport: [],
    Undone: [],
    Handover: [],
    FullReport: ["html"],
    History: ["openmetrics", "github-action-benchmark", "csv"],
    LintReport: ["github", "gitlab", "junit", "sarif", "openmetrics"],
    Profile: ["speedscope", "html"],
    Diagnosis: ["github"],
    Verification: ["github", "junit"],
}


def test_every_format_is_a_module_of_its_own():
    directory = Path(collectbench.render.formats.__file__).parent
    assert list(FORMATS) == [
        *EVERYWHERE,
        *OTHERS[LintReport],
        "pytest-benchmark",
        *OTHERS[History][1:],
        *OTHERS[Profile],
    ]
    modules = {path.stem for path in directory.iterdir()} - {"__init__", "__pycache__"}
    assert modules == {name.replace("-", "_") for name in FORMATS}


@pytest.mark.parametrize(
    ("file_name", "format_name"),
    [
        ("base.speedscope.json", "speedscope"),
        ("base.json", "json"),
        ("comment.md", "markdown"),
        ("comment.markdown", "markdown"),
        ("result.txt", "text"),
        ("profile.html", "html"),
        ("report.xml", "junit"),
        ("node.prom", "openmetrics"),
        ("lint.sarif", "sarif"),
        ("history.csv", "csv"),
        ("report", None),
        ("json", None),
    ],
)
def test_the_end_of_a_file_name_implies_a_format(file_name, format_name):
    assert format_of_file(file_name) == format_name


@pytest.mark.parametrize("kind", get_args(Document), ids=lambda kind: kind.__name__)
def test_each_type_of_document_has_its_formats(kind):
    assert formats_for(kind) == [*EVERYWHERE, *OTHERS[kind]]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_in_one_newline(name, documents):
    for document in documents.values():
        without_samples = isinstance(document, Comparison) and document.head_run is None
        if name in formats_for(type(document)) and not (name == "pytest-benchmark" and without_samples):
            text = render(document, name, RenderOptions())
            assert text.rstrip("\n") + "\n" == text


def test_importing_the_formats_loads_nothing_heavy():
    heavy = {"rich", "statistics", "tabulate", "typer", "xml.etree"}
    code = f"import sys, collectbench.render.formats; print({heavy} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"
