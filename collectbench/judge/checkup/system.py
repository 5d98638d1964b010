"""Checks the clock and the file systems."""

from __future__ import annotations

from collectbench.judge.checkup.findings import Finding, fine, unknown, warn
from collectbench.model.doctor import Readings

_COARSE_S = 1e-5
"""A resolution that distorts phases: the shortest take tenths of milliseconds."""

_SLOW_CLOCKS = {"hpet", "acpi_pm", "pit", "jiffies"}
"""Clock sources that are read from a device, which takes microseconds: it slows down tests that read the time."""

_NETWORK = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "virtiofs", "vboxsf", "prl_fs",
    "fuse.sshfs", "fuse.vmhgfs-fuse", "fuse.grpcfuse", "fakeowner", "drvfs",
}  # fmt: skip
"""File systems that ask a network or a host: searching for modules takes many times as long."""

_LAYERED = {"overlay", "overlayfs", "aufs", "fuse-overlayfs", "fuse.fuse-overlayfs"}


def clock(readings: Readings) -> Finding:
    """Whether the clock has a fine resolution and is fast to read."""
    name, resolution_s, source = "clock", readings.clock_resolution_s, readings.clock_source
    if resolution_s is None:
        return unknown(name, "the resolution of CLOCK_MONOTONIC cannot be read")
    fact = f"CLOCK_MONOTONIC resolves {resolution_s * 1e9:,.0f} ns" + (f", from {source}" if source else "")
    if resolution_s > _COARSE_S:
        return warn(name, fact, "use another clock source or system: this one cannot resolve phases of milliseconds")
    if source in _SLOW_CLOCKS:
        return warn(name, fact, "let the kernel use tsc or kvm-clock (clocksource=): reading this one is slow")
    return fine(name, fact)


def project_files(readings: Readings) -> Finding:
    """Whether the project is on a disk of this machine."""
    return _files("project's files", readings.project_filesystem, "copy the project to a local disk to measure it")


def temporary_files(readings: Readings) -> Finding:
    """Whether temporary files are on a disk of this machine."""
    return _files("temporary files", readings.temporary_filesystem, "set TMPDIR to a directory on a local disk")


def _files(name: str, kind: str, remedy: str) -> Finding:
    if not kind:
        return unknown(name, "this system does not report their file system")
    if kind in _LAYERED:
        return fine(name, f"on {kind}: only the first change of a file copies it")
    if kind in _NETWORK or kind.startswith("fuse."):
        return warn(name, f"on {kind}, which asks another machine or a program for each file", remedy)
    return fine(name, f"on {kind}")
