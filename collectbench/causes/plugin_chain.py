"""A plugin loads another package, which takes most of its time.

What it detects:
    Plugins for which modules are loaded that nothing else needs, and at least half of the time goes into one package
    that is not the plugin's own.

Why it is slow:
    Some plugins import a large package whenever it is installed, also if no test uses the two together.

Evidence:
    The loading of plugins in the traced round, the graph of all import statements, and the time by top-level package.

Fix:
    Upgrade the plugin: many import such packages only where they are used by now. Else switch it off if no test needs
    it, or uninstall the package where it is not needed.

Source:
    hypothesis#3159.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.plugin_costs import plugin_costs
from collectbench.causes.plugin_import import of_plugin


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the plugins that load another package."""
    for cost in plugin_costs(evidence):
        if cost.package:
            name, package = cost.start.name, cost.package
            found = of_plugin(evidence, cost)
            yield replace(
                found,
                subject=f"{name}: {package}",
                title=f"plugin {name} imports {package}, which is {cost.part:.0%} of its time",
                fix=found.fix
                if found.locations
                else f"upgrade it if a newer one imports {package} later; else {found.fix}",
            )


CAUSE = Cause(id="plugin-chain", doc=__doc__, find=find, proof="the package blocked for the plugin")
