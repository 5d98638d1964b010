"""Makes the plan of a command: configured targets, given paths, or the paths that pytest itself would collect."""

from __future__ import annotations

import difflib
import glob
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.discovery.rules import Rules
from collectbench.model.errors import UsageError
from collectbench.model.inspection import Inspection
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.shard import Shard
from collectbench.model.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The targets to measure. `suite` is all of them in one process, None if targets were selected.

    `shard` says which part of a larger plan this is; None for a whole plan.
    """

    root: Path
    targets: tuple[Target, ...]
    suite: Target | None
    selected: bool
    shard: Shard | None = None

    @property
    def everything(self) -> tuple[Target, ...]:
        """All targets, then the suite if there is one."""
        return (*self.targets, *(() if self.suite is None else (self.suite,)))

    def without(self, names: Collection[str]) -> Plan:
        """The plan without the targets of these names."""
        return replace(
            self,
            targets=tuple(target for target in self.targets if target.name not in names),
            suite=None if self.suite is None or self.suite.name in names else self.suite,
        )

    @property
    def is_subset(self) -> bool:
        """Whether the project has more targets than this plan."""
        return self.selected or self.shard is not None


SUITE = "suite"
"""The name of all targets together. The configuration refuses it for a target, and a directory is `./suite`."""


def configured_plan(root: Path, targets: Sequence[Target]) -> Plan:
    """Return a plan of all configured targets, with a suite of all their paths."""
    paths = outermost(path for target in targets for path in target.paths)
    return Plan(root=root, targets=tuple(targets), suite=Target(name=SUITE, paths=paths), selected=False)


def selected_plan(  # noqa: PLR0917 - where, and which targets
    root: Path,
    cwd: Path,
    configured: Sequence[Target],
    selection: Sequence[str],
    inspection: Inspection,
    depth: int,
) -> Plan:
    """Return a plan of the selected targets: configured names, or paths and modules, which `depth` may split.

    Raises:
        UsageError: names that are neither, or cannot be split; holds all of them.
    """
    by_name = {target.name: target for target in configured}
    selected: dict[str, Target] = {}
    mistakes: list[str | Reason] = []
    for word in selection:
        only_loose_files = word.endswith("/*")
        path = path_of(word.removesuffix("/*"), root, cwd)
        if word in by_name and not (depth and path.exists()):
            selected[word] = by_name[word]
            if depth:
                mistakes.append(
                    Reason(
                        fact=f"{word}: a configured target cannot be split, only a path",
                        remedies=(Remedy(action=Action.DO_NOT_SPLIT),),
                    )
                )
            continue
        module = inspection.modules.get(word)  # as for pytest, a module comes before a path of the same name
        if module is not None and os.path.normpath(module) != str(path):
            if not depth:
                selected[word] = replace(_whole(word), paths=(relative(Path(module), root),), module=word)
                continue
            path = Path(module)
        if not path.exists():
            mistakes.append(_not_found(word, by_name))
            continue
        name = relative(path, root)
        targets = split([name], root, inspection, 1 if only_loose_files else depth)
        selected |= {target.name: target for target in targets if not only_loose_files or target.name == f"{name}/*"}
        if only_loose_files and f"{name}/*" not in selected:
            mistakes.append(f"{word}: {name} has no test files of its own, or no directories with tests")
    if mistakes:
        raise UsageError(*mistakes)
    return Plan(root=root, targets=tuple(selected.values()), suite=None, selected=True)


def discovered_plan(root: Path, cwd: Path, inspection: Inspection, depth: int = 1) -> Plan:
    """Return a plan of all that pytest would collect in `cwd` without arguments, split `depth` levels down.

    The suite has no paths: pytest, which is started in `cwd`, finds them itself.
    """
    targets = split(_starts(root, cwd, inspection), root, inspection, depth)
    return Plan(root=root, targets=tuple(targets), suite=Target(name=SUITE, paths=()), selected=False)


def module_names(words: Iterable[str]) -> tuple[str, ...]:
    """Return those of the user's words that `--pyargs` may make modules: dotted identifiers."""
    return tuple(word for word in words if all(part.isidentifier() for part in word.split(".")))


def path_of(word: str, root: Path, cwd: Path) -> Path:
    """Return the path that a word of the user means: from `cwd`, else from the root, as names of targets are shown."""
    here, there = (Path(os.path.normpath(directory / word)) for directory in (cwd, root))
    return there if there.exists() and not here.exists() else here


def _not_found(word: str, names: Iterable[str]) -> Reason:
    if "::" in word:
        return Reason(
            fact=f"{word}: a target is a file or directory, not a node id",
            remedies=(f"give {word.partition('::')[0]}",),
        )
    nearest = difflib.get_close_matches(word, list(names), n=1)
    remedies = [f"did you mean {nearest[0]}?" if nearest else Remedy(action=Action.SHOW_TARGETS)]
    if "." in word and not word.endswith(".py") and module_names([word]):
        remedies.append("for a module give pytest the option --pyargs")
    return Reason(fact=f"{word}: neither a configured target nor a path that exists", remedies=tuple(remedies))


def _starts(root: Path, cwd: Path, inspection: Inspection) -> tuple[str, ...]:
    """The paths where pytest starts, as in its `_decide_args`: testpaths count only in the rootdir."""
    if cwd != inspection.rootdir:
        return (relative(cwd, root),)
    if inspection.pyargs:
        return inspection.testpaths or (relative(cwd, root),)
    matches = [
        path
        for pattern in inspection.testpaths
        for path in sorted(glob.iglob(str(cwd / pattern), recursive=True))  # noqa: PTH207 - as pytest does
    ]
    return outermost(relative(Path(os.path.normpath(path)), root) for path in matches) or (relative(cwd, root),)


def relative(path: Path, root: Path) -> str:
    """Return `path` relative to `root` with `/`; absolute if it lies outside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths, in their order, without those that lie below another one."""
    distinct = list(dict.fromkeys(paths))
    if "." in distinct:
        return (".", *(path for path in distinct if path.startswith("/")))
    kept = set(distinct)
    return tuple(p for p in distinct if not any(str(parent) in kept for parent in Path(p).parents))


def split(starts: Sequence[str], root: Path, inspection: Inspection, depth: int) -> list[Target]:
    """Return the targets `depth` levels below each start; each test item is in exactly one of them."""
    rules = Rules(root, inspection)
    return [target for start in starts for target in _split(start, root, rules, depth)]


def _split(start: str, root: Path, rules: Rules, depth: int) -> Iterator[Target]:
    todo: list[tuple[str, Path, int, tuple[Path, ...]]] = [(start, root / start, depth, ())]
    while todo:
        name, directory, levels, parts = todo.pop()
        names = tuple(_below(name, part) for part in parts)
        if parts:
            if rules.has_loose_tests(directory, parts):
                yield Target(name=f"{name}/*", paths=(name,), ignored=names)
            continue
        if levels > 0 and directory.is_dir():
            parts = tuple(child for child in rules.directories(directory) if rules.has_tests(child))
        if not parts:
            yield _whole(name)
            continue
        todo.append((name, directory, levels, parts))  # after its parts: their conftests tell what is collected
        todo += [(_below(name, part), part, levels - 1, ()) for part in reversed(parts)]


def _below(name: str, child: Path) -> str:
    """The same as `relative`, without a look at each part of the path."""
    return child.name if name == "." else f"{name.rstrip('/')}/{child.name}"


def _whole(name: str) -> Target:
    return Target(name=f"./{name}" if name == SUITE else name, paths=(name,))
