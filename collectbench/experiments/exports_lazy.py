"""The re-exports of a package loaded when they are used.

What it changes:
    The `__init__.py` is that which `collectbench fix package-exports PATH` would write. It is served to the process in
    place of the file, whose bytes stay.

Shows:
    What a PEP 562 `__getattr__` in that package saves.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.experiments.served_edits import served_edits
from collectbench.model.diagnosis import Finding


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return the path of the package's `__init__.py`."""
    return tuple(each.path for each in finding.locations if each.path.endswith("__init__.py"))[:1]


def arms(path: str, setting: Setting) -> Arms:
    """Return the arms for an `__init__.py`."""
    return served_edits(setting.rewrite("package-exports", (), (path,)), setting)


INTERVENTION = Kind(
    id="exports-lazy",
    doc=__doc__,
    causes=frozenset({"package-exports"}),
    arguments=arguments,
    arms=arms,
    form="PATH",
)
