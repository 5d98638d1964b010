"""What unstable-parameter reports and leaves alone, compared with the ids that pytest makes in two runs."""

from __future__ import annotations

import os
import subprocess
from collections import defaultdict
from pathlib import Path

from unstable_parameters import IMPORTS, LEAVES_ALONE, OF_MACHINES, REPORTS

# The first kind comes first in the alphabet: a stable one calls random.seed, which later files would notice.
TABLES = {"differs": REPORTS, "machine": OF_MACHINES, "stable": LEAVES_ALONE}
TEXTS = {f"{kind}-{each.id}": each.values[0] for kind, table in TABLES.items() for each in table}


def ids(python: Path, directory: Path, seed: str) -> dict[str, list[str]]:
    """The ids in each file, in the order of a run with this seed of hashes."""
    command = [str(python), "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:warnings"]
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert "error" not in result.stdout, result.stdout
    found = defaultdict[str, list[str]](list)
    for line in result.stdout.splitlines():
        if "::" in line:
            file, _, rest = line.partition("::")
            found[file].append(rest)
    return found


def test_pytest_makes_other_ids_in_each_run_for_what_is_reported_alone(plain_python: Path, tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        tmp_path.joinpath(f"test_{name.replace('-', '_')}.py").write_text(IMPORTS + text, encoding="utf-8")
    runs = [ids(plain_python, tmp_path, seed) for seed in ("1", "2", "3")]
    assert len(runs[0]) == len(TEXTS)
    differ = {file for file in runs[0] if not runs[0][file] == runs[1][file] == runs[2][file]}
    assert differ == {file for file in runs[0] if file.startswith("test_differs")}
