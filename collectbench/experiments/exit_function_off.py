"""A function that is not registered for the end of the process.

What it changes:
    `atexit.register` returns the function without registering it if a call or a decorator on the line registers it, or
    if the function begins on it.

Shows:
    What the function costs at the end of each run.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting, first_place, place_of
from collectbench.model.diagnosis import Finding
from collectbench.model.intervention import Intervention


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return the line that registers the function; nothing if the finding is about threads or processes."""
    return first_place(finding) if finding.subject.endswith("()") else ()


def arms(text: str, setting: Setting) -> Arms:
    """Return the arms for a line.

    Raises:
        NotTestableError: the argument has another form.
    """
    path, line = place_of(text)
    return Arms(base=Intervention(actions=(("exit-function-off", str(setting.resolved(path)), line),)))


INTERVENTION = Kind(
    id="exit-function-off",
    doc=__doc__,
    causes=frozenset({"exit-work"}),
    arguments=arguments,
    arms=arms,
    form="PATH:LINE",
)
