"""Older schemas become the current one step by step, before anything else looks at the data.

A step takes a whole document of one schema and returns it in the next one. Steps work on plain
data and never on the model: the model moves on, what an old file holds does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from collectbench.store.shapes import describe

Document = dict[str, Any]
Step = Callable[[Document], Document]
Steps = Mapping[int, Step]
"""The schema that a step starts from, and the step."""


_ORIGIN = re.compile(r"measured [0-9T:-]+Z( at commit [0-9a-f]+)?( with changes)?")
"""The note about the run that measured a result, in files from before `from_earlier_run`."""


class DocumentError(ValueError):
    """A document that this version of collectbench cannot use; the message says why and the way out."""


def upgrade(data: Document, steps: Steps, current: int) -> Document:
    """Bring a document to schema `current`.

    Args:
        data: a document of any schema up to the current one; it may be changed on the way.
        steps: one for each schema from 1 to `current - 1`.
        current: the schema that this version writes.

    Raises:
        DocumentError: the schema is newer or no schema at all, or the old document is damaged.
    """
    found = data.get("schema")
    if type(found) is not int or found < 1:
        raise DocumentError(f"`schema` must be a whole number from 1 on, and is {describe(found)}")
    if found > current:
        newer = f"schema {found} is newer than this collectbench reads ({current})"
        raise DocumentError(f"{newer}; update collectbench")
    for version in range(found, current):
        step = steps[version]
        try:
            data = {**step(data), "schema": version + 1}
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            # A step meets data that nothing has checked, so a damaged file shows here as any of these.
            problem = f"the document is damaged, schema {version} cannot be upgraded"
            raise DocumentError(f"{problem} ({error!r})") from error
    return data


def mark_earlier_results(run: Document) -> Document:
    """Add `from_earlier_run` to results that stayed from an earlier run, if only their notes say so.

    The key came without a new schema: older versions of collectbench ignore it. Files from before have only the note.
    Data of another shape is left alone; decoding reports it.
    """
    targets = run.get("targets")
    if isinstance(targets, list):
        run = {**run, "targets": [_mark_earlier(result) for result in targets]}
    return {**run, "suite": _mark_earlier(run["suite"])} if "suite" in run else run


def _mark_earlier(result: Any) -> Any:
    notes = result.get("notes") if isinstance(result, dict) else None
    if not isinstance(notes, list) or "from_earlier_run" in result:
        return result
    is_kept = any(isinstance(note, str) and _ORIGIN.fullmatch(note) for note in notes)
    return {**result, "from_earlier_run": True} if is_kept else result
