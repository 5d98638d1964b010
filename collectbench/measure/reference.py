"""The reference workload: a fixed piece of work that tells how quick the machine is just now."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from collectbench.measure.launch import Invocation, Launcher
from collectbench.model.sample import Reference

WORKLOAD = Path(__file__).resolve().parent.parent / "probe" / "reference.py"
PATIENCE_S = 60.0
"""It takes about a tenth of a second; a machine that needs this long for it cannot measure."""


def run_reference(python: Sequence[str], work: Path, launch: Launcher) -> Reference | None:
    """Run the workload once in the interpreter that owns the tests; None where it fails there.

    Neither the project nor the user's environment takes part (`-I -S`), so only the machine and the Python matter.

    Raises:
        Interrupted: a signal arrived.
    """
    with tempfile.TemporaryDirectory(prefix="reference-", dir=work) as name:
        argv = (python[0], "-I", "-S", str(WORKLOAD))
        child = Invocation(argv=argv, cwd=Path(name), env={})
        try:
            finished = launch(child, output=Path(name) / "output", timeout_s=PATIENCE_S)
        except OSError:
            return None
    if finished.exit_code != 0 or finished.timed_out:
        return None
    return Reference(
        wall_s=(finished.reaped_ns - finished.spawned_ns) / 1e9,
        cpu_s=finished.user_s + finished.system_s,
    )
