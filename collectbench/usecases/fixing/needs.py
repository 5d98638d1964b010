"""Which edits need which others, and the order in which they are written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from collectbench.model.fixes import Edit


def units_of(edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits that no other one needs. Of edits that need each other in a circle, the first one counts."""
    by_path = {edit.path: edit for edit in edits}
    needed = {need for edit in edits for need in edit.needs}
    units = [edit for edit in edits if edit.path not in needed]
    covered = {edit.path for edit in with_needs(units, by_path)}
    for edit in edits:
        if edit.path not in covered:
            units.append(edit)
            covered |= {each.path for each in with_needs([edit], by_path)}
    return units


def circle_of(edit: Edit, by_path: Mapping[str, Edit]) -> list[Edit]:
    """Return an edit, and those that it needs and that need it, directly or not."""
    needed = (each for each in with_needs([edit], by_path) if each is not edit)
    return [edit, *(each for each in needed if edit in with_needs([each], by_path))]


def with_needs(units: Iterable[Edit], by_path: Mapping[str, Edit], done: Collection[str] = ()) -> list[Edit]:
    """Return edits with all that they need, directly or not, without those that are done; the needed ones first."""
    found: dict[str, Edit] = {}
    begun = set(done)
    stack = [(edit, False) for edit in reversed(list(units))]
    while stack:
        edit, complete = stack.pop()
        if complete:
            found[edit.path] = edit
        elif edit.path not in begun:
            begun.add(edit.path)
            stack.append((edit, True))
            stack += [(by_path[need], False) for need in reversed(edit.needs) if need in by_path]
    return list(found.values())
