"""Older schemas become the current one step by step, before anything else looks at the data.

A step takes a whole document of one schema and returns it in the next one. Steps work on plain
data and never on the model: the model moves on, what an old file holds does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from collectbench.store.shapes import describe

Document = dict[str, Any]
Step = Callable[[Document], Document]
Steps = Mapping[int, Step]
"""The schema that a step starts from, and the step."""


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
