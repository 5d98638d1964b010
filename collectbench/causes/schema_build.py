"""Models are built while modules are imported.

What it detects:
    Statements outside of functions in the project's code in which pydantic, attrs, msgspec, marshmallow or
    `dataclasses` build classes.

Why it is slow:
    A class costs up to some milliseconds: the library resolves its annotations, and makes code or a validator for it.
    All models of an application are built as soon as their modules are imported.

Evidence:
    Samples in which a line of a module body calls one of these libraries, summed over all modules.

Fix:
    pydantic: `model_config = ConfigDict(defer_build=True)` in the base class builds a model when it is first used. For
    others: import the models where they are used.

Source:
    PostHog#69939: 900 models, 2.5 s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from collectbench.causes.amounts import counted
from collectbench.causes.body_lines import BodyLine, claims_of
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import locations
from collectbench.causes.nature import SCHEMA, SCHEMAS

FIX_PYDANTIC = "set model_config = ConfigDict(defer_build=True) in the base class of the models"
FIX = "import the models where they are used"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the classes that each library builds, as one candidate a library."""
    by_library = defaultdict[str, list[BodyLine]](list)
    for line in evidence.lines_by_nature.get(SCHEMA, ()):
        by_library[_library(line)].append(line)
    for library, lines in by_library.items():
        files = {line.statement.path for line in lines}
        yield Candidate(
            subject=f"{library} in {_modules(evidence, lines)}",
            title=f"{library} builds classes while modules are imported",
            locations=locations(evidence, [(line.statement.path, line.statement.line) for line in lines]),
            evidence=(f"samples in {counted(len(lines), 'statement')} of {counted(len(files), 'file')}",),
            fix=FIX_PYDANTIC if library == "pydantic" else FIX,
            claims=claims_of(run for line in lines for run in line.runs),
            bound=True,
        )


def _modules(evidence: Evidence, lines: Sequence[BodyLine]) -> str:
    """The modules with these lines, the longest first, at most three by name."""
    by_path = evidence.attribution.modules.by_path
    names = list(dict.fromkeys(by_path[line.statement.path].name for line in lines))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more modules" if names[3:] else "")


def _library(line: BodyLine) -> str:
    paths = [call.path for run in line.runs for call in run.calls]
    part = max(SCHEMAS, key=lambda part: sum(part in path for path in paths))
    return {"attr": "attrs"}.get(name := part.strip("/").removesuffix(".py"), name)


CAUSE = Cause(id="schema-build", doc=__doc__, find=find)
