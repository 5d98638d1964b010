"""Tells whether a target can have changed: an earlier run vouches for it if none of its inputs has changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectbench.judge.counters import OPERATIONS
from collectbench.judge.environments import differences
from collectbench.judge.sameness import works_outside
from collectbench.judge.verdicts import worst
from collectbench.model.comparison import Verdict
from collectbench.model.inputs import ALL_VARIABLES, is_found_by_search
from collectbench.model.sample import Status

if TYPE_CHECKING:
    from collectbench.model.comparison import Budget
    from collectbench.model.inputs import Inputs
    from collectbench.model.run import Environment, Run, TargetResult
    from collectbench.model.target import Limits

NO_DIFFERENCE = frozenset(("CPU", "PYTHONHASHSEED"))
"""Differences between environments that do not change what is counted: the model of the CPU (the number of CPUs may),
and a variable that counted rounds set themselves."""

WHOLE_TREE = frozenset((".gitattributes", ".gitmodules"))
"""Names of files that change the content of others when they are checked out."""

AT_START = frozenset(("sitecustomize.py", "usercustomize.py"))
"""Modules that Python loads at its start."""

OF_PACKAGES = frozenset(("__init__.py", "conda-meta", "pyvenv.cfg"))
"""Names for which pytest asks in each directory that it comes across: whether it is a package, or an environment."""

BY_CACHE = frozenset(
    """
    --lf --last-failed --ff --failed-first --nf --new-first --sw --stepwise --stepwise-skip --sw-skip --sw-reset
    """.split()  # noqa: SIM905 - a list would take ten lines
)
"""Options of pytest that select or order tests by the cache of an earlier run, which is not an input."""

_WORKS_OUTSIDE = {"sockets": "uses a socket", "subprocesses": "starts a process"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """What differs between base and head by name: absolute paths.

    `one_sided` are files and directories that exist on one side only, directories with a slash at their end.
    """

    paths: Collection[str]
    one_sided: Collection[str]
    of_other_kind: Collection[str] = ()
    """What both sides have, but as links, or with another mode: code can see that without opening them."""
    ignored: Collection[str] = ()
    """What git ignores in the user's tree: neither side has it, unless it is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The absolute paths, also without symbolic links, of what a target reads: of each, as documents write it."""

    files: Mapping[str, str]
    listed: Mapping[str, str]
    directories: Mapping[str, str]
    searched: Mapping[str, str]


def why_no_run_vouches(stored: Run, now: Environment, options: Collection[str]) -> str | None:
    """Why a stored run vouches for no target at all, as the end of a sentence; None if it may vouch.

    Args:
        stored: the run.
        now: the environment now.
        options: all arguments of pytest, those of the configuration and of variables among them.
    """
    for difference in differences(stored.environment, now):
        if difference.what not in NO_DIFFERENCE:
            return f"it is of another environment: {difference.describe()}"
    if stored.environment.tools:
        return f"it was measured under {', '.join(stored.environment.tools)}"
    if by_cache := sorted(BY_CACHE.intersection(options)):
        return f"{by_cache[0]} selects tests by the cache of an earlier run"
    return None


def why_whole_tree_differs(differing: Differing) -> str | None:
    """Why each target may differ between base and head, as the end of a sentence; None if only some may."""
    for path in sorted(differing.paths):
        if path.rpartition("/")[2] in WHOLE_TREE:
            return f"{path.rpartition('/')[2]} changed, and with it the content of other files"
    return None


def why_it_cannot_vouch(result: TargetResult) -> str | None:
    """Why the stored result of a target vouches for nothing, as the end of a sentence; None if it may vouch."""
    if result.from_earlier_run:
        return "its figures are of another run than the baseline"
    if result.status not in (Status.OK, Status.EMPTY):
        return f"its status was {result.status.value}"
    if result.counters is None or result.counted_once:
        return "it was not counted twice"
    if result.unstable:
        return f"its counters differ from round to round: {', '.join(result.unstable)}"
    if works_outside(result):
        return _what_works_outside(result)
    if result.inputs is None or result.loaded_sha256 is None:
        return "the baseline does not say what it reads, or that differs from round to round"
    return next(_places_that_cannot_vouch(result.inputs), None)


def _what_works_outside(result: TargetResult) -> str:
    """Name one of the lines, so that the user can do without it."""
    for site in result.waits:
        for counter, prefix in OPERATIONS.items():
            if site.operation.startswith(prefix):
                what = site.operation.removeprefix(prefix)
                return f"it {_WORKS_OUTSIDE[counter]} ({what}, at {site.path}:{site.line})"
    return "it starts processes or uses sockets"


def _places_that_cannot_vouch(inputs: Inputs) -> Iterator[str]:
    for path in (*inputs.files, *inputs.listed):
        if ".git" in path.split("/"):
            yield f"it reads {path}, and the files of git itself are others in each checkout"
    for path in inputs.files:
        if path.rpartition("/")[2] in AT_START and not path.startswith("<"):
            yield f"{path} runs before a round can see what it reads"


def why_affected(stored: Inputs, now: Inputs, read: Read, differing: Differing) -> str | None:
    """Why a target may have changed, as the end of a sentence; None if it cannot.

    Args:
        stored: the inputs of the run that vouches.
        now: the same inputs, as head has them.
        read: where they are.
        differing: what differs between base and head.
    """
    reasons = (
        *_request_reasons(stored, now),
        *_digest_reasons(stored, now),
        *_name_reasons(read, differing),
    )
    return next(iter(reasons), None)


def are_limits_kept(budget: Budget | None, limits: Limits, *, same_machine: bool) -> bool:
    """Whether the stored figures of a target show that it is within its limits; only on this machine for times."""
    if budget is None:
        return True
    is_timed = (limits.budget_s, limits.goal_s, limits.goal_reduction, limits.memory_budget_bytes) != (None,) * 4
    gating = worst(check.verdict for check in budget.checks if check.gates)
    return gating is Verdict.PASS and (same_machine or not is_timed)


def _request_reasons(stored: Inputs, now: Inputs) -> Iterator[str]:
    if stored.request != now.request:
        yield "its paths, options or variables changed in the configuration or on the command line"


def _digest_reasons(stored: Inputs, now: Inputs) -> Iterator[str]:
    for path in _changed(stored.files, now.files):
        yield f"it reads {path}, which changed since the baseline"
    for path in _changed({**stored.directories, **stored.listed}, {**now.directories, **now.listed}):
        yield f"a name in {_place(path)} came or went since the baseline"
    for path in _changed(stored.searched, now.searched):
        yield f"a module or configuration file came into {_place(path)}, or went, since the baseline"
    changed = _changed(stored.variables, now.variables)
    for name in (each for each in changed if each != ALL_VARIABLES):
        yield f"it reads the environment variable {name}, which changed since the baseline"
    if ALL_VARIABLES in changed:
        yield "it reads all environment variables, and one was not set for the baseline"


def _changed(stored: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return sorted(name for name in stored.keys() | now.keys() if stored.get(name) != now.get(name))


def _name_reasons(read: Read, differing: Differing) -> Iterator[str]:
    yield from _place_reasons(read, differing)
    for listed in sorted(read.listed):
        if outer := next((path for path in differing.ignored if f"{listed}/".startswith(f"{path}/")), None):
            yield f"it lists {read.listed[listed]}, which git ignores ({outer}): neither base nor head has all of it"
    for path in sorted(differing.ignored):
        parent, _, name = path.rpartition("/")
        if parent in read.listed and not any(file == path or file.startswith(f"{path}/") for file in read.files):
            yield f"it lists {read.listed[parent]}, where git ignores {name}: neither base nor head has that"
    for path in sorted(differing.paths):
        if (shown := read.files.get(path)) is not None:
            yield f"it reads {shown}, which differs between base and head"
    for path in sorted(
        _all_above((*read.files, *read.listed, *read.directories, *read.searched)).intersection(differing.paths)
    ):
        yield f"it reads files behind {path}, a link or a submodule that differs between base and head"


def _place_reasons(read: Read, differing: Differing) -> Iterator[str]:
    """What code can see of a directory without opening a file in it."""
    watched = {**read.directories, **read.listed}
    for path in sorted(differing.one_sided):
        parent, _, name = path.rstrip("/").rpartition("/")
        if parent in watched:
            yield f"{name} in {_place(watched[parent])} is in base or head only"
        if name in OF_PACKAGES and (above := parent.rpartition("/")[0]) in watched:
            directory = parent.removeprefix(f"{above}/")
            yield f"{_place(watched[above])} holds the directory {directory}, whose {name} is in base or head only"
        if parent in read.searched and is_found_by_search(name, is_directory=path.endswith("/")):
            yield f"{name} in {_place(read.searched[parent])} is in base or head only"
    for path in sorted(differing.of_other_kind):
        parent, _, name = path.rpartition("/")
        if parent in watched:
            yield f"{name} in {_place(watched[parent])} has another mode, or leads elsewhere, in base than in head"


def _place(path: str) -> str:
    return "the rootdir" if path == "." else path


def _all_above(paths: Iterable[str]) -> set[str]:
    """All directories that hold one of the paths."""
    found = set[str]()
    for path in paths:
        above = path.rpartition("/")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found
