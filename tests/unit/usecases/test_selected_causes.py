"""`--select` and `--ignore` of `diagnose`."""

from __future__ import annotations

import pytest

from collectbench.model.errors import UsageError
from collectbench.usecases.diagnosing.explaining import explanation, selected_causes


def test_an_ignored_cause_is_not_looked_for() -> None:
    assert selected_causes(["gc-passes", "final-gc"], ["final-gc"]) == {"gc-passes"}
    assert "gc-passes" in selected_causes([], ["final-gc"])


def test_no_cause_left_is_a_mistake_and_not_a_clean_bill() -> None:
    with pytest.raises(UsageError, match="no cause is left"):
        selected_causes(["gc-passes"], ["gc-passes"])


def test_causes_and_interventions_have_a_page() -> None:
    assert explanation("gc-passes").startswith("gc-passes: ")
    assert "What it changes:" in explanation("plugin-off")
    with pytest.raises(UsageError, match="did you mean gc-passes"):
        explanation("gc-pases")
