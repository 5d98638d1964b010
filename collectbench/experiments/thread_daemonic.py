"""Threads that Python does not wait for at its end.

What it changes:
    Threads that a call on the line starts are daemons, as with `daemon=True`.

Shows:
    How long Python waits for them.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting, first_place, place_of
from collectbench.model.diagnosis import Finding
from collectbench.model.intervention import Intervention


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return the line that starts the threads; nothing if the finding is about a function or processes."""
    is_other = finding.subject.endswith("()") or finding.subject == "processes"
    return () if is_other else first_place(finding)


def arms(text: str, setting: Setting) -> Arms:
    """Return the arms for a line.

    Raises:
        NotTestableError: the argument has another form.
    """
    path, line = place_of(text)
    return Arms(base=Intervention(actions=(("thread-daemonic", str(setting.resolved(path)), line),)))


INTERVENTION = Kind(
    id="thread-daemonic",
    doc=__doc__,
    causes=frozenset({"exit-work"}),
    arguments=arguments,
    arms=arms,
    form="PATH:LINE",
)
