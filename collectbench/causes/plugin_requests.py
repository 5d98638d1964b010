"""How a plugin comes to be loaded, and what switches it off."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from collectbench.causes.evidence import Evidence
from collectbench.model.diagnosis import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginRequest:
    """How a plugin is requested. `fix` says how to load it no more."""

    fix: str
    locations: tuple[Location, ...] = ()
    command: str = ""


def request_of(evidence: Evidence, plugin: str) -> PluginRequest:
    """Returns how pytest was told to load a plugin, which has the name that pytest knows."""
    return _request_by_name(evidence, plugin) or PluginRequest(
        fix=f"switch it off if no test needs it: -p no:{plugin} in addopts",
        command=f"pytest --collect-only -q -p no:{plugin}",
    )


def is_installed(evidence: Evidence, plugin: str) -> bool:
    """Whether a plugin is loaded because it is installed, and nothing names it."""
    return _request_by_name(evidence, plugin) is None


def _request_by_name(evidence: Evidence, plugin: str) -> PluginRequest | None:
    if plugin in named_by_option(evidence.arguments):
        return PluginRequest(
            fix=f"remove -p {plugin} from the options; -p no:{plugin} comes too late: the plugin is imported before",
            locations=tuple(_in_configuration(evidence, plugin)),
        )
    if plugin in evidence.variables.get("PYTEST_PLUGINS", "").split(","):
        return PluginRequest(fix=f"remove {plugin} from the environment variable PYTEST_PLUGINS")
    declared = tuple(_in_pytest_plugins(evidence, plugin))
    if declared:
        return PluginRequest(fix=f"remove {plugin} from pytest_plugins if no test needs it", locations=declared)
    return None


def named_by_option(arguments: tuple[str, ...]) -> set[str]:
    """Returns the plugins that `-p` loads."""
    named = {argument for before, argument in pairwise(arguments) if before == "-p"}
    named |= {argument[2:] for argument in arguments if argument.startswith("-p") and argument[2:3].isalpha()}
    return {name for name in named if not name.startswith("no:")}


def _in_configuration(evidence: Evidence, plugin: str) -> Iterator[Location]:
    """The line of pytest's configuration file that names the plugin."""
    if evidence.inspection.inifile is None:
        return
    path = str(evidence.inspection.inifile)
    for number, text in enumerate(evidence.sources.lines(path), 1):
        if re.search(rf"-p[\s\"',=]*{re.escape(plugin)}(?![\w.])", text):
            yield evidence.location(path, number)
            return


def _in_pytest_plugins(evidence: Evidence, plugin: str) -> Iterator[Location]:
    """The lines of `pytest_plugins` in the conftests, test modules and plugins of the project that name it."""
    modules = evidence.attribution.modules.all
    for path in dict.fromkeys(module.path for module in modules if evidence.is_project_file(module.path)):
        if not any("pytest_plugins" in line for line in evidence.sources.lines(path)):
            continue
        tree = evidence.sources.tree(path)
        for statement in tree.body if tree else ():
            if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign) and _assigns_plugins(statement):
                for node in ast.walk(statement):
                    if isinstance(node, ast.Constant) and node.value == plugin:
                        yield evidence.location(path, node.lineno)


def _assigns_plugins(statement: ast.Assign | ast.AnnAssign | ast.AugAssign) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return any(isinstance(target, ast.Name) and target.id == "pytest_plugins" for target in targets)
