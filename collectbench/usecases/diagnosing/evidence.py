"""From the rounds of a target to the evidence that causes look at."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from collectbench.attribution.open_import import with_open_import
from collectbench.attribution.parts import PROBE, UNACCOUNTED, parts_of
from collectbench.attribution.stacks import stacks_of
from collectbench.causes import Evidence
from collectbench.causes.sources import SourceFiles
from collectbench.causes.tracers import without_recording
from collectbench.judge.statistics import median
from collectbench.measure.round.round import Round
from collectbench.model.interpreter_start import InterpreterStart
from collectbench.model.sample import Status
from collectbench.model.subsets import SubsetCosts
from collectbench.model.target import Target
from collectbench.usecases.diagnosing.surroundings import surroundings_of
from collectbench.usecases.explained_rounds import attribution_of, is_timed, traced_of
from collectbench.usecases.project import Project


def evidence_of(
    project: Project,
    target: Target,
    rounds: Sequence[Round],
    start: InterpreterStart | None = None,
    subsets: Sequence[SubsetCosts] = (),
) -> Evidence:
    """Returns the evidence about a target; `start` is what Python runs before its first statement.

    `subsets` are the costs of rounds on subsets of its files, if they were taken.

    Raises:
        CollectionError: the traced round left no trace.
    """
    traced, trace = traced_of(rounds)
    walls_s = [round_.sample.wall_s for round_ in rounds if is_timed(round_)]
    parts = parts_of(trace, traced.sample)
    samples = traced.samples
    if traced.status is Status.TIMEOUT and not trace.complete:
        lost_s = parts[UNACCOUNTED]
        trace, hanging = with_open_import(trace, traced.stack, wall_s=traced.sample.wall_s, lost_s=lost_s)
        parts, samples = parts_of(trace, traced.sample), (*samples, *hanging)
    variables = {**project.env, **target.env}
    evidence = Evidence(
        attribution=attribution_of(project, target, rounds, trace),
        parts=parts,
        stacks=stacks_of(samples, parts),
        inspection=project.inspection,
        environment=project.environment,
        sources=SourceFiles(read=_read),
        status=traced.status,
        message=traced.message,
        counts=traced.counts,
        wall_s=median(walls_s) if walls_s else None,
        variables=variables,
        # pytest puts them in this order, and the last value of an option counts
        arguments=(*project.inspection.addopts, *_split(variables.get("PYTEST_ADDOPTS", "")), *target.pytest_args),
        surroundings=surroundings_of(project.inspection, rounds, traced, start, subsets),
    )
    return without_recording(evidence, _excess_s(rounds, traced) - parts.get(PROBE, 0.0))


def _excess_s(rounds: Sequence[Round], traced: Round) -> float:
    """By how much a traced round takes longer than the timed ones; 0 if there are none."""
    timed = [round_.sample.unqueued_wall_s for round_ in rounds if is_timed(round_)]
    return traced.sample.unqueued_wall_s - median(timed) if timed else 0.0


def _read(path: str) -> bytes:
    return Path(os.fspath(path)).read_bytes()


def _split(arguments: str) -> Sequence[str]:
    try:
        return shlex.split(arguments)
    except ValueError:
        return ()
