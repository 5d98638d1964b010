"""Which part of how many this machine measures: as the user says, or as the CI service says in variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from collectbench.model.shard import Shard

AUTO = "auto"
GITLAB = "GITLAB_CI"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    """The variables in which a CI service numbers its parallel jobs.

    `first` is the number of the first job. `only_with` is a variable that only this service sets; else empty.
    """

    index: str
    total: str
    first: int = 0
    only_with: str = ""


SERVICES = (
    _Service(index="BUILDKITE_PARALLEL_JOB", total="BUILDKITE_PARALLEL_JOB_COUNT"),
    _Service(index="CIRCLE_NODE_INDEX", total="CIRCLE_NODE_TOTAL"),
    _Service(index="SYSTEM_JOBPOSITIONINPHASE", total="SYSTEM_TOTALJOBSINPHASE", first=1),  # Azure Pipelines
    _Service(index="CI_NODE_INDEX", total="CI_NODE_TOTAL", first=1, only_with=GITLAB),
    _Service(index="CI_NODE_INDEX", total="CI_NODE_TOTAL"),
    _Service(index="JOB_COMPLETION_INDEX", total=""),  # indexed jobs of Kubernetes, which tell no total
)
"""The first one whose variables are set decides. Sources: the documentation of each service on its variables."""


def chosen_shard(text: str, env: Mapping[str, str]) -> Shard:
    """Return the part that `I/N`, `auto` or `auto/N` means.

    Raises:
        ValueError: it is none of these, or the variables of the CI service do not tell the part.
    """
    index, _, count = text.partition("/")
    if index != AUTO:
        if not (index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count)):
            raise ValueError(f"{text!r} is not a part such as 2/4; give I/N with I from 1 to N, or {AUTO} in CI")
        return Shard(index=int(index), count=int(count), plan=())
    if "/" in text and not (count.isdecimal() and int(count) > 0):
        raise ValueError(f"{text!r} is not a number of parts such as {AUTO}/4")
    service = next(
        (each for each in SERVICES if each.index in env and (not each.only_with or each.only_with in env)), None
    )
    if service is None:
        known = ", ".join(dict.fromkeys(each.index for each in SERVICES))
        remedy = "add parallel: N to the job" if GITLAB in env else "set CI_NODE_INDEX (from 0) and CI_NODE_TOTAL"
        raise ValueError(f"{text}: no variable tells which part this is; {remedy}, or give I/N (known are {known})")
    total = count or env.get(service.total, "")
    if not total:
        needed = f"set {service.total}, or " if service.total else ""
        raise ValueError(f"{text}: {service.index} does not tell how many parts there are; {needed}give {AUTO}/N")
    return _numbered(text, service, env[service.index], total)


def _numbered(text: str, service: _Service, number: str, total: str) -> Shard:
    if not (number.isdecimal() and total.isdecimal()):
        raise ValueError(f"{text}: part {service.index}={number} of {total} is not a number; give I/N")
    index, count = int(number) - service.first + 1, int(total)
    if not 1 <= index <= count:
        raise ValueError(
            f"{text}: {service.index}={number} is not one of {count} parts numbered from {service.first}; give I/N"
        )
    return Shard(index=index, count=count, plan=())
