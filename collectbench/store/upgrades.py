"""Upgrades documents of older schemas step by step, before other code reads the data.

A step takes a whole document of one schema and returns it in the next one. Steps work on plain data and never on the
model: the model changes, old files do not.
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
    """A document that this version of collectbench cannot read; the message says why, and what to do."""


class NewerSchemaError(DocumentError):
    """A document that a newer version of collectbench has written."""


def upgrade(data: Document, steps: Steps, current: int) -> Document:
    """Return a document in schema `current`.

    Args:
        data: a document of any schema up to the current one; steps may change it.
        steps: one for each schema from 1 to `current - 1`.
        current: the schema that this version writes.

    Raises:
        DocumentError: the schema is newer or not a valid number, or the old document is damaged.
    """
    schema = data.get("schema")
    if type(schema) is not int or schema < 1:
        raise DocumentError(f"`schema` must be a whole number from 1 on, and is {describe(schema)}")
    if schema > current:
        newer = f"schema {schema} is newer than this collectbench reads ({current})"
        raise NewerSchemaError(f"{newer}; update collectbench")
    for version in range(schema, current):
        step = steps[version]
        try:
            data = {**step(data), "schema": version + 1}
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            # The data is unchecked, so a damaged file can raise any of these in a step.
            problem = f"the document is damaged, schema {version} cannot be upgraded"
            raise DocumentError(f"{problem} ({error!r})") from error
    return data


def complete_comparison(comparison: Document) -> Document:
    """Complete the runs of a paired comparison."""
    names = [name for name in ("base_run", "head_run") if isinstance(comparison.get(name), dict)]
    return {**comparison, **{name: complete_run(comparison[name]) for name in names}}


def complete_run(run: Document) -> Document:
    """Add what came without a new schema: `from_earlier_run`, and the status of targets that were not measured."""
    return _with_results(_with_results(run, _mark_earlier), _mark_unmeasured)


def _mark_unmeasured(result: Any) -> Any:
    """Older files call a target `ok` that no round was taken of."""
    if isinstance(result, dict) and result.get("status") == "ok" and result.get("counts", 0) is None:
        return result if result.get("samples") else {**result, "status": "not-measured"}
    return result


def _with_results(run: Document, change: Callable[[Any], Any]) -> Document:
    """The run with each result changed. Data of another shape is left alone; decoding reports it."""
    targets = run.get("targets")
    if isinstance(targets, list):
        run = {**run, "targets": [change(result) for result in targets]}
    return {**run, "suite": change(run["suite"])} if "suite" in run else run


def _mark_earlier(result: Any) -> Any:
    """Add `from_earlier_run` to a result that stayed from an earlier run, if only its notes say so.

    Older versions of collectbench ignore the key, and files from before have only the note.
    """
    notes = result.get("notes") if isinstance(result, dict) else None
    if not isinstance(notes, list) or "from_earlier_run" in result:
        return result
    is_kept = any(isinstance(note, str) and _ORIGIN.fullmatch(note) for note in notes)
    return {**result, "from_earlier_run": True} if is_kept else result
