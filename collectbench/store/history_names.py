"""Names in the history: of the directory of an environment, and of the file of a run."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from collectbench.model.history import Record
from collectbench.model.run import Environment

SUFFIX = ".json"
NO_COMMIT = "nocommit"
COMMIT_DIGITS = 12
MODEL_LENGTH = 40
"""Characters of the processor's name: those of real processors have fewer."""

_BESIDE_MODEL = re.compile(r"\((?:r|tm|c)\)|@.*|\bcpu\b|\bprocessor\b|\b\d+-core\b")
"""What the name of a processor says besides its model. The number of cores is that of the whole machine."""


def environment_name(environment: Environment) -> str:
    """Return the name of an environment whose times form one trend: `2x-amd-epyc_py3.11_pytest9.2`.

    It has the number of processors and their model, the minor version of Python and that of pytest: what the stored
    times of two runs must share to be compared. Patch releases and other distributions are not in it. They are marks
    on the trend, which show what an upgrade cost; a directory for each release of pytest would cut the trend short.
    """
    model = _slug(_BESIDE_MODEL.sub(" ", environment.cpu_model.lower()))[:MODEL_LENGTH].strip("-") or "unknown"
    implementation = _slug(environment.implementation)
    python = "py" if implementation == "cpython" else implementation
    return f"{environment.cpu_count}x-{model}_{python}{_minor(environment.python)}_pytest{_minor(environment.pytest)}"


def record_path(record: Record, directory: Path) -> Path:
    """Return a new name for a record in the history, `TIME-COMMIT-ID.json`; each call returns another one."""
    moment = re.sub(r"\D", "", record.at)
    commit = _slug(record.commit or "")[:COMMIT_DIGITS] or NO_COMMIT
    name = f"{moment[:8]}T{moment[8:14]}Z-{commit}-{secrets.token_hex(4)}{SUFFIX}"
    return directory / environment_name(record.environment) / name


def _slug(text: str) -> str:
    """A text as a part of a file name: small letters, digits and single dashes."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _minor(version: str) -> str:
    return ".".join(re.findall(r"\d+", version)[:2]) or "unknown"
