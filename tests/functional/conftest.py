"""What functional tests share: small suites written on the spot, a plain interpreter, stored runs made by hand."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import environments

PLAIN = ".venvs/3.11-pytest9"
OURS = ("--collect-only", "-qq", "--maxfail=0", "--continue-on-collection-errors")

WriteSuite = Callable[[Mapping[str, str]], Path]
StoredRun = Callable[..., Path]


@pytest.fixture(scope="session")
def plain_python() -> str:
    """An interpreter with pytest and nothing else, since plugins slow every round; this one where there is none."""
    return str(environments.python_of(PLAIN) or sys.executable)


@pytest.fixture
def write_suite(tmp_path: Path) -> WriteSuite:
    """Writes files (path to text) into a folder named suite, and returns that."""

    def write(files: Mapping[str, str]) -> Path:
        root = tmp_path / "suite"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return root

    return write


@pytest.fixture
def api_and_core(write_suite: WriteSuite) -> Path:
    """Six items: two in tests/api, three in tests/core, and one loose in tests."""
    return write_suite(
        {
            "pytest.ini": "[pytest]\ntestpaths = tests\n",
            "tests/test_loose.py": "def test_loose(): pass\n",
            "tests/api/test_api.py": "def test_one(): pass\ndef test_two(): pass\n",
            "tests/core/test_core.py": (
                "import pytest\n@pytest.mark.parametrize('n', range(3))\ndef test_n(n): pass\n"
            ),
        }
    )


@pytest.fixture
def quick(plain_python: str) -> tuple[str, ...]:
    """Options where the number of rounds does not matter: one round of each target, nothing else."""
    return ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--no-counters", "--no-suite")


@pytest.fixture(scope="session")
def child_commands() -> Callable[[str], dict[str, list[str]]]:
    """Reads the output of --dry-run: by target name, the words of its command."""

    def read(text: str) -> dict[str, list[str]]:
        lines = text.splitlines()[1:]  # the first one says where
        return {
            name.removeprefix("# ").strip("'"): shlex.split(command)
            for name, command in zip(lines[::2], lines[1::2], strict=True)
        }

    return read


@pytest.fixture(scope="session")
def node_ids() -> Callable[..., list[str]]:
    """The sorted node ids that `python -m pytest ARGS` itself prints in a folder."""

    def collect(python: str, cwd: Path, *args: str) -> list[str]:
        command = [python, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *args]
        result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
        return sorted(line for line in result.stdout.splitlines() if "::" in line)

    return collect


@pytest.fixture
def stored_run(tmp_path: Path) -> StoredRun:
    """Writes a run as `baseline` would have, from the CPU seconds of each target's rounds; returns the file.

    `counts` replaces the counts of single targets, `environment` entries of the environment, `limits` are those of
    the configuration that it was made with.
    """

    def store(
        name: str,
        targets: Mapping[str, Sequence[float]],
        *,
        counts: Mapping[str, Mapping[str, int]] | None = None,
        environment: Mapping[str, Any] | None = None,
        limits: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Path:
        document = {
            "kind": "collectbench.run",
            "schema": 1,
            "tool": {"name": "collectbench", "version": "0.1.0"},
            "created": "2026-01-02T03:04:05Z",
            "environment": {
                "python": "3.11.7",
                "implementation": "cpython",
                "pytest": "9.0.1",
                "plugins": {},
                "platform": "Linux",
                "cpu_model": "A processor",
                "cpu_count": 2,
                "bytecode": "written",
                "flags": {},
                **(environment or {}),
            },
            "commit": None,
            "dirty": None,
            "config": {"limits": dict(limits or {})},
            "targets": [_target(target, cpus_s, (counts or {}).get(target, {})) for target, cpus_s in targets.items()],
            "suite": None,
        }
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(document))
        return path

    return store


def _target(name: str, cpus_s: Sequence[float], counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "name": name,
        "paths": [name],
        "status": "ok",
        "counts": {"items": 10, "files": 2, "errors": 0, "warnings": 0, "collection_warnings": 0, **counts},
        "nodeids_sha256": "0" * 64,
        "wall_s": _summary(cpus_s),
        "cpu_s": _summary(cpus_s),
        "peak_rss_bytes": _summary([50_000_000] * len(cpus_s)),
        "samples": [
            {
                "kind": "timed",
                "wall_s": cpu_s,
                "user_s": cpu_s,
                "system_s": 0.0,
                "peak_rss_bytes": 50_000_000,
                "exit_code": 0,
                "phases": {},
            }
            for cpu_s in cpus_s
        ],
    }


def _summary(values: Sequence[float]) -> dict[str, Any]:
    ordered = sorted(values)
    return {"median": ordered[len(ordered) // 2], "min": ordered[0], "max": ordered[-1], "ci95": None}
