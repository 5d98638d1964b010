"""Coverage traces all code that runs while pytest collects.

What it detects:
    coverage.py, by `--cov` or `coverage run`, at work when collection begins.

Why it is slow:
    The tracer is called for each line, or each branch, of all imports and module bodies.

Evidence:
    The tools that watch the process in the timed round. Samples show a part of the time of a tracer that is written in
    Python: the saving is at least that much. Recording slows such a tracer several times; the time that a traced round
    takes longer than a timed one is left out. A tracer in C leaves no samples, so its saving is unknown, and shown
    as 0.

Fix:
    Measure coverage in one job, and run the others with `--no-cov`. On Python 3.12 and later, `COVERAGE_CORE=sysmon`
    costs less.

Source:
    pytest-cov#679: 36 s instead of 5 s. pytest#13991.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.options import configured_at
from collectbench.causes.tracers import claims_of_package, package_of
from collectbench.causes.versions import version_of

SYSMON = (3, 12)
"""The first Python with `sys.monitoring`."""


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields one candidate if coverage is at work."""
    tools = [tool for tool in evidence.surroundings.tools if package_of(tool) == "coverage"]
    if not tools:
        return
    is_plugin = any(argument.startswith("--cov") for argument in evidence.arguments)
    fix = "measure coverage in a job of its own"
    if is_plugin:
        fix += ", and run the others with --no-cov"
    if version_of(evidence.environment.python) >= SYSMON and not any("sys.monitoring" in tool for tool in tools):
        fix += "; COVERAGE_CORE=sysmon costs less"
    yield Candidate(
        subject=tools[0],
        title="coverage traces all code that runs while pytest collects",
        evidence=(f"at work when collection began: {', '.join(tools)}",),
        locations=configured_at(evidence, "--cov") if is_plugin else (),
        fix=fix,
        claims=claims_of_package(evidence, "coverage"),
        is_note=True,
        command="python -m pytest --no-cov" if is_plugin else "",
    )


CAUSE = Cause(id="coverage-tracing", doc=__doc__, find=find)
