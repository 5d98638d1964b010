"""Many parameters have equal ids, which pytest has to number.

What it detects:
    Parametrizations in which several sets of parameters have the same id, if it takes pytest long to make them unique.

Why it is slow:
    pytest counts equal ids and appends numbers until each id is unique. In some releases this takes time that grows
    with the square of the number of ids.

Evidence:
    Samples in `make_unique_parameterset_ids`, and the number of equal ids.

Fix:
    Give each set an id of its own: `ids=` with a function that tells the values apart.

Source:
    pytest#14739.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.body_lines import claims_of
from collectbench.causes.called_by_pytest import in_pytest
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.slow_ids import MAKING_IDS

MAKING_UNIQUE = frozenset(("make_unique_parameterset_ids", "idmaker"))
MOST = 3


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields all parametrizations with equal ids together."""
    repeated = sorted(evidence.trace.repeated_ids, key=lambda each: -each.repeated)
    if not repeated:
        return
    runs = [
        whole
        for run, whole in in_pytest(evidence, MAKING_UNIQUE)
        if run is None and not any(call.function in MAKING_IDS for call in whole.calls)
    ]
    yield Candidate(
        subject=repeated[0].nodeid,
        title="pytest numbers many equal ids",
        evidence=tuple(
            f"{each.nodeid}: {each.repeated:,} of {each.ids:,} ids are equal to another one, such as {each.example!r}"
            for each in repeated[:MOST]
        ),
        fix="give each set of parameters an id of its own",
        claims=claims_of(runs),
    )


CAUSE = Cause(id="duplicate-ids", doc=__doc__, find=find)
