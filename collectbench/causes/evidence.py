"""Everything that a cause may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from collectbench.attribution.attribute import Attribution
from collectbench.attribution.cuts import Cut, best_cuts
from collectbench.attribution.line_graph import LineGraph, line_graph
from collectbench.attribution.origins import Places, display_path, is_project_file
from collectbench.attribution.parts import Part, hook_part
from collectbench.attribution.requests import named_modules
from collectbench.attribution.stacks import SampledStack
from collectbench.causes.body_lines import BodyLine, body_lines, waited_by_statement
from collectbench.causes.nature import Natures
from collectbench.causes.running import Running, project_files, running
from collectbench.causes.sources import SourceFiles
from collectbench.causes.surroundings import Surroundings
from collectbench.model.diagnosis import Location
from collectbench.model.inspection import Inspection
from collectbench.model.run import Environment
from collectbench.model.sample import Counts, Status
from collectbench.model.trace import CollectorFrame, Edge, Frame, HookTotal, Trace


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One target: its rounds, and what is known without them.

    Attributes:
        attribution: the traced round. Paths in it are absolute.
        parts: seconds of each part of the traced round, without queueing.
        stacks: where the main thread was in each part.
        status: how the target's collection ended.
        message: why it failed, in one sentence; empty if it did not.
        counts: items, files, errors; None if collection did not come to its end.
        wall_s: of a timed round; None if there is none.
        inspection: what the interpreter and its pytest say about themselves.
        environment: what the figures depend on.
        variables: of the environment of the measured process.
        arguments: those of pytest, in its order: addopts in the configuration, PYTEST_ADDOPTS, the command line.
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
    message: str = ""
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
        return smallest_s(self.attribution.sample.unqueued_wall_s)

    def display(self, path: str) -> str:
        """Returns an absolute path as documents write it."""
        return display_path(path, self.places)

    def file_of(self, nodeid: str) -> str:
        """Returns the absolute path of the file or directory of a node."""
        root = self.places.node_ids_from or self.places.rootdir
        return f"{root.rstrip('/')}/{nodeid.partition('::')[0]}"

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

    def is_project_file(self, path: str) -> bool:
        """Returns whether the user can change a file, whose path is absolute."""
        return is_project_file(path, self.places)

    @cached_property
    def import_lines(self) -> LineGraph:
        """The import graph with the lines that the user can change."""
        return line_graph(self.attribution.graph, cache(self.is_project_file))

    @cached_property
    def cuts(self) -> tuple[Cut, ...]:
        """The few import lines that save most together, best first."""
        return best_cuts(self.import_lines, self.attribution.graph, self.attribution.savings, self.smallest_s)

    @cached_property
    def edges_to(self) -> dict[str, list[Edge]]:
        """The import statements by the module that they name; `import a.b` names `a` as well, which it binds."""
        found: dict[str, list[Edge]] = {}
        for edge in self.trace.edges:
            for name in named_modules(edge):
                found.setdefault(name, []).append(edge)
        return found

    @cached_property
    def stacks_of(self) -> dict[Part, list[SampledStack]]:
        """The sampled stacks of each part."""
        found: dict[Part, list[SampledStack]] = {}
        for stack in self.stacks:
            found.setdefault(stack.part, []).append(stack)
        return found

    @cached_property
    def is_project(self) -> Callable[[str], bool]:
        """Tells whether the file of an absolute path is the project's."""
        return project_files(self.places)

    @cached_property
    def runs(self) -> tuple[Running, ...]:
        """The stacks in which code of the project ran."""
        found = (running(stack, self.is_project) for stack in self.stacks)
        return tuple(run for run in found if run is not None)

    @cached_property
    def bodies(self) -> dict[int, str]:
        """The files of the project's own modules by the number of their import."""
        files = ((number, module.path) for number, module in self.attribution.modules.of_frame.items())
        return {number: path for number, path in files if self.is_project(path)}

    @cached_property
    def body_lines(self) -> tuple[BodyLine, ...]:
        """The statements that took long while a module of the project was imported, the longest first."""
        files = frozenset(self.bodies.values())
        waited_s = waited_by_statement(self.attribution.waits, self.is_project, files, self.sources)
        runs = (run for run in self.runs if run.part.kind == "frame" and run.frame in self.bodies)
        return body_lines(runs, waited_s, self.sources)

    @cached_property
    def natures(self) -> Natures:
        """Tells which cause a line has."""
        return Natures(sources=self.sources, events=self.trace.events, files=frozenset(self.bodies.values()))

    @cached_property
    def lines_by_nature(self) -> dict[str, list[BodyLine]]:
        """The slow lines of module bodies by the id of their cause, the longest first."""
        found: dict[str, list[BodyLine]] = {}
        for line in self.body_lines:
            found.setdefault(self.natures.of(line), []).append(line)
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
