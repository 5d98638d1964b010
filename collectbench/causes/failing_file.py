"""A file pays for expensive imports and then fails, so that it yields no test.

What it detects:
    Collected files that fail, and the modules that are loaded only for them. Modules that several such files share are
    one more finding.

Why it is slow:
    A module that fails has executed everything above the line that fails. That is wasted: the file yields no test.

Evidence:
    The errors of collectors in the traced round. The saving is the time of the file and of the modules that nothing
    loads without it.

Fix:
    Fix the file, remove it, or keep pytest from collecting it (`collect_ignore` in the conftest beside it). If it needs
    a module that is not installed, skip the file above the expensive imports: `pytest.importorskip("missing_module")`.

Source:
    38 files of one repository took 8.2 of 82 s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectbench.attribution.line_graph import ImportLine, Point
from collectbench.attribution.modules import Module
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.collection_failures import Failure, failures_of
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_claims import claims_on_modules
from collectbench.model.diagnosis import Location

FIX = "fix it, remove it, add it to collect_ignore, or call importorskip above the expensive imports"
SHOWN = 5


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the files that fail, each alone, and all of them for what they share."""
    graph = evidence.import_lines
    failures = [failure for failure in failures_of(evidence) if failure.modules]
    reached = graph.reached() if failures else set[Point]()
    shared = reached - graph.reached(avoiding=_modules(failures))
    for failure in failures:
        alone = reached - graph.reached(avoiding=failure.modules)
        shared -= alone
        path = evidence.display(failure.path)
        yield Candidate(
            subject=path,
            title=f"{path} pays for imports and then fails: {failure.error}",
            locations=_locations(failure, list(_expensive_lines(evidence, failure, alone))),
            evidence=(f"{failure.error}: {failure.message}" if failure.message else failure.error,),
            fix=FIX,
            claims=claims_on_modules(evidence, alone),
        )
    if len(failures) > 1:
        yield Candidate(
            subject=f"{len(failures)} files",
            title=f"{len(failures)} files that fail share imports that nothing else needs",
            locations=tuple(location for failure in failures for location in failure.locations),
            fix=FIX,
            claims=claims_on_modules(evidence, shared),
        )


def _modules(failures: Sequence[Failure]) -> list[Module]:
    return [module for failure in failures for module in failure.modules]


def _locations(failure: Failure, expensive: Sequence[Location]) -> tuple[Location, ...]:
    """The expensive lines, then the one that fails: each once, and the file without a line only if there is no line."""
    failing = [each for each in failure.locations if each.line > 0 or not expensive]
    return tuple(dict.fromkeys((*expensive, *failing)))


def _expensive_lines(evidence: Evidence, failure: Failure, saved: set[Point]) -> Iterator[Location]:
    """The import lines of a file that load most of what it pays for, at most five."""
    graph = evidence.import_lines
    lines = {
        line: graph.cost_of_s(graph.behind([line]) & saved)
        for module in failure.modules
        for line in graph.after.get(module, ())
        if isinstance(line, ImportLine) and line.path == failure.path
    }
    worth = [line for line in lines if lines[line] >= evidence.smallest_s]
    for line in sorted(worth, key=lambda line: (-lines[line], line.line))[:SHOWN]:
        yield evidence.location(line.path, line.line)


CAUSE = Cause(id="failing-file", doc=__doc__, find=find)
