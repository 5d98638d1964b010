"""Which modules of a stored profile are slow to import."""

from __future__ import annotations

import json
from pathlib import Path

from collectbench.model.lint_settings import LintSettings
from collectbench.usecases.linting.heavy import heavy_modules
from environments import ROOT

STORED = ROOT / "tests" / "old_formats" / "profile-1.json"


def test_modules_that_pytest_needs_anyway_are_not_heavy(tmp_path: Path) -> None:
    document = json.loads(STORED.read_text(encoding="utf-8"))
    assert heavy_modules(LintSettings(), STORED, tmp_path) == {"pandas": 0.391844}
    needed = {**document["imports"][1], "module": "pytest", "floor": True}
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps(document | {"imports": [*document["imports"], needed]}), encoding="utf-8")
    assert heavy_modules(LintSettings(), profile, tmp_path) == {"pandas": 0.391844}
