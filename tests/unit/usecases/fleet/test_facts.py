"""What a worker says about itself, asked as a module of this process: workers get it as text."""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path

import pytest

from collectbench import __version__
from collectbench.measure.machine import environment
from collectbench.usecases.fleet import facts_program
from collectbench.usecases.fleet.facts_program import cpu_model, distributions, facts, first_line, version_of

SOURCE = Path(facts_program.__file__).read_text(encoding="utf-8")


def test_the_interpreter_is_asked_as_commands_start_it_not_as_the_worker_was_started(tmp_path, monkeypatch) -> None:
    (tmp_path / "collectbench").mkdir()
    (tmp_path / "collectbench/__init__.py").write_text("__version__ = '0.0.1'")
    path = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    monkeypatch.setenv("PYTHONPATH", path)  # of this process it is too late
    found = json.loads(facts("", SOURCE))
    assert found["collectbench"] == "0.0.1"
    assert found["python"] == platform.python_version()
    assert found["distributions"]["pytest"] == pytest.__version__
    assert found["free_bytes"] > 0
    assert found["error"] == ""


def test_another_interpreter_has_its_own_distributions_and_the_worker_its_own_collectbench(tmp_path) -> None:
    script = tmp_path / "python"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    script.chmod(0o755)
    found = json.loads(facts(str(script), SOURCE))
    assert "pytest" not in found["distributions"]
    assert found["collectbench"] == __version__


def test_an_interpreter_that_says_nothing_is_an_error(tmp_path) -> None:
    assert json.loads(facts("/bin/true", SOURCE))["error"].startswith("/bin/true cannot be started: ")
    assert json.loads(facts("/bin/false", SOURCE))["error"].startswith("/bin/false cannot be started: ")


def test_the_processor_is_named_as_in_documents() -> None:
    assert cpu_model() == environment.cpu_model()


def test_what_cannot_be_asked_is_empty() -> None:
    assert first_line(["/no/such/program"]) == ""
    assert first_line(["/bin/false"]) == ""
    assert version_of("no_such_module") == ""


def test_names_of_distributions_are_normalised(tmp_path, monkeypatch) -> None:
    metadata = tmp_path / "Zope.Some_thing-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: Zope.Some_thing\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert distributions()["zope-some-thing"] == "1.0"
