"""The rows of seconds that no finding saves."""

from __future__ import annotations

from dataclasses import replace

from collectbench.attribution.parts import ROOT, Part
from collectbench.causes.rest import CUT_SHORT, DEEP, FLOOR, MANY, NOT_SELECTED, rest_of
from made_evidence import evidence, imported, ran, statement

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


INSTALLED_ROW = "imports of installed packages"


def row_of_packages(seconds: dict[str, float], importers: dict[str, int]) -> str:
    """The reason of the row if installed modules took these seconds, and lines of the project import them."""
    frames = [imported(0, -1, "app")]
    frames += [imported(number, 0, name, taken_s) for number, (name, taken_s) in enumerate(seconds.items(), start=1)]
    edges = [statement("app", name, 0, line=line) for name, count in importers.items() for line in range(1, count + 1)]
    about = evidence(imports=tuple(frames), edges=tuple(edges), wall_s=20.0)
    return {row.name: row.reason for row in rest_of(about, about.parts)}[INSTALLED_ROW]


def test_a_package_that_many_lines_import_is_named_with_their_number() -> None:
    seconds = {"lib_array": 3.0, "lib_array.core": 3.0, "lib_small": 0.5}
    reason = row_of_packages(seconds, {"lib_array": 30, "lib_array.core": 31, "lib_small": 1})
    assert reason == f"lib_array 6.00 s (31 lines of the project); {MANY}"


def test_a_package_that_only_packages_import_has_no_line() -> None:
    assert row_of_packages({"lib_array": 6.0}, {}) == f"lib_array 6.00 s (by other packages); {MANY}"


def test_many_packages_of_one_size_are_not_named() -> None:
    assert row_of_packages({f"lib_{number}": 1.0 for number in range(8)}, {}) == MANY


def test_what_a_finding_left_of_an_import_names_no_package() -> None:
    about = evidence(imports=(imported(0, -1, "lib_array", 6.0),), wall_s=20.0)
    left = {part: seconds / 2 for part, seconds in about.parts.items()}
    assert {row.name: row.reason for row in rest_of(about, left)}[INSTALLED_ROW] == MANY
