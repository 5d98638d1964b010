"""Doctests import modules of the project that no test needs.

What it detects:
    `--doctest-modules` in addopts or on the command line: the time of its collectors, and of the modules that only they
    import.

Why it is slow:
    pytest imports each module of the collected directories, even if it has no doctest, and searches its docstrings.

Evidence:
    The own time of the collectors of type DoctestModule, and the imports that no test module, conftest or plugin needs.

Fix:
    Remove the option, and run doctests in a job of their own that names the directories with doctests.

Source:
    pytest#11306.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.attribution.modules import Module
from collectbench.causes.amounts import counted
from collectbench.causes.candidate import Candidate, claims_on
from collectbench.causes.cause import Cause
from collectbench.causes.collected_files import modules_at
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_claims import claims_on_modules, not_loaded_unless_imported
from collectbench.causes.options import configured_at

OPTION = "--doctest-modules"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields one candidate for all modules."""
    doctests = [(part, each) for part, each in evidence.collectors() if each.type == "DoctestModule"]
    if not doctests or OPTION not in evidence.arguments:
        return
    others = {evidence.file_of(each.nodeid) for _, each in evidence.collectors() if each.type != "DoctestModule"}
    paths = {evidence.file_of(each.nodeid) for _, each in doctests}
    saved = not_loaded_unless_imported(evidence, modules_at(evidence, paths - others))
    only = sum(isinstance(each, Module) for each in saved)
    items = sum(each.items for _, each in doctests)
    searched = f"{counted(len(doctests), 'file')} searched"
    yield Candidate(
        subject=OPTION,
        title="doctests import modules that no test needs",
        evidence=(f"{searched}, {counted(items, 'doctest')}, {counted(only, 'module')} only for them",),
        locations=configured_at(evidence, OPTION),
        fix="remove the option, and run doctests in a job of their own",
        claims=(*claims_on(part for part, _ in doctests), *claims_on_modules(evidence, saved)),
    )


CAUSE = Cause(id="doctest-modules", doc=__doc__, find=find)
