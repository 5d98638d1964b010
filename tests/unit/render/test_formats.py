from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

import collectbench.render
from collectbench.model.profile import Profile
from collectbench.model.report import Document
from collectbench.render import FORMATS, formats_for, render
from collectbench.render.options import RenderOptions

EVERYWHERE = ["text", "json", "markdown"]
PROFILES_ONLY = ["speedscope", "html"]


def test_every_format_is_a_file_of_its_own():
    folder = Path(collectbench.render.__file__).parent
    assert list(FORMATS) == [*EVERYWHERE, *PROFILES_ONLY]
    assert all((folder / f"{name}.py").is_file() for name in FORMATS)


@pytest.mark.parametrize("kind", get_args(Document), ids=lambda kind: kind.__name__)
def test_every_document_has_its_formats(kind):
    assert formats_for(kind) == (EVERYWHERE + PROFILES_ONLY if kind is Profile else EVERYWHERE)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_in_one_newline(name, documents):
    for document in documents.values():
        if name in formats_for(type(document)):
            text = render(document, name, RenderOptions())
            assert text.rstrip("\n") + "\n" == text


def test_importing_the_formats_loads_nothing_heavy():
    code = "import sys, collectbench.render; print({'tabulate', 'rich', 'typer'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"
