"""A hook or function that generates tests is slow.

What it detects:
    `pytest_generate_tests` in a conftest, a plugin, a test module or a test class of the project that takes long.

    The time that pytest itself needs to make many items is `parametrize-explosion`.

Why it is slow:
    pytest calls it for each test function. If it reads a file or queries a database, it does so hundreds of times.

Evidence:
    The time and the number of calls of implementations in conftests and plugins. Samples of those in test modules and
    classes.

Fix:
    Return at once if `metafunc.fixturenames` does not have the parameter, and read the data once, in a function with
    `functools.cache`.

Source:
    nf-metro#1664: from 39 to 6 s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from collectbench.causes.body_lines import claims_of
from collectbench.causes.called_by_pytest import definition_of
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.hooks import hook_candidate, project_hooks, slow_lines
from collectbench.causes.line_candidates import locations
from collectbench.causes.running import Running

NAME = "pytest_generate_tests"
TITLE = "tests are generated slowly"
FIX = "return early if metafunc.fixturenames does not have the parameter, and read the data once (functools.cache)"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each implementation of a conftest or plugin, and each of a module or class."""
    of_hooks = dict(project_hooks(evidence, NAME))
    for part, hook in of_hooks.items():
        yield hook_candidate(evidence, part, hook, TITLE, FIX)
    by_place = defaultdict[tuple[str, int], list[Running]](list)
    for run in evidence.runs:
        if run.entry.function == NAME and run.part not in of_hooks:
            by_place[definition_of(evidence, run.entry)].append(run)
    for (path, line), runs in by_place.items():
        yield Candidate(
            subject=f"{NAME} in {evidence.display(path)}",
            title=TITLE,
            locations=locations(evidence, [(path, line), *slow_lines(runs)]),
            evidence=("samples of the function",),
            fix=FIX,
            claims=claims_of(runs),
        )


CAUSE = Cause(id="generate-tests", doc=__doc__, find=find)
