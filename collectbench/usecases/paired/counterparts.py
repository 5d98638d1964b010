"""The project as it lies on a side of a paired comparison: the user's request, in another tree."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from collectbench.checkouts.checkout import Checkout, Checkouts, checkout_env
from collectbench.config import Config, expand_paths
from collectbench.discovery.shards import names_of
from collectbench.model.errors import UsageError
from collectbench.model.target import Target
from collectbench.usecases.project import Project, settle


def agreed_part(here: Project, sides: Checkouts) -> Project:
    """The same workplace, whose shard counts what either side has: else the sides would be shared out differently."""
    shard = here.request.shard
    if shard is None:
        return here
    whole = replace(here, request=replace(here.request, shard=None))
    names = names_of(*(place_on(whole, sides, side).plan for side in sides.both))
    return settle(replace(here.request, shard=replace(shard, plan=names)), Path.cwd(), here.env)


def place_on(here: Project, sides: Checkouts, side: Checkout) -> Project:
    """The project as it lies on a side: the same request, as far as the side has what is asked for."""
    request = here.request
    cwd = _moved(Path.cwd(), sides, side)
    if not cwd.is_dir():
        raise UsageError(
            f"--against: the {side.label} has no folder {cwd.relative_to(side.toplevel)}, in which you started; "
            "start in one that both have, such as the root of the repository, and give TARGET for a part"
        )
    config = request.config
    if config.root is not None:
        config = replace(config, root=_moved(config.root, sides, side))
    config = _existing(config)
    names = {target.name for target in config.targets}
    wanted = [str(_moved(Path(name), sides, side)) if Path(name).is_absolute() else name for name in request.targets]
    targets = tuple(name for name in wanted if name in names or _exists(cwd, name))
    asked = request.targets or tuple(target.name for target in request.config.targets)
    if asked and not (targets if request.targets else names):
        raise UsageError(
            f"--against: the {side.label} has none of {', '.join(asked)}, so there is nothing to compare; "
            "give a commit that has it, or measure it alone (collectbench baseline)"
        )
    project = settle(replace(request, config=config, targets=targets), cwd, side.env)
    return replace(_with_paths(project, sides, side), moved=(side.toplevel, sides.origin))


def _with_paths(project: Project, sides: Checkouts, side: Checkout) -> Project:
    """The project, whose targets keep what makes the side find its own modules if they have a PYTHONPATH of their own."""

    def mended(target: Target) -> Target:
        if "PYTHONPATH" not in target.env:
            return target
        own = checkout_env({"PYTHONPATH": target.env["PYTHONPATH"]}, sides.origin, side.toplevel, side.root)[
            "PYTHONPATH"
        ]
        path = os.pathsep.join([*(str(side.toplevel / root) for root in side.roots), own])
        return replace(target, env={**target.env, "PYTHONPATH": path})

    return replace(project, plan=replace(project.plan, targets=tuple(map(mended, project.plan.targets))))


def _moved(path: Path, sides: Checkouts, side: Checkout) -> Path:
    """The counterpart of a folder in the user's tree."""
    for spelled in (path, path.resolve()):
        if spelled.is_relative_to(sides.origin):
            return side.toplevel / spelled.relative_to(sides.origin)
    raise UsageError(
        f"--against: {path} lies outside of the repository {sides.origin}, so no commit has it; "
        "run it, and have the configuration, within the repository"
    )


def _existing(config: Config) -> Config:
    """The configuration with those targets whose paths exist in its tree."""

    def exists(target: Target) -> bool:
        try:
            expand_paths(replace(config, targets=(target,)))
        except UsageError:
            return False
        return True

    return replace(config, targets=tuple(filter(exists, config.targets)))


def _exists(cwd: Path, name: str) -> bool:
    return (cwd / name.removesuffix("/*")).exists()
