"""A plugin is slow to import.

What it detects:
    The modules that are loaded only for one plugin: installed with an entry point, named by `-p`, `PYTEST_PLUGINS` or
    `pytest_plugins`. If the plugin is the project's own, also single import lines in it.

Why it is slow:
    pytest loads each plugin at its start, whichever tests are selected, and in each worker of pytest-xdist.

Evidence:
    The loading of plugins in the traced round, and the graph of all import statements. The saving is the time of the
    modules that nothing loads without the plugin. The time of its hooks is `plugin-hooks`.

Fix:
    If no test needs it, switch it off with the name that pytest knows, `-p no:NAME` in addopts. A plugin that `-p`
    names is imported before `-p no:NAME` can block it: remove that option. With `--disable-plugin-autoload` (pytest
    8.4) or `PYTEST_DISABLE_PLUGIN_AUTOLOAD=1`, only plugins that are named are loaded.

Source:
    jaxtyping#220: 2.75 s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_claims import claims_on_modules
from collectbench.causes.import_cuts import candidate, lines_of, loaded_facts
from collectbench.causes.plugin_costs import PluginCost, plugin_costs
from collectbench.causes.plugin_requests import request_of


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields what is loaded for each plugin, without what another cause owns."""
    for cost in plugin_costs(evidence):
        if not cost.package:
            yield of_plugin(evidence, cost)


def of_plugin(evidence: Evidence, cost: PluginCost) -> Candidate:
    """Returns what to say about a cut: about the import lines of a plugin of the project, or about the whole plugin."""
    name, module = cost.start.name, cost.cut.module.name
    if not lines_of(cost.cut):
        return _whole_plugin(evidence, cost, f"plugin {name} is slow to import")
    found = candidate(evidence, cost.cut, f"plugin {name} imports {module}")
    return replace(found, subject=name if name == module else f"{name}: {module}")


def _whole_plugin(evidence: Evidence, cost: PluginCost, title: str) -> Candidate:
    """Returns what to say about a plugin that is switched off as a whole."""
    request = request_of(evidence, cost.start.name)
    return Candidate(
        subject=cost.start.name,
        title=title,
        locations=request.locations,
        evidence=tuple(loaded_facts(cost.cut, evidence)),
        fix=request.fix,
        command=request.command,
        claims=claims_on_modules(evidence, cost.cut.saved),
        alone_s=max(cost.cut.alone_s) if len(cost.cut.changes) > 1 else None,
    )


CAUSE = Cause(id="plugin-import", doc=__doc__, find=find)
