"""A lazy import in a test file or conftest has no effect.

What it detects:
    `lazy import`, `lazy from … import` and `__lazy_modules__` at module level of collected files and conftests, on
    Python 3.15 and later.

Why it is slow:
    pytest looks at each name of a module in search of fixtures, and that loads what was lazy. The import takes as long
    as any other.

Evidence:
    The source of the files that the traced round loaded. The saving is 0 here: `heavy-import` and the other causes of
    imports have the time.

Fix:
    Import it in the test or fixture that needs it, or make the imports of the code under test lazy.

Source:
    Measured with pytest 9.2 on Python 3.15.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.versions import version_of
from collectbench.model.costs import Origin
from collectbench.sources.lazy_imports import lazy_imports

WITH_LAZY = (3, 15)


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields a note for each file."""
    if version_of(evidence.environment.python) < WITH_LAZY:
        return
    for module, origin in evidence.attribution.origins.items():
        if origin not in (Origin.TEST, Origin.CONFTEST):
            continue
        lines, tree = evidence.sources.lines(module.path), evidence.sources.tree(module.path)
        if tree is None or not any("lazy" in line for line in lines):
            continue
        found = list(lazy_imports("\n".join(lines).encode(), tree))
        if found:
            yield Candidate(
                subject=evidence.display(module.path),
                title=f"lazy imports have no effect in {evidence.display(module.path)}",
                evidence=(f"lazy: {', '.join(each.subject for each in found)}",),
                locations=tuple(evidence.location(module.path, each.statement.lineno) for each in found),
                fix="import it in the test or fixture that needs it",
                is_note=True,
            )


CAUSE = Cause(id="lazy-without-effect", doc=__doc__, find=find)
