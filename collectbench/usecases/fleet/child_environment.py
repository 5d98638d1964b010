"""The environment of a command on a worker: the worker's own, in which Python and pytest obey the user's variables."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from collectbench.measure.machine.environment import FLAGS

OF_A_PLACE = frozenset(
    """
    PYTHONEXECUTABLE PYTHONHOME PYTHONPATH PYTHONPLATLIBDIR PYTHONPYCACHEPREFIX PYTHONSTARTUP PYTHONUSERBASE
    COVERAGE_PROCESS_CONFIG COVERAGE_PROCESS_START PYTEST_DEBUG_TEMPROOT
    """.split()  # noqa: SIM905 - as in `environment.py`
)
"""Variables that name files of one machine: those of the worker hold."""

TRACERS = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
"""They would trace each process that the worker starts, whatever the user wants."""


def sent_variables(env: Mapping[str, str]) -> dict[str, str]:
    """Return the user's variables that control Python or pytest, and mean the same on another machine."""
    return {name: env[name] for name in sorted(FLAGS - OF_A_PLACE) if name in env}


def child_environment(
    env: Mapping[str, str], sent: Mapping[str, str], *, set_by_nanny: Mapping[str, str], import_roots: Sequence[str]
) -> dict[str, str]:
    """Return the complete environment of a command on a worker.

    Args:
        env: the worker's.
        sent: the user's variables, see `sent_variables`. The worker's own of these names do not count.
        set_by_nanny: what the worker's nanny has set, for the worker's sake: it would change how many threads a library
            starts, and how strings are hashed.
        import_roots: directories that come first on PYTHONPATH.
    """
    dropped = {
        *(FLAGS - OF_A_PLACE),
        *TRACERS,
        *(name for name, value in set_by_nanny.items() if env.get(name) == value),
    }
    kept = {name: value for name, value in env.items() if name not in dropped}
    path = [*import_roots, *([kept["PYTHONPATH"]] if kept.get("PYTHONPATH") else [])]
    return {**kept, **sent, **({"PYTHONPATH": os.pathsep.join(path)} if path else {})}
