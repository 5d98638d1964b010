"""No doctests collected from modules.

What it changes:
    pytest runs as without `--doctest-modules`, wherever the option is given. Doctests in modules are then missing among
    the ids.

Shows:
    What pytest spends on modules that it imports for their doctests, as an upper bound: a job of its own for doctests
    still imports those that have some.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.model.fixes import Effect, Permit
from collectbench.model.intervention import Intervention


def arms(_: str, setting: Setting) -> Arms:
    """Return the arms."""
    off = Intervention(actions=(("option-off", "doctestmodules"),))
    return Arms(base=off, permits=tuple(_permits(setting)), bound=True)


def _permits(setting: Setting) -> Iterator[Permit]:
    """Doctests may go, and errors of files that only they import; tests of the same files may not."""
    collectors = setting.evidence().trace.collectors
    of_doctests = {each.nodeid for each in collectors if each.type == "DoctestModule"}
    others = {each.nodeid for each in collectors if each.type != "DoctestModule"}
    for path in sorted(of_doctests):
        if path not in others:
            yield Permit(effect=Effect.ID_LOST, path=path)
            yield Permit(effect=Effect.ERROR_GONE, path=path)
        else:  # an id of a doctest holds the dotted name of its object
            yield Permit(effect=Effect.ID_LOST, path=path, subject=f"{basename(path).removesuffix('.py')}.")


INTERVENTION = Kind(id="doctests-off", doc=__doc__, causes=frozenset({"doctest-modules"}), arms=arms)
