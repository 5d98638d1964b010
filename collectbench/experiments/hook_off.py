"""One implementation of a hook not called.

What it changes:
    pytest does not register the implementation of the hook `HOOK` in which the line lies. All others stay.

Shows:
    What the implementation costs. If it adds, drops or orders items, the ids differ, and the experiment says so.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, NotTestableError, Setting, first_place, place_of
from collectbench.model.diagnosis import Finding
from collectbench.model.intervention import Intervention

HOOKS = {
    "slow-modifyitems": "pytest_collection_modifyitems",
    "generate-tests": "pytest_generate_tests",
}
"""The hook of each cause."""


def argument(finding: Finding) -> str | None:
    """Return `HOOK@PATH:LINE`."""
    place = first_place(finding)
    return None if place is None else f"{HOOKS[finding.cause]}@{place}"


def arms(text: str, setting: Setting) -> Arms:
    """Return the arms for an implementation.

    Raises:
        NotTestableError: the argument has another form.
    """
    hook, _, place = text.partition("@")
    if not hook.startswith("pytest_") or not place:
        raise NotTestableError(f"{text} is not HOOK@PATH:LINE")
    path, line = place_of(place)
    return Arms(base=Intervention(actions=(("without-hook", hook, str((setting.root / path).resolve()), line),)))


INTERVENTION = Kind(
    id="hook-off", doc=__doc__, causes=frozenset(HOOKS), argument=argument, arms=arms, form="HOOK@PATH:LINE"
)
