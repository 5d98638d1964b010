"""Paths of the files that run in a measured process: started by path, never imported."""

from __future__ import annotations

from pathlib import Path

PROBE = Path(__file__).resolve().parent.parent / "probe"
RUNNER = PROBE / "runner.py"
INTERPRETER_START = PROBE / "interpreter_start.py"
REFERENCE_WORKLOAD = PROBE / "reference.py"
NAME_IN_STACKS = "<frozen importlib._bootstrap> of collectbench"
"""The file that stacks name for code of the probe that imports and signals call."""
