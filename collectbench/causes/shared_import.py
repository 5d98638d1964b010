"""Several files import something slow, and the first of them pays.

What it detects:
    The smallest set of import lines that keeps modules from being loaded if all of them change. Several test modules or
    conftests lead to the modules: by a line each, or all through one line of the project.

Why it is slow:
    The first file that imports a module pays for it, so a timer blames that file. If it does not import the module, the
    next one pays. Only changing all lines of the set saves time.

Evidence:
    All import statements of the traced round, as a graph. A smallest cut of it has as many lines as there are ways to
    the module that share no line. `saving_alone_s` is the saving of the best line alone.

Fix:
    Change each line of the set: import in the functions, tests and fixtures that use the module. If the set is one
    line, all ways to the module lead through it.

Source:
    PostHog#64499.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_cuts import Nature, candidate, cuts_of

NOTHING_S = 0.0005
"""A line that saves less without the others saves nothing, as `alone` of the findings says."""


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the cuts that several files pay for."""
    for cut, payers in cuts_of(evidence, Nature.SHARED):
        count = len(cut.changes)
        if count == 1:
            title = f"one line imports {cut.module.name} for {len(payers.names)} files"
        elif max(cut.alone_s) < NOTHING_S:
            title = f"{count} lines import {cut.module.name}: only changing all of them saves it"
        else:
            title = f"{count} lines import {cut.module.name} or parts of it"
        yield candidate(evidence, cut, title)


CAUSE = Cause(id="shared-import", doc=__doc__, find=find)
