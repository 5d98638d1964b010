"""A very large module, class or plugin is scanned for fixtures.

What it detects:
    Modules and classes whose scan for fixtures takes long, although no code of the project runs in it.

Why it is slow:
    pytest looks at each name of each module, class and plugin. A class that inherits thousands of names is scanned
    again for each of its subclasses.

Evidence:
    Samples in pytest's `parsefactories`, by the module or class that is collected.

Fix:
    Split the module, or keep generated names and constants in a module that is not collected.

Source:
    pytest#14877, pytest#5516.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from collectbench.causes.body_lines import claims_of
from collectbench.causes.called_by_pytest import in_pytest
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.running import Running
from collectbench.model.trace import CollectorFrame

SCAN = frozenset(("parsefactories",))


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each module or class whose scan takes long."""
    by_node = defaultdict[str, list[Running]](list)
    for run, whole in in_pytest(evidence, SCAN):
        frame = evidence.frames.get(whole.frame)
        if run is None and isinstance(frame, CollectorFrame):
            by_node[frame.nodeid].append(whole)
    for nodeid, runs in by_node.items():
        yield Candidate(
            subject=nodeid,
            title="a large module or class is scanned for fixtures",
            evidence=("samples in pytest's scan for fixtures",),
            fix="split it, or keep generated names where pytest does not collect",
            claims=claims_of(runs),
        )


CAUSE = Cause(id="fixture-scan", doc=__doc__, find=find)
