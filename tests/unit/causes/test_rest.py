"""The rows of seconds that no finding saves."""

from __future__ import annotations

from dataclasses import replace

from collectbench.attribution.parts import ROOT, Part
from collectbench.causes.rest import CUT_SHORT, DEEP, FLOOR, MANY, NOT_SELECTED, rest_of
from made_evidence import evidence, imported, ran

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


def test_a_recursion_that_hides_the_line_which_begins_it_is_not_too_small() -> None:
    """A stack holds the innermost 100 calls."""
    whole = ran(0, 2.0, "app.py:1 <module>", "app.py:3 f")
    cut = replace(whole, calls=whole.calls[:1] * 100)
    frames = (imported(0, -1, "app"),)
    assert reasons(evidence(imports=frames, stacks=(whole,)))["imports of the project"] == MANY
    assert reasons(evidence(imports=frames, stacks=(cut,)))["imports of the project"] == DEEP
