"""A plugin loads another package, which takes most of its time.

What it detects:
    Plugins that load modules which nothing else needs, if one other package takes at least half of their time.

Why it is slow:
    Some plugins import a large package whenever it is installed, even if no test uses both.

Evidence:
    The loading of plugins in the traced round, the graph of all import statements, and the time by top-level package.

Fix:
    Upgrade the plugin: a newer release may import the package only where it is used. Else switch the plugin off if no
    test needs it, or uninstall the package where it is not needed.

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
                else f"upgrade it if a newer release imports {package} later; else {found.fix}",
            )


CAUSE = Cause(id="plugin-chain", doc=__doc__, find=find)
