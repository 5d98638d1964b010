"""The start of a framework runs while pytest collects.

What it detects:
    `django.setup()` during collection: its own work, with the line of the project that calls it, and import lines in
    applications that load modules which nothing else needs.

Why it is slow:
    `django.setup()` imports all installed applications with their models, before the first test is collected, and each
    run pays for it.

Evidence:
    Samples of the traced round that lie in the setup, outside of imports. For imports, the graph of all import
    statements: all ways from the start of the process to the line lead through `django.apps`.

Fix:
    In the applications, import in the functions that use the module. In `AppConfig.ready`, import only as much as the
    registration of signals needs. If only some tests need the framework, call its setup in a fixture of theirs. Only a
    run shows whether the other tests can be imported without it, so this saving is an upper limit.

Source:
    PostHog#60849: 15 -> 3.3 s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from collectbench.attribution.parts import Part
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_cuts import Nature, candidate, cuts_of
from collectbench.model.samples import Call

SETUPS = (("django/__init__.py", "setup"), ("django/apps/registry.py", "populate"))
"""Ends of paths with functions that start Django."""


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields what the setup does itself, and the cuts to which only the registry of applications leads."""
    yield from _own_work(evidence)
    for cut, _ in cuts_of(evidence, Nature.FRAMEWORK):
        yield candidate(evidence, cut, f"the start of Django imports {cut.module.name}")


def _own_work(evidence: Evidence) -> Iterator[Candidate]:
    """The sampled time within the setup, without that of imports in it, by the line of the project that calls it."""
    spent: defaultdict[tuple[str, int], defaultdict[Part, float]] = defaultdict(lambda: defaultdict(float))
    for stack in evidence.stacks:
        line = _caller(evidence, stack.calls)
        if line is not None:
            spent[line][stack.part] += stack.seconds
    for (path, number), seconds in spent.items():
        yield Candidate(
            subject="django",
            title="Django starts during collection",
            locations=(evidence.location(path, number),) if path else (),
            fix="start it in a fixture of the tests that need it, if the others can be imported without it",
            claims=tuple(Claim(part, part_s) for part, part_s in seconds.items()),
            bound=True,
        )


def _caller(evidence: Evidence, calls: tuple[Call, ...]) -> tuple[str, int] | None:
    """The line of the project that calls the setup in which a stack ends; None if it does not end in one."""
    inside = False
    for call in calls:
        if inside and evidence.is_project_file(call.path) and not _is_setup(call):
            return call.path, call.line
        if not inside and call.function == "<module>":
            return None  # an import, within the setup or without one
        inside = inside or _is_setup(call)
    return ("", 0) if inside else None


def _is_setup(call: Call) -> bool:
    return any(call.path.endswith("/" + path) and call.function == function for path, function in SETUPS)


CAUSE = Cause(id="framework-setup", doc=__doc__, find=find)
