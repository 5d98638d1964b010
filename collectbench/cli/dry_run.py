"""`--dry-run`: the child commands, to read or to copy."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from collectbench.checkouts.worktrees import both_checkouts
from collectbench.cli.log import show
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.explaining import interval_s, write_settings
from collectbench.measure.round.request import RoundRequest, invocation
from collectbench.measure.round.user_tree import UserTree
from collectbench.model.sample import RoundKind
from collectbench.usecases.paired.counterparts import agreed_part, place_on
from collectbench.usecases.paired.own_paths import refuse_own_paths
from collectbench.usecases.project import Project

REPORT_DIR = Path("REPORT_DIR")

PURPOSES = {
    RoundKind.COUNTED: "counted: for exact work counters",
    RoundKind.TIMED: "timed: warm-ups, and the rounds behind the headline figure",
    RoundKind.TRACED: "traced: for imports, collectors, hooks and events",
    RoundKind.SAMPLED: "sampled: one round under pyinstrument, for the lines that ran and the call tree",
}
"""What each kind of round is for."""
TIMED, COUNTED = RoundKind.TIMED, RoundKind.COUNTED


def show_commands(project: Project, kinds: Sequence[RoundKind] = (RoundKind.TIMED,), where: str | None = None) -> None:
    """Print one command a target, and one for each of several `kinds` of rounds.

    They are exactly as they would be run, but for the folder that takes the report. `where` they are run is told in
    these words; None for the root's path.
    """
    bench = Bench(
        python=project.python, root=project.root, env=project.env, work=REPORT_DIR, timeout_s=0, launch=launch,
        tree=UserTree(REPORT_DIR),
    )  # fmt: skip
    show(f"# in {where or shlex.quote(str(project.root))}, each with a new folder as REPORT_DIR")
    for target in project.plan.everything:
        for kind in kinds:
            request = RoundRequest(target=target, kind=kind)
            env = [f"{key}={shlex.quote(value)}" for key, value in request.env_changes.items()]
            argv = invocation(bench, request, REPORT_DIR).argv
            show(f"# {target.name!a}" + (f", {PURPOSES[kind]}" if len(kinds) > 1 else ""))
            show(_before(kind) + " ".join([*env, shlex.join(argv)]))


def show_commands_of_sides(here: Project, ref: str, kinds: Sequence[RoundKind]) -> None:
    """Print the commands for base and head of a paired comparison, each for what that side has.

    Both are checked out for it, and removed again. What each side gets of ignored files and of PYTHONPATH is not told:
    rounds decide that.

    Raises:
        UsageError: there is no such commit, or the two cannot be compared here; says why.
        Interrupted: a signal arrived; nothing is left.
    """
    with (
        TemporaryDirectory(prefix="collectbench-") as work,
        signals_noted(),
        both_checkouts(ref, here.root, here.env, Path(work), launch) as sides,
    ):
        refuse_own_paths(here, sides.origin)
        here = agreed_part(here, sides)
        whats = (f"{ref} ({sides.base.commit[:10]})", "what you have now")
        for side, what in zip(sides.both, whats, strict=True):
            where = f"a temporary git worktree of {what}"
            below = side.root.relative_to(side.toplevel)
            show_commands(place_on(here, sides, side), kinds, f"{below} of {where}" if below.parts else where)


def _before(kind: RoundKind) -> str:
    """What has to lie in the folder: the probe is told how to sample, at the shortest interval that there is."""
    if kind is not RoundKind.SAMPLED:
        return ""
    with TemporaryDirectory() as folder:
        write_settings(Path(folder), interval_s(0.0))
        (settings,) = Path(folder).iterdir()
        words = shlex.join(["printf", "%s\\n", *settings.read_text(encoding="utf-8").splitlines()])
    return f"{words} > {REPORT_DIR}/{settings.name} && "
