"""The clock, and where the files lie."""

from __future__ import annotations

from collectbench.judge.checkup.findings import fine, unknown, warn
from collectbench.model.doctor import Examination, Readings

_COARSE_S = 1e-5
"""A resolution that is seen in phases, the shortest of which take tenths of milliseconds."""

_SLOW_CLOCKS = {"hpet", "acpi_pm", "pit", "jiffies"}
"""Clock sources that are read by talking to a device, which takes microseconds; tests that ask for the time feel it."""

_NETWORK = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "virtiofs", "vboxsf", "prl_fs",
    "fuse.sshfs", "fuse.vmhgfs-fuse", "fuse.grpcfuse", "fakeowner", "drvfs",
}  # fmt: skip
"""File systems whose answers come over a network or from a host: looking for modules takes many times as long."""

_LAYERED = {"overlay", "overlayfs", "aufs", "fuse-overlayfs", "fuse.fuse-overlayfs"}


def clock(readings: Readings) -> Examination:
    """Whether the clock is fine and cheap."""
    name, resolution_s, source = "clock", readings.clock_resolution_s, readings.clock_source
    if resolution_s is None:
        return unknown(name, "the resolution of CLOCK_MONOTONIC cannot be told")
    words = f"CLOCK_MONOTONIC resolves {resolution_s * 1e9:,.0f} ns" + (f", from {source}" if source else "")
    if resolution_s > _COARSE_S:
        return warn(name, words, "take another clock source or system: phases of milliseconds cannot be told apart")
    if source in _SLOW_CLOCKS:
        return warn(name, words, "let the kernel use tsc or kvm-clock (clocksource=): reading this one is slow")
    return fine(name, words)


def project_files(readings: Readings) -> Examination:
    """Whether the project lies on a disk of this machine."""
    return _files("project's files", readings.project_filesystem, "copy the project to a local disk to measure it")


def temporary_files(readings: Readings) -> Examination:
    """Whether temporary files lie on a disk of this machine."""
    return _files("temporary files", readings.temporary_filesystem, "set TMPDIR to a folder on a local disk")


def _files(name: str, kind: str, remedy: str) -> Examination:
    if not kind:
        return unknown(name, "this system does not tell on what file system they lie")
    if kind in _LAYERED:
        return fine(name, f"on {kind}: the first change of a file copies it, later ones do not")
    if kind in _NETWORK or kind.startswith("fuse."):
        return warn(name, f"on {kind}, which asks another machine or a program for each file", remedy)
    return fine(name, f"on {kind}")
