"""Which modules are slow to import, and where ruff finds such imports unused."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from collectbench.lint import Evidence
from collectbench.lint.heavy_modules import collected_files, heavy_imports, heavy_part
from collectbench.measure.process.launch import Invocation, launch
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.lint_settings import LintSettings
from collectbench.store.documents import PROFILE
from collectbench.store.files import read_document

_PATIENCE_S = 300.0
_BATCH = 500
_NOT_TO_AVOID = frozenset({"pytest", "plugin", "stdlib"})
"""Origins of modules that are imported anyway, or that cost next to nothing."""


def heavy_modules(settings: LintSettings, profile: Path | None, root: Path) -> dict[str, float | None]:
    """Return modules whose import is slow: those of the settings, and those that a stored profile measured.

    Raises:
        UsageError: the profile cannot be read.
    """
    heavy: dict[str, float | None] = dict.fromkeys(settings.heavy)
    file = profile or (root / settings.heavy_profile if settings.heavy_profile else None)
    if file is None:
        return heavy
    try:
        measured = read_document(file, PROFILE)
    except BaselineError as error:
        raise UsageError(*error.reasons) from None
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror or error}") from None
    for module in measured.imports:
        if module.floor or module.origin.value in _NOT_TO_AVOID:
            continue
        if "." in module.module and heavy_part(module.module, heavy):
            continue
        if module.inclusive_s >= settings.heavy_threshold_s:
            heavy[module.module] = module.inclusive_s
    return heavy


def unused_imports(evidence: Evidence, root: Path) -> dict[str, tuple[tuple[int, str], ...]]:
    """Return by file the lines and names of imports that ruff's F401 finds unused, of files that import heavy modules.

    Raises:
        UsageError: ruff is not installed, or fails.
        Interrupted: a signal arrived.
    """
    paths = [path for path in collected_files(evidence) if any(heavy_imports(evidence, path))]
    found: dict[str, list[tuple[int, str]]] = {}
    for start in range(0, len(paths), _BATCH):
        for path, line, name in _ask_ruff(paths[start : start + _BATCH], root):
            found.setdefault(path, []).append((line, name))
    return {path: tuple(sorted(lines)) for path, lines in found.items()}


def _ask_ruff(paths: list[str], root: Path) -> Iterator[tuple[str, int, str]]:
    beside = Path(sys.executable).parent / "ruff"
    program = str(beside) if beside.is_file() else shutil.which("ruff")
    if program is None:
        raise UsageError(
            "unused-import: ruff is not installed, which finds unused imports; install it, or ignore the rule"
        )
    options = ("check", "--isolated", "--no-cache", "--exit-zero", "--select", "F401", "--output-format", "json", "--")
    with temporary_directory() as work:
        output, errors = work / "output", work / "errors"
        invocation = Invocation(argv=(program, *options, *paths), cwd=root, env=dict(os.environ), errors=errors)
        finished = launch(invocation, output=output, timeout_s=_PATIENCE_S)
        if finished.exit_code != 0:
            raise UsageError(f"unused-import: ruff fails: {errors.read_text(errors='replace').strip()}")
        rows = json.loads(output.read_bytes() or b"[]")
    for row in rows:
        if row["code"] == "F401":
            yield os.path.relpath(row["filename"], root), row["location"]["row"], row["message"].split("`")[1]
