"""The limits of the control group of this process. Versions 1 and 2 of such groups may be mounted together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from collectbench.measure.machine.kernel_files import number, pairs, text

_MOUNT = "sys/fs/cgroup"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlGroup:
    """The limits of a group, and the share of periods in which it was throttled; None for no limit or if unknown."""

    quota_cpus: float | None = None
    throttled_share: float | None = None
    memory_limit_bytes: int | None = None


def control_group(root: Path = Path("/")) -> ControlGroup | None:
    """The limits that hold for this process; None if there is no control group.

    Each limit is the smallest among the group and the groups around it. A container often sees its own group at the
    mount point itself, so that is read too, besides the path in /proc.
    https://docs.kernel.org/admin-guide/cgroup-v2.html and https://docs.kernel.org/admin-guide/cgroup-v1/.
    """
    paths = _paths(root)
    if not paths:
        return None
    unified = [*_directories(root, "", paths.get("")), *_directories(root, "unified", paths.get(""))]
    cpu = _directories(root, "cpu", paths.get("cpu"))
    memory = _directories(root, "memory", paths.get("memory"))
    quotas = [*map(_quota, unified), *map(_old_quota, cpu)]
    limits = [number(directory / "memory.max") for directory in unified]
    limits += [number(directory / "memory.limit_in_bytes") for directory in memory]
    shares = [_throttled_share(directory) for directory in (*unified, *cpu)]
    return ControlGroup(
        quota_cpus=min((quota for quota in quotas if quota is not None), default=None),
        throttled_share=max((share for share in shares if share is not None), default=None),
        memory_limit_bytes=min((limit for limit in limits if limit is not None), default=None),
    )


def _paths(root: Path) -> Mapping[str, str]:
    """The path of this process's group by controller; the group of version 2 has an empty name."""
    paths: dict[str, str] = {}
    for line in text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = (*line.split(":", 2), "", "")[:3]
        paths |= dict.fromkeys(controllers.split(","), path)
    return paths


def _directories(root: Path, mount: str, path: str | None) -> list[Path]:
    """The directories of a group and of the groups around it, if they are visible."""
    top = root / _MOUNT / mount
    return [] if path is None else [place for place in _outwards(top, path) if place.is_dir()]


def _outwards(top: Path, path: str) -> Iterator[Path]:
    relative = Path(path.lstrip("/"))
    yield from (top / part for part in (relative, *relative.parents) if part != Path())
    yield top


def _quota(directory: Path) -> float | None:
    """`cpu.max` of version 2: microseconds of CPU time and the period, or `max`."""
    quota, _, period = text(directory / "cpu.max").partition(" ")
    return int(quota) / int(period) if quota.isdecimal() and period.isdecimal() else None


def _old_quota(directory: Path) -> float | None:
    """The same in version 1, where -1 means no limit."""
    quota, period = number(directory / "cpu.cfs_quota_us"), number(directory / "cpu.cfs_period_us")
    return quota / period if quota is not None and quota > 0 and period else None


def _throttled_share(directory: Path) -> float | None:
    """The share of periods in which the group had used up its quota."""
    stat = pairs(directory / "cpu.stat")
    return stat.get("nr_throttled", 0) / stat["nr_periods"] if stat.get("nr_periods") else None
