"""`collectbench report` as a process."""

from __future__ import annotations

import json
from pathlib import Path

OLD = Path(__file__).parents[1] / "old_formats"


def test_a_report_is_markdown_and_json_on_request(run_cli, tmp_path: Path) -> None:
    files = [str(OLD / name) for name in ("run-2.json", "lint-1.json", "verification-1.json")]
    shown = run_cli("report", *files, "--output", "report.json", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.startswith("# ")
    assert "## Compliance" in shown.stdout
    assert "## Verification" in shown.stdout
    assert json.loads((tmp_path / "report.json").read_text())["kind"] == "collectbench.report"


def test_a_report_without_files_says_what_to_name(run_cli, tmp_path: Path) -> None:
    result = run_cli("report", cwd=tmp_path)
    assert result.returncode == 2
    assert "FILE is missing" in result.stderr
    missing = run_cli("report", "nothing.json", cwd=tmp_path)
    assert missing.returncode == 6
    assert "nothing.json does not exist" in missing.stderr
