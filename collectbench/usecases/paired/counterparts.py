"""The same request in another working tree: the project as it is in a checkout of base or head."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from collectbench.checkouts.checkout import Checkout, Checkouts, checkout_env, in_environment
from collectbench.config import Config, expand_paths
from collectbench.discovery import path_of
from collectbench.discovery.shards import names_of
from collectbench.model.errors import UsageError
from collectbench.model.target import Target
from collectbench.usecases.project import Project, ProjectRequest, settle
from collectbench.usecases.starting_place import env_in


def with_agreed_shard(project: Project, checkouts: Checkouts) -> Project:
    """The project, whose shard counts the targets of both checkouts: else each would be shared out differently.

    They are in the order of a whole comparison: those of head, then those that only the base has.
    """
    options = project.request.options
    if options.shard is None:
        return project
    request = replace(project.request, unaffected=frozenset())  # all parts have to name all targets
    whole = replace(project, request=_with_options(request, shard=None))
    names = names_of(*(project_in(checkout, whole, checkouts).plan for checkout in reversed(checkouts.both)))
    request = _with_options(project.request, shard=replace(options.shard, plan=names))
    return settle(request, Path.cwd(), project.env)


def project_in(checkout: Checkout, project: Project, checkouts: Checkouts) -> Project:
    """The project as it is in a checkout: the same request, as far as the checkout has its targets.

    Raises:
        UsageError: the checkout lacks all targets, or the directory in which pytest starts.
    """
    request = project.request
    cwd, start, root = (_counterpart(path, checkout, checkouts) for path in (Path.cwd(), project.start, project.root))
    if not start.is_dir():
        raise UsageError(
            f"--against: the {checkout.label} has no directory {start.relative_to(checkout.toplevel)}, in which pytest "
            "starts; run this in one that both have, such as the root of the repository, and give TARGET for a part"
        )
    config = request.config if request.config.root is None else replace(request.config, root=start)
    config = _with_existing_targets(config)
    targets = _existing_targets(project, config, (root, cwd), checkout, checkouts)
    request = replace(_with_options(request, targets=targets), config=config)
    settled = settle(request, cwd, env_in(start, checkout.env))
    return _shown_as_user_has_it(_with_python_path(settled, checkout, checkouts), checkout, checkouts)


def _existing_targets(
    project: Project, config: Config, places: tuple[Path, Path], checkout: Checkout, checkouts: Checkouts
) -> tuple[str, ...]:
    """The requested targets that the checkout has; `places` are the root and the user's directory there.

    Raises:
        UsageError: it has none of them, nor of the configured ones if none was requested.
    """
    request = project.request
    configured = {target.name for target in config.targets}
    known = configured | set(_existing_modules(project, checkout, checkouts))
    requested = [
        str(_counterpart(Path(name), checkout, checkouts)) if Path(name).is_absolute() else name
        for name in request.options.targets
    ]
    targets = tuple(name for name in requested if name in known or path_of(name.removesuffix("/*"), *places).exists())
    wanted = request.options.targets or tuple(target.name for target in request.config.targets)
    if wanted and not (targets if request.options.targets else configured):
        raise UsageError(
            f"--against: the {checkout.label} has none of {', '.join(wanted)}, so there is nothing to compare; "
            "give a commit that has it, or measure it alone with the command baseline"
        )
    return targets


def _existing_modules(project: Project, checkout: Checkout, checkouts: Checkouts) -> Iterator[str]:
    """The requested modules (--pyargs) that the checkout has, or that are installed elsewhere."""
    origin = checkouts.origin
    for target in project.plan.targets:
        for path in map(project.root.joinpath, target.paths if target.module else ()):
            is_own = path.is_relative_to(origin) and not in_environment(path, origin)
            if not is_own or _counterpart(path, checkout, checkouts).exists():
                yield target.name


def _with_python_path(project: Project, checkout: Checkout, checkouts: Checkouts) -> Project:
    """The project, where targets with a PYTHONPATH of their own also find the modules of this checkout."""

    def with_roots(target: Target) -> Target:
        if "PYTHONPATH" not in target.env:
            return target
        env = checkout_env({"PYTHONPATH": target.env["PYTHONPATH"]}, checkouts.origin, checkout.toplevel, checkout.root)
        path = os.pathsep.join([*(str(checkout.toplevel / root) for root in checkout.roots), env["PYTHONPATH"]])
        return replace(target, env={**target.env, "PYTHONPATH": path})

    return replace(project, plan=replace(project.plan, targets=tuple(map(with_roots, project.plan.targets))))


def _shown_as_user_has_it(project: Project, checkout: Checkout, checkouts: Checkouts) -> Project:
    """The project, whose paths are shown as in the user's tree: those of a checkout are new in each comparison."""
    toplevel, origin = str(checkout.toplevel), str(checkouts.origin)
    flags = {name: value.replace(toplevel, origin) for name, value in project.environment.flags.items()}
    pytest_config = (project.environment.pytest_config or "").replace(toplevel, origin)
    return replace(
        project,
        moved=(checkout.toplevel, checkouts.origin),
        environment=replace(project.environment, flags=flags, pytest_config=pytest_config),
    )


def _counterpart(path: Path, checkout: Checkout, checkouts: Checkouts) -> Path:
    """The counterpart of a path in the user's working tree.

    Raises:
        UsageError: the path is not in the repository.
    """
    for spelling in (path, path.resolve()):
        if spelling.is_relative_to(checkouts.origin):
            return checkout.toplevel / spelling.relative_to(checkouts.origin)
    raise UsageError(
        f"--against: {path} is outside of the repository {checkouts.origin}, so no commit has it; "
        "run this, and have the configuration, within the repository"
    )


def _with_existing_targets(config: Config) -> Config:
    """The configuration with those targets whose paths exist."""

    def exists(target: Target) -> bool:
        try:
            expand_paths(replace(config, targets=(target,)))
        except UsageError:
            return False
        return True

    return replace(config, targets=tuple(filter(exists, config.targets)))


def _with_options(request: ProjectRequest, **changes: object) -> ProjectRequest:
    return replace(request, options=replace(request.options, **changes))  # type: ignore[arg-type]
