"""Everything that a cause may look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from collectbench.attribution.attribute import Attribution
from collectbench.attribution.origins import Places, display_path
from collectbench.attribution.parts import Part, hook_part
from collectbench.attribution.stacks import SampledStack
from collectbench.causes.sources import SourceFiles
from collectbench.causes.surroundings import Surroundings
from collectbench.model.diagnosis import Location
from collectbench.model.inspection import Inspection
from collectbench.model.run import Environment
from collectbench.model.sample import Counts, Status
from collectbench.model.trace import CollectorFrame, Frame, HookTotal, Trace


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One target: its rounds, and what is known without them.

    Attributes:
        attribution: the traced round. Paths in it are absolute.
        parts: seconds of each part of the traced round, without queueing.
        stacks: where the main thread was in each part.
        status: how the target's collection ended.
        counts: items, files, errors; None if collection did not come to its end.
        wall_s: of a timed round; None if there is none.
        inspection: what the interpreter and its pytest say about themselves.
        environment: what the figures depend on.
        variables: of the environment of the measured process.
        arguments: those of pytest: of addopts, PYTEST_ADDOPTS, the configuration and the command line.
        sources: the files of the project, to read.
        surroundings: what is known besides the traced round.
    """

    attribution: Attribution
    parts: Mapping[Part, float]
    inspection: Inspection
    environment: Environment
    sources: SourceFiles
    stacks: Sequence[SampledStack] = ()
    status: Status = Status.OK
    counts: Counts | None = None
    wall_s: float | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    surroundings: Surroundings = field(default_factory=Surroundings)

    @property
    def trace(self) -> Trace:
        """The records of the traced round."""
        return self.attribution.trace

    @property
    def places(self) -> Places:
        """The directories that decide whose code a file is."""
        return self.attribution.places

    @property
    def smallest_s(self) -> float:
        """Seconds below which a finding is not listed."""
        return smallest_s(self.attribution.sample.wall_s)

    def display(self, path: str) -> str:
        """Returns an absolute path as documents write it."""
        return display_path(path, self.places)

    def is_of_project(self, path: str) -> bool:
        """Returns whether a file with this absolute path belongs to the project, and is not installed."""
        return bool(path) and not self.display(path).startswith(("<", "/"))

    def location(self, path: str, line: int) -> Location:
        """Returns a line of a file, whose path is absolute, with its source."""
        return Location(path=self.display(path), line=line, text=self.sources.line(path, line))

    def seconds(self, *parts: Part) -> float:
        """Returns the seconds of some parts together."""
        return sum(self.parts.get(part, 0.0) for part in parts)

    @cached_property
    def frames(self) -> dict[int, Frame]:
        """The frames of the trace by their number."""
        frames: list[Frame] = [*self.trace.imports, *self.trace.collectors, *self.trace.plugins]
        return {frame.index: frame for frame in frames}

    @cached_property
    def stacks_of(self) -> dict[Part, list[SampledStack]]:
        """The sampled stacks of each part."""
        found: dict[Part, list[SampledStack]] = {}
        for stack in self.stacks:
            found.setdefault(stack.part, []).append(stack)
        return found

    def hooks(self, name: str = "") -> Iterator[tuple[Part, HookTotal]]:
        """Yields the implementations of a hook, or of all hooks, with their parts."""
        for part, hook in self._hooks:
            if not name or hook.hook == name:
                yield part, hook

    @cached_property
    def _hooks(self) -> list[tuple[Part, HookTotal]]:
        return [(hook_part(number, hook), hook) for number, hook in enumerate(self.trace.hooks)]

    def collectors(self) -> Iterator[tuple[Part, CollectorFrame]]:
        """Yields the collectors with the parts of their own time."""
        for frame in self.trace.collectors:
            yield Part("frame", frame.index), frame


def smallest_s(wall_s: float) -> float:
    """Returns the seconds below which a finding is noise: 20 ms, or half a percent of a longer round.

    An experiment proves no saving below 2 % and 20 ms; half a percent of several causes together is still worth a line.
    """
    return max(0.02, 0.005 * wall_s)
