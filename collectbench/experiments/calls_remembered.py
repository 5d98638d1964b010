"""The calls of a line remembered.

What it changes:
    The first round keeps the values of the calls on a line, in a directory outside of the project; in later ones the
    line gets these values. The source is served to the process in place of the file, whose bytes stay. Several lines
    have commas between them.

Shows:
    What the calls cost, as an upper bound: moved into a fixture, the work is done when a test needs it. If a value
    cannot be pickled there is no experiment.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from collectbench.causes.line_candidates import MOST_LOCATIONS
from collectbench.experiments.experiment import Kind, first_place, places
from collectbench.experiments.remembered_values import remembering_arms
from collectbench.model.diagnosis import Finding

OF_STATEMENTS = frozenset(
    {
        "module-level-compute",
        "module-level-io",
        "expensive-argvalues",
        "skip-probe",
        "module-logger",
        "testcase-init",
        "framework-setup",
        "tracing-active",
    }
)
"""The first location is the line."""
OF_DEFINITIONS = frozenset(
    {"slow-ids", "attribute-scan", "custom-collector", "generate-tests", "slow-modifyitems", "plugin-hooks"}
)
"""The first location is a definition, and the lines that take long follow."""
OF_CALLERS = frozenset({"first-caller"})
"""The first location is a definition, and all lines that call it follow: one that is left would pay for all."""


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return the lines to try, each for itself, or all callers of a function as one."""
    if finding.cause in OF_STATEMENTS:
        return first_place(finding)
    if finding.cause in OF_DEFINITIONS:
        within = replace(finding, locations=finding.locations[1:] or finding.locations)
        return places(within)
    callers = places(finding)[1:]
    return (",".join(callers),) if callers and len(finding.locations) < MOST_LOCATIONS else ()


INTERVENTION = Kind(
    id="calls-remembered",
    doc=__doc__,
    causes=OF_STATEMENTS | OF_DEFINITIONS | OF_CALLERS,
    arguments=arguments,
    arms=partial(remembering_arms, bound=True),
    least=frozenset({"tracing-active"}),
    form="PATH:LINE",
    joins=True,
)
