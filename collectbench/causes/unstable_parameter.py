"""Ids of parameters differ from run to run.

What it detects:
    Test functions whose ids differ between two rounds. The other ids are compared as usual.

Why it is slow:
    It is not slow itself. But pytest-xdist refuses to run if its workers collect different ids, a test cannot be
    selected by its id, and runs cannot be compared.

Evidence:
    The ids of two rounds. The saving is 0.

Fix:
    Use constants, or give ids: `pytest.param(uuid4(), id="random")`. Sort sets and directories.

Source:
    pytest-xdist#432.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.attribution.unstable_ids import UnstableIds
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.parameter_names import differing, parametrized

MOST = 5
"""So many functions are listed each; the others share a note."""


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields a note for each function, those with many such ids first."""
    unstable = sorted(evidence.surroundings.unstable, key=lambda each: -each.differing)
    for each in unstable[:MOST]:
        yield _note(evidence, each)
    if others := unstable[MOST:]:
        yield Candidate(
            subject=f"{others[0].nodeid} and others",
            title=f"ids of {len(others):,} more functions differ from run to run",
            evidence=tuple(each.nodeid for each in others[:MOST]),
            fix="use constants, sort sets, or give ids",
            is_note=True,
        )


def _note(evidence: Evidence, unstable: UnstableIds) -> Candidate:
    path = evidence.file_of(unstable.nodeid)
    function = unstable.nodeid.partition("::")[2]
    tree = evidence.sources.tree(path)
    found = differing(parametrized(tree, function), unstable.first, unstable.second) if tree else ()
    names = ", ".join(name for each in found for name in each.names)
    items = "1 item" if unstable.differing == 1 else f"{unstable.differing:,} items"
    return Candidate(
        subject=f"{unstable.nodeid}[{names}]" if names else unstable.nodeid,
        title=f"ids of {function.rpartition('::')[2]} differ from run to run",
        evidence=(f"{items}: [{unstable.first}] in one round, [{unstable.second}] in another",),
        locations=tuple(evidence.location(path, each.line) for each in found) or (evidence.location(path, 0),),
        fix="use constants, sort sets, or give ids",
        is_note=True,
    )


CAUSE = Cause(id="unstable-parameter", doc=__doc__, find=find)
