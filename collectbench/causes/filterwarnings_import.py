"""A warning filter names a class, and pytest imports its module.

What it detects:
    Filters in `filterwarnings` and `-W` whose category is a class of a module that nothing else loads.

Why it is slow:
    To find the class `numpy.exceptions.VisibleDeprecationWarning`, pytest imports its module, in every run.

Evidence:
    The filters in pytest's configuration file and arguments, and the imports that pytest itself requested in the traced
    round. The saving is the time of the modules that nothing loads without this request.

Fix:
    Filter by the message, or by a category that Python has:

    ```toml
    [tool.pytest.ini_options]
    filterwarnings = ["ignore:Creating an ndarray from ragged:DeprecationWarning"]
    ```

Source:
    pytest#7864.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from collectbench.attribution.imports import PROCESS
from collectbench.attribution.modules import packages_of
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_claims import claims_on_modules, not_loaded_unless_imported
from collectbench.model.diagnosis import Location

FILTER = re.compile(r"\b(?:default|error|ignore|always|all|module|once)\w*:[^:]*:((?:[A-Za-z_]\w*\.)+)[A-Za-z_]\w*")
"""A filter with a dotted category: `action:message:module.Category`."""


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the modules that filters of warnings load."""
    graph = evidence.import_lines
    for name, (text, locations) in _filters(evidence).items():
        module = evidence.attribution.modules.by_name.get(name)
        if module is None or module not in graph.after[PROCESS]:
            continue
        by_name = evidence.attribution.modules.by_name
        packages = (by_name[package] for package in packages_of(name) if package in by_name)
        saved = not_loaded_unless_imported(evidence, [module, *packages])
        yield Candidate(
            subject=name,
            title=f"a filter of warnings imports {name}",
            locations=locations,
            evidence=(text,),
            fix="filter by the message, or by a category of Python's own",
            claims=claims_on_modules(evidence, saved),
        )


def _filters(evidence: Evidence) -> dict[str, tuple[str, tuple[Location, ...]]]:
    """The modules in filters, each with the filter and its place."""
    found: dict[str, tuple[str, tuple[Location, ...]]] = {}
    if evidence.inspection.inifile is not None:
        path = str(evidence.inspection.inifile)
        for number, line in enumerate(evidence.sources.lines(path), 1):
            for match in FILTER.finditer(line):
                location = evidence.location(path, number)
                found.setdefault(match[1].rstrip("."), (match[0], (location,)))
    for argument in evidence.arguments:
        for match in FILTER.finditer(argument):
            found.setdefault(match[1].rstrip("."), (match[0], ()))
    return found


CAUSE = Cause(id="filterwarnings-import", doc=__doc__, find=find)
