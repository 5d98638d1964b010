"""The search path for imports without the directories that no import needs.

What it changes:
    `PYTHONPATH`, and `pythonpath` in the configuration, name only the directories from which the diagnosis saw a module
    loaded.

Shows:
    What the search through the others costs.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from posixpath import dirname

from collectbench.causes.evidence import Evidence
from collectbench.experiments.experiment import Arms, Kind, NotTestableError, Setting
from collectbench.experiments.options_changed import TO_ADD_NOTHING
from collectbench.model.diagnosis import Finding
from collectbench.model.intervention import Intervention
from collectbench.model.trace import ImportFrame

VARIABLE, SETTING = "PYTHONPATH", "pythonpath"


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return the empty argument; nothing if pytest itself adds most of the directories."""
    return () if finding.subject == TO_ADD_NOTHING else ("",)


def arms(_: str, setting: Setting) -> Arms:
    """Return the arms.

    Raises:
        NotTestableError: all directories are needed, or there are none.
    """
    evidence = setting.evidence()
    needed = {os.path.realpath(directory) for directory in _needed(evidence)}
    variable = [each for each in setting.variables.get(VARIABLE, "").split(os.pathsep) if each]
    settings = _configured(evidence)
    inifile = evidence.inspection.inifile
    kept = [each for each in variable if os.path.realpath(setting.root / each) in needed]
    kept_settings = [
        each for each in settings if inifile is not None and os.path.realpath(inifile.parent / each) in needed
    ]
    if kept == variable and kept_settings == settings:
        raise NotTestableError("each directory is needed for an import")
    changed = ("-o", f"{SETTING}={shlex.join(kept_settings)}") if kept_settings != settings else ()
    env = {VARIABLE: os.pathsep.join(kept) or None} if kept != variable else {}
    return Arms(base=Intervention(pytest_args=changed, env=env))


def _configured(evidence: Evidence) -> list[str]:
    written = evidence.surroundings.settings.get(SETTING, ())
    if isinstance(written, str):
        return shlex.split(written)
    return [str(each) for each in written] if isinstance(written, list) else []


def _needed(evidence: Evidence) -> Iterator[str]:
    """The directories below which a module was found, as they would stand in the search path."""
    yield from (_root_of(frame) for frame in evidence.trace.imports if frame.path)


def _root_of(frame: ImportFrame) -> str:
    is_package = frame.path.rpartition("/")[2].startswith("__init__.")
    directory = dirname(dirname(frame.path)) if is_package else dirname(frame.path)
    for _ in range(frame.module.count(".")):
        directory = dirname(directory)
    return directory


INTERVENTION = Kind(
    id="search-path-pruned", doc=__doc__, causes=frozenset({"long-sys-path"}), arguments=arguments, arms=arms
)
