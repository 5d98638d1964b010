"""What processes of this machine may use at the same time."""

from __future__ import annotations

from pathlib import Path

import psutil

from collectbench.measure.machine.control_group import control_group
from collectbench.model.workers import Capacity


def read_capacity(usable: int, root: Path = Path("/")) -> Capacity:
    """Return the processors and the memory for new processes; `usable` are the CPUs that a process may run on.

    A quota of the control group lowers the processors. Its limit of memory counts as a whole, since what the group has
    used so far includes caches that it gives back.
    """
    group = control_group(root)
    quota = group.quota_cpus if group else None
    limit = group.memory_limit_bytes if group else None
    available = psutil.virtual_memory().available
    return Capacity(
        processors=float(usable) if quota is None else min(float(usable), quota),
        memory_bytes=available if limit is None else min(available, limit),
    )
