"""The rows of seconds that no finding saves."""

from __future__ import annotations

from dataclasses import replace

from collectbench.attribution.parts import ROOT, Part
from collectbench.causes.rest import CUT_SHORT, FLOOR, MANY, NOT_SELECTED, rest_of
from made_evidence import evidence, imported

LEFT = {Part("frame", 0): 2.0, ROOT: 1.0}


def reasons(about, **options) -> dict[str, str]:
    return {row.name: row.reason for row in rest_of(about, LEFT, **options)}


def test_seconds_of_causes_that_were_not_looked_for_are_not_too_small() -> None:
    about = evidence(imports=(imported(0, -1, "app"),))
    assert reasons(about) == {"imports of the project": MANY, "pytest and its imports": FLOOR}
    assert reasons(about, is_selection=True)["imports of the project"] == NOT_SELECTED


def test_seconds_of_a_process_that_ended_early_are_not_too_small() -> None:
    about = evidence(imports=(imported(0, -1, "app"),))
    attribution = replace(about.attribution, trace=replace(about.trace, complete=False))
    found = reasons(replace(about, attribution=attribution))
    assert found == {"imports of the project": CUT_SHORT, "pytest and its imports": FLOOR}
