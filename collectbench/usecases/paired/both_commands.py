"""What `compare --against --dry-run` shows: the commands for base and head, and what needs none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from collectbench.checkouts.checkout import Checkout
from collectbench.checkouts.worktrees import both_checkouts
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.errors import CheckoutError
from collectbench.model.sample import RoundKind
from collectbench.usecases.child_commands import CommandsInDirectory, child_commands
from collectbench.usecases.measuring import own_directories
from collectbench.usecases.option_errors import naming_the_option
from collectbench.usecases.paired.counterparts import project_in, with_agreed_shard
from collectbench.usecases.paired.own_paths import refuse_own_paths
from collectbench.usecases.paired.vouching import vouching
from collectbench.usecases.project import Project, without_unaffected


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandsOfBoth:
    """The commands in the checkouts of base and head, if any is needed.

    Attributes:
        places: the commands on each side.
        unaffected: the targets that need none, since the baseline vouches for them.
        affected: why each of the others needs some, as the end of a sentence; empty if there is no baseline.
        refusal: why the baseline vouches for no target, as a sentence; else empty.
    """

    places: tuple[CommandsInDirectory, ...] = ()
    unaffected: Collection[str] = ()
    affected: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""


def commands_of_both(project: Project, ref: str, kinds: Sequence[RoundKind], *, full: bool) -> CommandsOfBoth:
    """The commands of a paired comparison, for base and head, which are checked out for it and removed again.

    They lack the ignored files and the PYTHONPATH that a checkout may need: only rounds can tell. `full` is whether
    all targets are measured, also the unaffected ones.

    Raises:
        UsageError: there is no such commit, or the two cannot be compared; the message says why.
        Interrupted: a signal arrived; nothing is left.
    """
    with (
        naming_the_option(f"--against {ref or repr(ref)}: ", CheckoutError),
        signals_noted(),
        temporary_directory() as work,
    ):
        of_both = CommandsOfBoth()
        if not full:
            vouched = vouching(project, ref, work)
            of_both = CommandsOfBoth(
                unaffected=tuple(vouched.unaffected), affected=vouched.affected, refusal=vouched.refusal
            )
            if vouched.covers(project):
                return of_both
        reduced = without_unaffected(project, of_both.unaffected)
        with both_checkouts(ref, project.root, project.env, work, launch, own=own_directories(project)) as checkouts:
            refuse_own_paths(reduced, checkouts.origin)
            agreed = with_agreed_shard(reduced, checkouts)
            base = f"a temporary git worktree of {ref} ({checkouts.base.commit[:10]})"
            head = "a temporary git worktree of your working tree"
            sides = [(project_in(checkout, agreed, checkouts), checkout) for checkout in checkouts.both]
            places = tuple(
                child_commands(side, kinds, _within(side.start, checkout, worktree))
                for (side, checkout), worktree in zip(sides, (base, head), strict=True)
            )
    shard = agreed.plan.shard
    mine = tuple(name for name in of_both.unaffected if shard is None or name in shard.names)
    return replace(of_both, places=places, unaffected=mine)


def _within(start: Path, checkout: Checkout, worktree: str) -> str:
    """The directory of a checkout in which pytest starts, in words."""
    below = start.relative_to(checkout.toplevel)
    return f"{below} of {worktree}" if below.parts else worktree
