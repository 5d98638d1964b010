"""The limits of the control group of this process, in both versions of such groups, which may be mounted together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from collectbench.measure.machine.kernel_files import number, pairs, text

_MOUNT = "sys/fs/cgroup"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlGroup:
    """What a group may use; None for no limit, or where it does not tell."""

    quota_cpus: float | None = None
    throttled_share: float | None = None
    memory_limit_bytes: int | None = None


def control_group(root: Path = Path("/")) -> ControlGroup | None:
    """The limits that hold for this process; None where there is no control group.

    Each is the smallest of the group's own and those around it. A container often sees its own group at the mount
    itself, whatever /proc says of its path.
    https://docs.kernel.org/admin-guide/cgroup-v2.html and https://docs.kernel.org/admin-guide/cgroup-v1/.
    """
    paths = _paths(root)
    if not paths:
        return None
    unified = [*_folders(root, "", paths.get("")), *_folders(root, "unified", paths.get(""))]
    cpu = _folders(root, "cpu", paths.get("cpu"))
    memory = _folders(root, "memory", paths.get("memory"))
    quotas = [*map(_quota, unified), *map(_old_quota, cpu)]
    limits = [number(folder / "memory.max") for folder in unified]
    limits += [number(folder / "memory.limit_in_bytes") for folder in memory]
    shares = [_throttled(folder) for folder in (*unified, *cpu)]
    return ControlGroup(
        quota_cpus=min((quota for quota in quotas if quota is not None), default=None),
        throttled_share=max((share for share in shares if share is not None), default=None),
        memory_limit_bytes=min((limit for limit in limits if limit is not None), default=None),
    )


def _paths(root: Path) -> Mapping[str, str]:
    """By controller, the path of this process's group; that of version 2 under an empty name."""
    found: dict[str, str] = {}
    for line in text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = (*line.split(":", 2), "", "")[:3]
        found |= dict.fromkeys(controllers.split(","), path)
    return found


def _folders(root: Path, mount: str, path: str | None) -> list[Path]:
    """The folder of a group and those around it, as far as they can be seen."""
    top = root / _MOUNT / mount
    return [] if path is None else [folder for folder in _outwards(top, path) if folder.is_dir()]


def _outwards(top: Path, path: str) -> Iterator[Path]:
    relative = Path(path.lstrip("/"))
    yield from (top / part for part in (relative, *relative.parents) if part != Path())
    yield top


def _quota(folder: Path) -> float | None:
    """`cpu.max` of version 2: microseconds of CPU time and the period, or `max`."""
    quota, _, period = text(folder / "cpu.max").partition(" ")
    return int(quota) / int(period) if quota.isdecimal() and period.isdecimal() else None


def _old_quota(folder: Path) -> float | None:
    """The same of version 1, where -1 is no limit."""
    quota, period = number(folder / "cpu.cfs_quota_us"), number(folder / "cpu.cfs_period_us")
    return quota / period if quota is not None and quota > 0 and period else None


def _throttled(folder: Path) -> float | None:
    """The share of periods in which the group had used up its quota."""
    found = pairs(folder / "cpu.stat")
    return found.get("nr_throttled", 0) / found["nr_periods"] if found.get("nr_periods") else None
