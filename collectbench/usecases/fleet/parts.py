"""The documents of workers, as this machine would have written them: parts of one plan, which `merge` puts together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from collectbench.judge.environments import DifferenceKind, differences
from collectbench.judge.reference_seconds import machine_speed
from collectbench.model.comparison import Comparison
from collectbench.model.run import Environment, Run, Settings, TargetResult
from collectbench.model.sample import Status
from collectbench.model.shard import Shard
from collectbench.store.documents import Kind, from_document
from collectbench.store.shapes import DecodeError
from collectbench.store.shards import Part
from collectbench.store.upgrades import DocumentError
from collectbench.usecases.fleet.policy import Board
from collectbench.usecases.fleet.session import Answer

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A plan that is divided so that each part is one target.

    Attributes:
        names: the targets in their order, then the suite.
        parts: the name that each part holds.
        digest: of these parts, as `Shard.digest`.
    """

    names: tuple[str, ...]
    parts: tuple[str, ...]
    digest: str

    def shard(self, name: str) -> Shard:
        """The part that holds a target."""
        index = self.parts.index(name) + 1
        return Shard(index=index, count=len(self.parts), plan=self.names, own=(name,), digest=self.digest)

    def part(self, name: str) -> str:
        """The same as the option `--shard` has it."""
        return f"{self.parts.index(name) + 1}/{len(self.parts)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What documents of this machine hold: the top of the tree, settings, and the user's variables."""

    origin: Path
    settings: Settings
    flags: Mapping[str, str]


def read_part(answer: Answer, kind: Kind[T], here: Here) -> T:
    """Return the document of a worker, in which paths are those of the user's tree.

    Raises:
        ValueError: it is not a document of that kind, such as that of another version.
    """
    text = answer.document
    if answer.tree:
        text = text.replace(json.dumps(answer.tree)[1:-1], json.dumps(str(here.origin))[1:-1])
    try:
        return from_document(json.loads(text), kind)
    except (DocumentError, DecodeError, ValueError) as error:
        raise ValueError(f"its document cannot be read: {error}") from error


def why_other_part(shard: Shard | None, name: str, division: Division) -> str:
    """Return why a part is not that of a target, since a worker finds other targets than this machine; else empty."""
    expected = division.shard(name)
    if shard == expected:
        return ""
    found, wanted = set(shard.plan if shard else ()), set(expected.plan)
    clauses = [
        *([f"only there: {', '.join(sorted(found - wanted))}"] if found - wanted else []),
        *([f"only here: {', '.join(sorted(wanted - found))}"] if wanted - found else []),
    ]
    why = "; ".join(clauses) or "another order or other lengths of the targets"
    return f"it divides the targets otherwise than this machine ({why})"


def as_here(run: Run, here: Here, label: str) -> Run:
    """Return a run of a worker with the settings of this command, and with the worker's name at its targets.

    Its variables are those of the user, which hold on workers, too (see `child_environment`). The rest of the
    environment is the worker's.
    """
    environment = replace(run.environment, flags=dict(here.flags))
    speed = machine_speed(run).refusal  # of one part; `with_speed` says it of the whole
    return replace(
        run,
        config=here.settings,
        environment=environment,
        notes=tuple(note for note in run.notes if note != speed),
        targets=tuple(replace(result, worker=label) for result in run.targets),
        suite=run.suite and replace(run.suite, worker=label),
    )


def on_one_machine(runs: Sequence[Run]) -> tuple[list[Run], tuple[str, ...]]:
    """Return runs of several workers as of the machine of the first, and notes on what the machines differ in.

    Results of another processor name it, so that their times are not compared as measured with those of the first.
    """
    if not runs:
        return [], ()
    base = runs[0].environment
    same = [_moved(run, base) for run in runs]
    return same, tuple(_notes(runs, base))


def with_speed(run: Run) -> Run:
    """Return a merged run with a note if its times cannot be converted to reference seconds."""
    unconverted = machine_speed(run).refusal
    return replace(run, notes=(*run.notes, *([unconverted] if unconverted else [])))


def crashed_result(name: str, paths: Sequence[str], board: Board) -> TargetResult:
    """Return the result of a target that too many workers died of."""
    labels = ", ".join(board.deaths[name])
    return TargetResult(
        name=name,
        paths=tuple(paths),
        status=Status.CRASHED,
        message=f"{len(board.deaths[name])} workers died while they measured it: {labels}",
        notes=("it was not measured again after that, since it would end all workers; see how much memory it takes",),
    )


def only(result: TargetResult, like: Run, shard: Shard, *, is_suite: bool) -> Run:
    """Return a run like another one that holds this result alone."""
    return replace(
        like,
        targets=() if is_suite else (result,),
        suite=result if is_suite else None,
        notes=(),
        shard=shard,
    )


def named_parts(runs: Mapping[str, Run]) -> list[Part]:
    """Return runs by target as parts that errors call by the name of the target."""
    return [Part(name=name, run=run) for name, run in runs.items()]


def both_runs(comparison: Comparison) -> tuple[Run, Run]:
    """Return base and head of a paired comparison.

    Raises:
        ValueError: it does not hold them.
    """
    if comparison.base_run is None or comparison.head_run is None:
        raise ValueError("its comparison holds no rounds")
    return comparison.base_run, comparison.head_run


def _moved(run: Run, base: Environment) -> Run:
    own = run.environment
    model = own.cpu_model if own.cpu_model != base.cpu_model else ""
    environment = replace(own, platform=base.platform, cpu_model=base.cpu_model, cpu_count=base.cpu_count)
    return replace(
        run,
        environment=environment,
        targets=tuple(replace(result, cpu_model=model) for result in run.targets),
        suite=run.suite and replace(run.suite, cpu_model=model),
    )


def _notes(runs: Sequence[Run], base: Environment) -> Iterator[str]:
    """A note for each worker whose machine differs from that of the base."""
    by_worker: dict[tuple[str, str], dict[str, None]] = {}
    for run in runs:
        found = [each for each in differences(base, run.environment) if each.kind is DifferenceKind.MACHINE]
        listed = "; ".join(difference.describe_places("elsewhere", "there") for difference in found)
        for result in run.results:
            by_worker.setdefault((result.worker, listed), {})[result.name] = None
    for (worker, listed), names in by_worker.items():
        if listed:
            yield f"{worker}, another machine, measured {', '.join(names)}: {listed}"
