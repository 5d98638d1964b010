"""Which cause a slow line of a module body has: each line has exactly one."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from collectbench.causes.body_lines import BodyLine
from collectbench.causes.running import Running
from collectbench.causes.sources import SourceFiles
from collectbench.causes.statement import Scope, called_name, is_in_body, scope_at
from collectbench.model.samples import Call
from collectbench.model.trace import Event

IO, WAIT, ARGVALUES, COMPUTE = "module-level-io", "module-level-wait", "expensive-argvalues", "module-level-compute"
PROBE, SCHEMA, LOGGER, CACHED = "skip-probe", "schema-build", "module-logger", "first-caller"
SCHEMAS = ("/pydantic/", "/attr/", "/msgspec/", "/marshmallow/", "/dataclasses.py")
"""Parts of the paths of libraries that build classes."""
CACHES = frozenset(("cache", "lru_cache", "cached", "memoize", "once"))
MOST = 0.5
"""The part of a line's time that decides about its nature."""
_LOGGER = re.compile(r"logg?er$|^log$|_log$", re.IGNORECASE)
_CACHE = re.compile(rf"@.*\b(?:{'|'.join(sorted(CACHES))})\b")
_NOT_IO = frozenset(("ctypes.dlopen",))


class Cached(NamedTuple):
    """A function of the project that keeps its results: path, line of `def` and name."""

    path: str
    line: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Natures:
    """Tells the causes of slow lines. `events` are those of the trace, `files` the imported files of the project."""

    sources: SourceFiles
    events: Sequence[Event]
    files: Collection[str]

    def of(self, line: BodyLine) -> str:
        """Returns the id of the cause of a line."""
        statement = line.statement
        if statement.is_condition:
            return PROBE
        if line.part_of(builds_class) > MOST:
            return SCHEMA
        if _LOGGER.search(statement.target) and line.part_of(_calls_other_file) > MOST:
            return LOGGER
        cached = self.cached_function(line)
        if cached is not None and len(self.callers(cached)) > 1:
            return CACHED
        if self.events_of(line):
            return IO
        if line.waits:
            return WAIT
        return ARGVALUES if statement.is_parametrization else COMPUTE

    def events_of(self, line: BodyLine) -> list[Event]:
        """Returns the files, processes and sockets that functions below a line used which took most of its time."""
        by_scope, found = defaultdict[Scope, list[Event]](list), dict[Scope, list[Event]]()
        paths = {call.path for run in line.runs for call in run.calls}
        for event in self.events:
            if event.path in paths and event.kind not in _NOT_IO:
                by_scope[scope_at(self.sources, event.path, event.line)].append(event)

        def uses(run: Running) -> bool:
            scopes = {scope_at(self.sources, run.calls[at].path, run.calls[at].line) for at in run.project}
            common = scopes & by_scope.keys()
            found.update({scope: by_scope[scope] for scope in common})
            return bool(common)

        most = bool(by_scope) and line.part_of(uses) > MOST
        return [event for events in found.values() for event in events] if most else []

    def cached_function(self, line: BodyLine) -> Cached | None:
        """Returns the cached function that takes most of a line's time; None if there is none."""
        seconds = defaultdict[Cached, float](float)
        for run in line.runs:
            calls = (run.calls[number] for number in run.project)
            places = (self._cached_around(call) for call in calls)
            place = next((each for each in places if each is not None), None)
            if place is not None:
                seconds[place] += run.seconds
        longest = max(seconds, key=lambda each: seconds[each], default=None)
        return longest if longest is not None and seconds[longest] > MOST * line.seconds else None

    def _cached_around(self, call: Call) -> Cached | None:
        if not self.sources.holds(call.path, _CACHE):
            return None  # far quicker than to parse the file
        for node in reversed(self.sources.around(call.path, call.line)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == call.function:
                names = {called_name(decorator).rpartition(".")[2] for decorator in node.decorator_list}
                return Cached(call.path, node.lineno, node.name) if names & CACHES else None
        return None

    def callers(self, cached: Cached) -> list[tuple[str, int]]:
        """Returns the lines of module bodies that call a function, by its name."""
        call = re.compile(rf"\b{cached.name}\(")
        return [
            (path, number)
            for path in sorted(self.files)
            for number, text in enumerate(self.sources.lines(path), 1)
            if call.search(text)
            and not text.lstrip().startswith(("def ", "#"))
            and is_in_body(self.sources, path, number)
        ]


def builds_class(run: Running) -> bool:
    """Whether a library builds a class in a stack."""
    return any(part in call.path for call in run.calls for part in SCHEMAS)


def _calls_other_file(run: Running) -> bool:
    return any(run.calls[number].path != run.entry.path for number in run.project[1:])
