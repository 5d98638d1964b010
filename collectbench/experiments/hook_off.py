"""One implementation of a hook not called.

What it changes:
    pytest does not register the implementation of the hook `HOOK` in which the line lies. All others stay.

Shows:
    What the implementation costs, as an upper bound: one that does its work faster costs something, too. If it adds or
    drops items, the ids differ, and the experiment says so.
"""

from __future__ import annotations

import re

from collectbench.experiments.experiment import Arms, Kind, NotTestableError, Setting, first_place, place_of
from collectbench.model.diagnosis import Finding
from collectbench.model.intervention import Intervention

_NAMED = re.compile(r"(pytest_\w+) in ")
"""How the subject of a finding about one implementation begins."""


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return `HOOK@PATH:LINE`; nothing if the finding is about a whole plugin, or about something else."""
    named = _NAMED.match(finding.subject)
    return tuple(f"{named[1]}@{place}" for place in first_place(finding)) if named else ()


def arms(text: str, setting: Setting) -> Arms:
    """Return the arms for an implementation.

    Raises:
        NotTestableError: the argument has another form.
    """
    hook, _, place = text.partition("@")
    if not hook.startswith("pytest_") or not place:
        raise NotTestableError(f"{text} is not HOOK@PATH:LINE")
    path, line = place_of(place)
    action = ("without-hook", hook, str(setting.resolved(path)), line)
    return Arms(base=Intervention(actions=(action,)), bound=True)


INTERVENTION = Kind(
    id="hook-off",
    doc=__doc__,
    causes=frozenset({"slow-modifyitems", "generate-tests", "plugin-hooks", "superlinear"}),
    arguments=arguments,
    arms=arms,
    form="HOOK@PATH:LINE",
)
