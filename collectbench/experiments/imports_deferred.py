"""The imports of a module moved into the functions that use them.

What it changes:
    The source is that which `collectbench fix heavy-import --only MODULE` would write. It is served to the process in
    place of the files, whose bytes stay.

Shows:
    What moving all of these lines saves.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.experiments.served_edits import served_edits
from collectbench.model.diagnosis import Finding

CODEMOD = "heavy-import"

CAUSES = frozenset(
    {
        "heavy-import",
        "shared-import",
        "conftest-import",
        "skipped-import",
        "plugin-import",
        "plugin-chain",
        "pkg-resources",
    }
)
"""Those that say that a module is imported."""


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return the module, or nothing if the finding names no line that imports it."""
    if not any(location.path.endswith(".py") for location in finding.locations):
        return ()
    if finding.cause == "skipped-import":  # the subject is the file
        return (finding.title.rpartition(" import ")[2],)
    return (finding.subject.rpartition(": ")[2],)


def arms(module: str, setting: Setting) -> Arms:
    """Return the arms for a module, or for several with commas between them."""
    return served_edits(setting.rewrite(CODEMOD, module.split(","), ()), setting)


INTERVENTION = Kind(
    id="imports-deferred",
    doc=__doc__,
    causes=CAUSES,
    arguments=arguments,
    arms=arms,
    form="MODULE",
    joins=True,
)
