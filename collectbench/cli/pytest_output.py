"""pytest's output where something is wrong, on stderr: also in CI, where nobody can run it again to see it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from collectbench.cli.log import say
from collectbench.measure.round.round import Round
from collectbench.render.parts.escape import printable

FIRST_SHOWN, LAST_SHOWN = 10, 20
"""Lines of the output: a stack begins with the place of a hang or crash, a traceback ends with the error."""


def show_pytest_output(rounds: Mapping[str, Sequence[Round]], *, everything: bool) -> None:
    """Show the output for each target that has a problem, unchanged but for control characters."""
    for name, finished in rounds.items():
        worst = next((round_ for round_ in finished if round_.pytest_output.strip() or round_.stack), None)
        if worst is None:
            continue
        lines = [*worst.stack.rstrip().splitlines(), *worst.pytest_output.strip().splitlines()]
        omitted = 0 if everything else max(0, len(lines) - FIRST_SHOWN - LAST_SHOWN)
        if omitted:
            note = f"[{omitted} lines omitted; --show-output shows all]"
            lines = [*lines[:FIRST_SHOWN], note, *lines[-LAST_SHOWN:]]
        say(f"--- {printable(name)}: {worst.status.value}, output of pytest")
        for line in lines:
            say(printable(line))
    sys.stderr.flush()
