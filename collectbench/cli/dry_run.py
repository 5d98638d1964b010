"""`--dry-run`: the child commands, to read or to copy."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from collectbench.cli.log import show
from collectbench.cli.workplace import Workplace
from collectbench.measure.counting import COUNTED_ENV
from collectbench.measure.explaining import interval_s, write_settings
from collectbench.measure.launch import launch
from collectbench.measure.rounds import MODES, Bench, invocation
from collectbench.measure.tree import Tree
from collectbench.model.sample import RoundKind

REPORT_DIR = Path("REPORT_DIR")

PURPOSES = {
    RoundKind.COUNTED: "counted: for exact work counters",
    RoundKind.TIMED: "timed: warm-ups, and the rounds behind the headline figure",
    RoundKind.TRACED: "traced: for imports, collectors, hooks and events",
    RoundKind.SAMPLED: "sampled: one round under pyinstrument, for the lines that ran and the call tree",
}
"""What each kind of round is for."""
TIMED, COUNTED = RoundKind.TIMED, RoundKind.COUNTED


def show_commands(place: Workplace, kinds: Sequence[RoundKind] = (RoundKind.TIMED,)) -> None:
    """Print one command a target, and one for each of several `kinds` of rounds.

    They are exactly as they would be run, but for the folder that takes the report.
    """
    bench = Bench(
        python=place.python, root=place.root, env=place.env, work=REPORT_DIR, timeout_s=0, launch=launch,
        tree=Tree(REPORT_DIR),
    )  # fmt: skip
    suite = [place.plan.suite] if place.plan.suite else []
    show(f"# in {shlex.quote(str(place.root))}, each with a new folder as REPORT_DIR")
    for target in (*place.plan.targets, *suite):
        for kind in kinds:
            changes = {**target.env, **(COUNTED_ENV if kind is RoundKind.COUNTED else {})}
            env = [f"{key}={shlex.quote(value)}" for key, value in changes.items()]
            argv = invocation(bench, target, REPORT_DIR, MODES.get(kind, "timed")).argv
            show(f"# {target.name!a}" + (f", {PURPOSES[kind]}" if len(kinds) > 1 else ""))
            show(_before(kind) + " ".join([*env, shlex.join(argv)]))


def _before(kind: RoundKind) -> str:
    """What has to lie in the folder: the probe is told how to sample, at the shortest interval that there is."""
    if kind is not RoundKind.SAMPLED:
        return ""
    with TemporaryDirectory() as folder:
        write_settings(Path(folder), interval_s(0.0))
        (settings,) = Path(folder).iterdir()
        words = shlex.join(["printf", "%s\\n", *settings.read_text(encoding="utf-8").splitlines()])
    return f"{words} > {REPORT_DIR}/{settings.name} && "
