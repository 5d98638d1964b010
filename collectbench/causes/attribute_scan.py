"""The scan for fixtures and tests evaluates properties.

What it detects:
    Code of the project, such as a property, a descriptor or `__getattr__`, that runs because pytest reads all
    attributes of a module, class or plugin.

Why it is slow:
    To find fixtures and tests, pytest reads each attribute. If reading one makes a connection or computes something,
    that happens in each run.

Evidence:
    Samples in which pytest's scan runs code of the project.

Fix:
    Upgrade to pytest 8.3.3 or newer, which does not evaluate properties of instances. Or make the attribute a method,
    or keep the object out of the test module.

Source:
    pytest#12446: from 20 to 0.01 s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from collectbench.causes.body_lines import claims_of
from collectbench.causes.called_by_pytest import definition_of, in_pytest, qualified_name
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.hooks import slow_lines
from collectbench.causes.line_candidates import locations
from collectbench.causes.running import Running
from collectbench.causes.testcase_init import CONSTRUCTORS

SCANNING = frozenset((
    "parsefactories", "safe_getattr", "safe_isclass", "getfixturemarker", "get_real_func", "get_real_method",
    "istestfunction", "istestclass", "isnosetest", "is_potential_nosetest",
    "_inject_setup_module_fixture", "_inject_setup_class_fixture", "parse_hookimpl_opts", "parse_hookspec_opts",
))  # fmt: skip
FIX = "make the attribute a method, or keep the object out of the test module"
FIX_OLD = "upgrade to pytest 8.3.3 or newer, or make the attribute a method"
FIXED_IN = (8, 3, 3)


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each function that the scan runs."""
    by_function = defaultdict[tuple[str, int], list[Running]](list)
    for run, _ in in_pytest(evidence, SCANNING):
        if run is not None and run.entry.function not in CONSTRUCTORS and not run.entry.function.startswith("pytest_"):
            by_function[definition_of(evidence, run.entry)].append(run)
    for place, runs in by_function.items():
        yield Candidate(
            subject=qualified_name(evidence, runs[0].entry),
            title="the scan for fixtures and tests runs code of the project",
            locations=locations(evidence, [place, *slow_lines(runs)]),
            evidence=("samples in pytest's scan of all attributes",),
            fix=FIX_OLD if _version(evidence.inspection.pytest) < FIXED_IN else FIX,
            claims=claims_of(runs),
        )


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3] if part.isdecimal())


CAUSE = Cause(id="attribute-scan", doc=__doc__, find=find)
