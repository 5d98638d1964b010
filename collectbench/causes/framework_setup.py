"""The start of a framework imports all applications of the project.

What it detects:
    Import lines in modules that Django's registry of applications loads, for which modules are loaded that nothing else
    needs.

Why it is slow:
    `django.setup()` imports all installed applications with their models, before the first test is collected, and each
    run pays for it.

Evidence:
    All ways from the start of the process to the line go through `django.apps`, in the graph of all import statements
    of the traced round.

Fix:
    Import in the functions that use it. In `AppConfig.ready`, import no more than the registration of signals needs.

Source:
    PostHog#60849: 15 -> 3.3 s.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_cuts import Nature, candidate, cuts_of


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the cuts to which only the registry of applications leads."""
    for cut, _ in cuts_of(evidence, Nature.FRAMEWORK):
        yield candidate(evidence, cut, f"the start of Django imports {cut.module.name}")


CAUSE = Cause(id="framework-setup", doc=__doc__, find=find, proof="the import deferred")
