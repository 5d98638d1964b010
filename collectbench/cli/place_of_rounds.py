"""Where the rounds of a command are taken: on this machine, or on the workers of a cluster (`--dask`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import typer

from collectbench.cli.feedback import ConsoleFeedback
from collectbench.usecases.fleet.options import FleetOptions
from collectbench.usecases.measuring import Measurer, measure
from collectbench.usecases.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOfRounds:
    """What takes the rounds of a project, and the project as it is there."""

    project: Project
    measurer: Measurer


@contextmanager
def place_of_rounds(context: typer.Context, project: Project, feedback: ConsoleFeedback) -> Iterator[PlaceOfRounds]:
    """Where the rounds are taken: here, or on the workers of a cluster, which are ready as long as the block lasts."""
    if context.params["dask"] is None:
        yield PlaceOfRounds(project=project, measurer=measure)
        return
    from collectbench.usecases.fleet.fleet import ready_fleet
    from collectbench.usecases.fleet.measuring import FleetMeasurer

    with ready_fleet(project, fleet_options(context), feedback) as fleet:
        yield PlaceOfRounds(project=fleet.project, measurer=FleetMeasurer(fleet=fleet))


def fleet_options(context: typer.Context) -> FleetOptions:
    """How the user wants workers to measure."""
    given = context.params
    return FleetOptions(address=given["dask"], pin=given["pin"], show_output=given["show_output"])
