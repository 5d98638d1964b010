"""The conftest code that keeps the garbage collector from walking what collection makes."""

from __future__ import annotations

import re

from collectbench.causes.evidence import Evidence
from collectbench.model.diagnosis import Location

_IMPORTS = ("import gc", "import pytest")
_HOOK = """
@pytest.hookimpl(wrapper=True)
def pytest_collection(session):
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
"""
_HAS_HOOK = re.compile(r"\s*(?:async\s+)?def pytest_collection\(")


def first_conftest(evidence: Evidence) -> str:
    """Returns the conftest that pytest loads first, else the one that the rootdir could have."""
    loaded = _loaded(evidence)
    return evidence.display(loaded) if loaded else "conftest.py"


def place_of_lines(evidence: Evidence) -> tuple[Location, ...]:
    """Returns the conftest that gets the lines, if it exists."""
    return (Location(path=first_conftest(evidence), line=0),) if _loaded(evidence) else ()


def freezing_diff(evidence: Evidence) -> str:
    """Returns the lines to add to that conftest; empty if it has such a hook already, which then has to change."""
    lines = evidence.sources.lines(_loaded(evidence)) if _loaded(evidence) else []
    if any(_HAS_HOOK.match(line) for line in lines):
        return ""
    imports = [each for each in _IMPORTS if each not in lines]
    return "".join(f"+{line}\n" for line in (*imports, *_HOOK.rstrip().splitlines()[0 if imports else 1 :]))


def _loaded(evidence: Evidence) -> str:
    return next((frame.name for frame in evidence.trace.plugins if frame.kind == "conftest"), "")
