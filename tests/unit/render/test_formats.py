from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import collectbench.render
from collectbench.render import FORMATS, render


def test_every_format_is_a_file_of_its_own():
    folder = Path(collectbench.render.__file__).parent
    assert list(FORMATS) == ["text", "json", "markdown"]
    assert all((folder / f"{name}.py").is_file() for name in FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_in_one_newline(name, documents):
    for document in documents.values():
        text = render(document, name, width=80, color=False)
        assert text.rstrip("\n") + "\n" == text


def test_importing_the_formats_loads_nothing_heavy():
    code = "import sys, collectbench.render; print({'tabulate', 'rich', 'typer'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"
