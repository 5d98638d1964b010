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


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return the name of the plugin; nothing if the finding is about a hook, or about lines in a plugin."""
    name, separator, _ = finding.subject.partition(": ")
    is_whole = not separator or finding.cause == "plugin-chain"
    return (name,) if name and " in " not in name and is_whole else ()


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
        head=Intervention(actions=(("present", name),)),
    )


INTERVENTION = Kind(
    id="plugin-off",
    doc=__doc__,
    causes=frozenset({"plugin-import", "plugin-hooks", "plugin-chain"}),
    arguments=arguments,
    arms=arms,
    form="NAME",
)
