"""One file runs under two names.

What it detects:
    Files of the project that were imported as two modules, in the same process.

Why it is slow:
    Python knows modules by their names, and executes a file again for a second name. The classes of the file exist
    twice then, so that `isinstance` and `except` fail unexpectedly.

Evidence:
    The imports of the traced round, by the path of the file. The saving is the time of all but one of the modules: the
    one that pytest collects stays, else the first.

Fix:
    Give each file one name: one root on `sys.path`, one `--import-mode`, and the same name in all imports. With
    `--doctest-modules`, packages need an `__init__.py`, or the option `consider_namespace_packages`.

Source:
    pytest#11475.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from collectbench.attribution.imports import PROCESS
from collectbench.attribution.modules import Module
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_claims import claims_on_frames

FIX = "give the file one name: one root on sys.path, one --import-mode, and the same name in all imports"
SHOWN = 5


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the files that run twice; those whose names differ in the same way are one candidate."""
    by_path: defaultdict[str, list[Module]] = defaultdict(list)
    for module in evidence.attribution.modules.all:
        if evidence.is_project_file(module.path) and not all(frame.error for frame in module.frames):
            by_path[module.path].append(module)
    collected = evidence.import_lines.after[PROCESS]
    alike: defaultdict[tuple[str, str], list[tuple[Module, Module]]] = defaultdict(list)
    for modules in by_path.values():
        stays = min(modules, key=lambda module: module not in collected)
        for other in modules:
            if other is not stays:
                alike[_different_part(stays.name, other.name)].append((stays, other))
    cost_s = evidence.attribution.graph.cost_s
    for pairs in alike.values():
        pairs.sort(key=lambda pair: -cost_s.get(pair[1], 0.0))
        first, second = pairs[0]
        rest = f" and {len(pairs) - 1} more files" if len(pairs) > 1 else ""
        yield Candidate(
            subject=f"{first.name} = {second.name}",
            title=f"{evidence.display(first.path)}{rest} run as {first.name} and as {second.name}"
            if rest
            else f"{evidence.display(first.path)} runs as {first.name} and as {second.name}",
            locations=tuple(evidence.location(each.path, 0) for each, _ in pairs[:SHOWN]),
            evidence=tuple(_how(evidence, module) for module in (first, second)),
            fix=FIX,
            claims=claims_on_frames(evidence, [frame.index for _, module in pairs for frame in module.frames]),
        )


def _different_part(first: str, second: str) -> tuple[str, str]:
    """The names without the packages and modules at their end that are the same."""
    firsts, seconds = first.split("."), second.split(".")
    while firsts and seconds and firsts[-1] == seconds[-1]:
        firsts.pop()
        seconds.pop()
    return ".".join(firsts), ".".join(seconds)


def _how(evidence: Evidence, module: Module) -> str:
    """Who imports a module: a line, or pytest."""
    lines = evidence.attribution.savings.of_modules[module].lines
    if not lines:
        return f"pytest imports it as {module.name}"
    return f"{evidence.display(lines[0].path)}:{lines[0].line} imports it as {module.name}"


CAUSE = Cause(id="double-import", doc=__doc__, find=find)
