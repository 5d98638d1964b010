"""A finder in sys.meta_path costs time at each import.

What it detects:
    Time in the code of finders in `sys.meta_path`, if something added them during the traced round. Only the
    search for modules and their compilation count.

Why it is slow:
    Python asks each finder for each module that is not loaded yet. Some rewrite or decorate the source of all modules,
    as runtime type checkers do.

Evidence:
    The finders that were added during the traced round. Samples of module search and compilation that lie in the file
    or package of such a finder.

Fix:
    Remove the finder, or narrow it to the packages that need it.

Source:
    beartype and typeguard install such finders for whole packages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from posixpath import basename, dirname

from collectbench.attribution.origins import is_below
from collectbench.attribution.parts import Part
from collectbench.causes.amounts import counted
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.model.registrations import Finder
from collectbench.model.samples import Call

KINDS = ("find", "compile")


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the finders that take time."""
    for finder in evidence.trace.finders:
        if not finder.path or "/_pytest/" in finder.path:
            continue
        seconds = _seconds(evidence, finder)
        if not seconds:
            continue
        yield Candidate(
            subject=finder.name,
            title=f"the import finder {finder.name} works at each import",
            locations=(evidence.location(finder.path, 0),),
            evidence=(f"{counted(len(seconds), 'import')} sampled in it", *_who(evidence, finder)),
            fix="remove the finder, or narrow it to the packages that need it",
            claims=tuple(Claim(part, spent_s) for part, spent_s in seconds.items()),
        )


def _seconds(evidence: Evidence, finder: Finder) -> dict[Part, float]:
    """The sampled seconds in the code of a finder, by part."""
    seconds: defaultdict[Part, float] = defaultdict(float)
    own = _package(finder.path)
    for stack in evidence.stacks:
        if stack.part.kind in KINDS and any(is_below(call.path, own) for call in _until_import(stack.calls)):
            seconds[stack.part] += stack.seconds
    return dict(seconds)


def _until_import(calls: tuple[Call, ...]) -> Iterator[Call]:
    """The calls of the innermost import."""
    for call in calls:
        if call.function == "<module>":
            return
        yield call


def _package(path: str) -> str:
    """The directory of an installed package, or the file itself if it is the project's own or a single module."""
    inside = [part for part in ("/site-packages/", "/dist-packages/") if part in path]
    if not inside:
        return path
    head, _, rest = path.partition(inside[0])
    return f"{head}{inside[0]}{rest.partition('/')[0]}"


def _who(evidence: Evidence, finder: Finder) -> Iterator[str]:
    """What was loaded when the finder was added."""
    frame = evidence.frames.get(finder.during)
    name = getattr(frame, "module", "") or getattr(frame, "name", "")
    if name:
        yield f"added while {basename(name) if dirname(name) else name} was loaded"


CAUSE = Cause(id="slow-import-hook", doc=__doc__, find=find)
