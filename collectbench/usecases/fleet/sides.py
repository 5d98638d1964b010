"""The two sides of a comparison as this machine sees them, before any worker is asked: the commit, and all targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from collectbench.checkouts.git import git_in
from collectbench.checkouts.repository_copies import filtered_file
from collectbench.checkouts.worktrees import both_checkouts
from collectbench.discovery.shards import names_of
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.errors import CheckoutError
from collectbench.model.target import Target
from collectbench.usecases.option_errors import naming_the_option
from collectbench.usecases.paired.counterparts import project_in
from collectbench.usecases.paired.own_paths import refuse_own_paths
from collectbench.usecases.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What is compared: the ref, the commit that it means, and the targets of both sides in their order, by name."""

    ref: str
    commit: str
    targets: Mapping[str, Target]


def sides_of(project: Project, ref: str) -> Sides:
    """Return the sides of a comparison with the commit that `ref` means.

    Raises:
        UsageError: there is no such commit, or it cannot be compared with the working tree; says why.
        Interrupted: a signal arrived.
    """
    with (
        temporary_directory() as work,
        naming_the_option(f"--against {ref or repr(ref)}: ", CheckoutError),
        signals_noted(),
        both_checkouts(ref, project.root, project.env, work, launch) as checkouts,
    ):
        refuse_own_paths(project, checkouts.origin)
        if path := filtered_file(git_in(checkouts.origin, project.env, work, launch)):
            raise CheckoutError(
                f"git passes {path} through a filter (.gitattributes), which workers cannot: they have neither its "
                "settings nor its storage; compare on this machine"
            )
        plans = [project_in(checkout, project, checkouts).plan for checkout in checkouts.both]
        found = {target.name: target for plan in plans for target in plan.everything}
        commit = checkouts.base.commit
    names = names_of(*reversed(plans))  # as all parts order them, see `with_agreed_shard`
    return Sides(ref=ref, commit=commit, targets={name: found[name] for name in names})
