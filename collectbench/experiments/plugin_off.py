"""A plugin switched off.

What it changes:
    `-p no:NAME`. A plugin that is named by `-p`, in `PYTEST_ADDOPTS` or in `PYTEST_PLUGINS` is imported before that can
    block it: there, the name is taken out.

Shows:
    What the plugin costs, with all that only it imports. If tests need its fixtures or options, they are collected
    differently, and the experiment says so.
"""

from __future__ import annotations

import shlex

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.experiments.plugin_arguments import split, without_plugin, without_word
from collectbench.model.diagnosis import Finding
from collectbench.model.intervention import Intervention


def argument(finding: Finding) -> str | None:
    """Return the name of the plugin; None if the finding is about lines in a plugin of the project."""
    return finding.subject if finding.subject and ": " not in finding.subject else None


def arms(name: str, setting: Setting) -> Arms:
    """Return the arms for a plugin, by the name that pytest knows."""
    addopts = without_plugin(setting.addopts, name)
    changed = ("-o", f"addopts={shlex.join(addopts)}") if addopts != setting.addopts else ()
    env: dict[str, str | None] = {}
    words = split(setting.variables.get("PYTEST_ADDOPTS", ""))
    if (kept := without_plugin(words, name)) != words:
        env["PYTEST_ADDOPTS"] = shlex.join(kept)
    plugins = setting.variables.get("PYTEST_PLUGINS", "")
    if (rest := without_word(plugins, name)) != plugins:
        env["PYTEST_PLUGINS"] = rest or None
    return Arms(
        base=Intervention(
            pytest_args=(*changed, "-p", f"no:{name}"),
            env=env,
            actions=(("absent", name),),
            user_args=without_plugin(setting.pytest_args, name),
        ),
        bound=False,
    )


INTERVENTION = Kind(
    id="plugin-off",
    doc=__doc__,
    causes=frozenset({"plugin-import", "plugin-hooks", "plugin-chain"}),
    argument=argument,
    arms=arms,
    form="NAME",
)
