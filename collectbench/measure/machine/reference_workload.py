"""The reference workload: a fixed piece of work whose time shows the present speed of the machine."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from collectbench.measure.process.launch import Invocation, Launcher
from collectbench.model.probe_files import REFERENCE_WORKLOAD
from collectbench.model.sample import Reference, Sample

PATIENCE_S = 60.0
"""The workload takes about a tenth of a second; a machine that needs this long cannot measure."""
LANGUAGE = frozenset({"LANG", "LANGUAGE"})
"""Variables that choose a locale, besides those that begin with LC_."""


def run_reference(
    python: Sequence[str], work: Path, launch: Launcher, env: Mapping[str, str] = os.environ
) -> Reference | None:
    """Run the workload once in the interpreter that owns the tests; None if it fails there.

    Neither the project nor installed packages take part (`-I -S`), so only the machine and the Python matter. `env` is
    the user's environment, never that of a side or a target, so all rounds have the workload in the same environment.

    Raises:
        Interrupted: a signal arrived.
    """
    with tempfile.TemporaryDirectory(prefix="reference-", dir=work) as name:
        child = Invocation(argv=_command(python), cwd=Path(name), env=workload_env(env))
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


def workload_env(env: Mapping[str, str]) -> dict[str, str]:
    """The environment in which the workload runs: `env` without the language, which costs time to load.

    The interpreter may not start without the rest, such as LD_LIBRARY_PATH or a variable that a wrapper needs. The rest
    changes nothing, since Python ignores its own variables under `-I`, and has no measurable cost: with 2,000 variables
    of 100 characters, the workload took as long as with none, within 1 %.
    """
    return {name: value for name, value in env.items() if name not in LANGUAGE and not name.startswith("LC_")}


def remark_on_missing(timed: Sequence[Sample], python: Sequence[str]) -> str:
    """A note if the workload did not run beside each of the `timed` rounds; empty if it did."""
    missing = sum(sample.reference is None for sample in timed)
    if not missing:
        return ""
    where = "beside any timed round" if missing == len(timed) else "beside some of the timed rounds"
    return (
        f"the reference workload did not run {where}, so a slow machine looks like slow code;"
        f" to see the error, run `{shlex.join(_command(python))}`"
    )


def _command(python: Sequence[str]) -> tuple[str, ...]:
    return (python[0], "-I", "-S", str(REFERENCE_WORKLOAD))
