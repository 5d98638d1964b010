"""A hook of the project does slow work for all items.

What it detects:
    An implementation of `pytest_collection_modifyitems` in a conftest or plugin of the project that takes long.

Why it is slow:
    The hook runs once, over all items of the run. Work for each item adds up, such as reading its source, computing its
    path or looking for a mark. A loop over all items within another one grows with their square.

Evidence:
    The time of the implementation, without what other hooks do, and samples of its lines.

Fix:
    Do the work once for each file or mark, not for each item, or keep results in a dictionary. If the hook only adds
    marks or skips, decide by `item.nodeid` or `item.path` first.

Source:
    PostHog#88759, pytest#7338.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.hooks import hook_candidate, project_hooks

NAME = "pytest_collection_modifyitems"
TITLE = "a hook does slow work for all items"
FIX = "do the work once for each file or mark, not for each item"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each implementation of the project."""
    for part, hook in project_hooks(evidence, NAME):
        yield hook_candidate(evidence, part, hook, TITLE, FIX)


CAUSE = Cause(id="slow-modifyitems", doc=__doc__, find=find)
