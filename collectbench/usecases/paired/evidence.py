"""What a stored run tells about single targets: whether they can have changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

from collectbench.checkouts.differing_names import DifferingNames
from collectbench.judge.budgets import judge_limits
from collectbench.judge.environments import other_processor
from collectbench.judge.unaffected import (
    Differing,
    Read,
    are_limits_kept,
    why_affected,
    why_it_cannot_vouch,
)
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.inputs import InputReader, Seen
from collectbench.model.inputs import Inputs
from collectbench.model.run import Run, TargetResult
from collectbench.model.target import Target
from collectbench.usecases.project import Project
from collectbench.usecases.wording import word


def differing_of(names: DifferingNames) -> Differing:
    """What git says, for the judge."""
    return Differing(
        paths=names.paths, one_sided=names.one_sided, of_other_kind=names.of_other_kind, ignored=names.ignored
    )


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A stored run that may vouch, and the user's files.

    Attributes:
        project: in the user's working tree, with all targets.
        stored: the run.
        differing: what differs between base and head by name.
        bench: where the targets are collected.
        copies: installed copies of files of the project; base and head each read their own file instead.
    """

    project: Project
    stored: Run
    differing: Differing
    bench: Bench
    copies: Collection[str] = ()
    _seen: Seen = field(default_factory=Seen)

    @cached_property
    def results(self) -> Mapping[str, TargetResult]:
        """The stored results by name."""
        return {result.name: result for result in self.stored.results}

    def why_affected(self, target: Target) -> str | None:
        """Why a target may have changed, as the end of a sentence; None if the stored run vouches for it."""
        result = self.results.get(target.name)
        if result is None:
            return "it is not in the baseline"
        if reason := why_it_cannot_vouch(result):
            return reason
        if result.inputs is None:  # said above, but not to mypy
            return "the baseline does not say what it reads"
        budget = judge_limits(result, target.limits, result, word)
        other = other_processor(self.stored.environment, self.project.environment)
        if not are_limits_kept(budget, target.limits, same_machine=not (result.cpu_model or other)):
            return "the figures of the baseline do not show that it is within its limits"
        reader = InputReader.of(self.bench, target)
        for path in result.inputs.files if self.copies else ():
            if reader.absolute(path) in self.copies:
                return f"it reads {path}, an installed copy, where base and head each read their own file"
        return self._why_changed(reader, result.inputs)

    def _why_changed(self, reader: InputReader, inputs: Inputs) -> str | None:
        names = partial(reader.names_of, seen=self._seen)
        read = Read(
            files=names(inputs.files),
            listed=names(inputs.listed),
            directories=names(inputs.directories),
            searched=names(inputs.searched),
        )
        return why_affected(inputs, reader.read_again(inputs, self._seen), read, self.differing)
