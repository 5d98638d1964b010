"""Which targets there are: configured ones, the paths that were asked for, or what pytest itself would collect."""

from __future__ import annotations

import difflib
import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from collectbench.discovery.rules import Rules
from collectbench.model.errors import Advice, Problem, Remedy, UsageError
from collectbench.model.inspection import Inspection
from collectbench.model.run import Shard
from collectbench.model.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be measured. `suite` is what one process collects, None where targets were selected.

    `shard` says which part this is of a larger plan; None for all of it.
    """

    root: Path
    targets: tuple[Target, ...]
    suite: Target | None
    selected: bool
    shard: Shard | None = None

    @property
    def everything(self) -> tuple[Target, ...]:
        """All targets, then the suite where there is one."""
        return (*self.targets, *(() if self.suite is None else (self.suite,)))

    @property
    def is_subset(self) -> bool:
        """Whether there is more in the project than this."""
        return self.selected or self.shard is not None


SUITE = "suite"
"""The name of all targets together. No target has it: the configuration refuses it, and a folder is `./suite`."""


def configured_plan(root: Path, targets: Sequence[Target]) -> Plan:
    """All targets of the configuration, and a suite of their paths together."""
    paths = outermost(path for target in targets for path in target.paths)
    return Plan(root=root, targets=tuple(targets), suite=Target(name=SUITE, paths=paths), selected=False)


def selected_plan(  # noqa: PLR0917 - where, and what of it
    root: Path,
    cwd: Path,
    configured: Sequence[Target],
    wanted: Sequence[str],
    inspection: Inspection,
    depth: int,
) -> Plan:
    """The targets that were asked for, by configured name or by path; a path is one target unless `depth` splits it.

    Raises:
        UsageError: names that are neither, or cannot be split, all at once.
    """
    by_name = {target.name: target for target in configured}
    found: dict[str, Target] = {}
    mistakes: list[str | Problem] = []
    for want in wanted:
        loose = want.endswith("/*")
        path = Path(os.path.normpath(cwd / (want[:-2] if loose else want)))
        if want in by_name and not (depth and path.exists()):
            found[want] = by_name[want]
            if depth:
                mistakes.append(
                    Problem(
                        fact=f"{want}: a configured target cannot be split, only a path",
                        ways_out=(Advice(remedy=Remedy.DO_NOT_SPLIT),),
                    )
                )
            continue
        if not path.exists():
            mistakes.append(_not_found(want, by_name))
            continue
        name = relative(path, root)
        candidates = split([name], root, inspection, 1 if loose else depth)
        found |= {target.name: target for target in candidates if not loose or target.name == f"{name}/*"}
        if loose and f"{name}/*" not in found:
            mistakes.append(f"{want}: no test files lie loose in {name}, or it has no folders with tests")
    if mistakes:
        raise UsageError(*mistakes)
    return Plan(root=root, targets=tuple(found.values()), suite=None, selected=True)


def discovered_plan(root: Path, cwd: Path, inspection: Inspection, depth: int = 1) -> Plan:
    """What pytest would collect if it was started in `cwd` without arguments, split `depth` levels down."""
    starts = _starts(root, cwd, inspection)
    targets = split(starts, root, inspection, depth)
    from_config = cwd == root == inspection.rootdir and bool(inspection.testpaths)
    paths = () if from_config or starts == (".",) else tuple(starts)
    return Plan(root=root, targets=tuple(targets), suite=Target(name=SUITE, paths=paths), selected=False)


def _not_found(want: str, names: Iterable[str]) -> Problem:
    if "::" in want:
        return Problem(
            fact=f"{want}: a target is a file or directory, not a node id",
            ways_out=(f"give {want.partition('::')[0]}",),
        )
    nearest = difflib.get_close_matches(want, list(names), n=1)
    return Problem(
        fact=f"{want}: neither a configured target nor a path that exists",
        ways_out=(f"did you mean {nearest[0]}?" if nearest else Advice(remedy=Remedy.LIST_TARGETS),),
    )


def _starts(root: Path, cwd: Path, inspection: Inspection) -> tuple[str, ...]:
    """Where pytest starts to look, as its own `_decide_args` has it: testpaths count in the rootdir alone."""
    if cwd != inspection.rootdir:
        return (relative(cwd, root),)
    if inspection.pyargs:
        return inspection.testpaths or (relative(cwd, root),)
    found = [
        path
        for pattern in inspection.testpaths
        for path in sorted(glob.iglob(str(cwd / pattern), recursive=True))  # noqa: PTH207 - as pytest does
    ]
    return outermost(relative(Path(os.path.normpath(path)), root) for path in found) or (relative(cwd, root),)


def relative(path: Path, root: Path) -> str:
    """`path` relative to `root` with `/`; absolute where it lies outside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths without those that lie below another one, in their order."""
    distinct = list(dict.fromkeys(paths))
    if "." in distinct:
        return (".", *(path for path in distinct if path.startswith("/")))
    kept = set(distinct)
    return tuple(p for p in distinct if not any(str(parent) in kept for parent in Path(p).parents))


def split(starts: Sequence[str], root: Path, inspection: Inspection, depth: int) -> list[Target]:
    """Targets `depth` levels below each start; each item of the starts is in exactly one of them."""
    rules = Rules(root, inspection)
    return [target for start in starts for target in _split(start, root, rules, depth)]


def _split(name: str, root: Path, rules: Rules, depth: int) -> Iterator[Target]:
    folder = root / name
    if depth <= 0 or not folder.is_dir():
        yield _whole(name)
        return
    parts = [child for child in rules.folders(folder) if rules.has_tests(child)]
    names = tuple(relative(child, root) for child in parts)
    if not parts:
        yield _whole(name)
        return
    for child in names:
        yield from _split(child, root, rules, depth - 1)
    if rules.has_loose_tests(folder, parts):
        yield Target(name=f"{name}/*", paths=(name,), ignored=names)


def _whole(name: str) -> Target:
    return Target(name=f"./{name}" if name == SUITE else name, paths=(name,))
