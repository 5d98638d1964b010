"""What a new file takes over from the one that it replaces: owner, group, mode, access list, extended attributes."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress

_UNSUPPORTED = frozenset((errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL))
_OF_THE_SYSTEM = ("security.", "trusted.")
"""Labels that the kernel sets by its own policy, and that a user may not set."""
_WRITES = 60
"""How many writes of one file within a second are dated one after another. What lies further ahead is another clock."""
_NS_PER_S = 1_000_000_000


class NotKeptError(Exception):
    """An attribute that the new file cannot have. The message is a clause without a full stop."""


def take_over(old: int, new: int) -> None:
    """Give the file `new` the attributes of the file `old`; both are descriptors, and all bytes of `new` are written.

    Raises:
        NotKeptError: this user may not set them.
    """
    before = os.fstat(old)
    after = os.fstat(new)
    if (before.st_uid, before.st_gid) != (after.st_uid, after.st_gid):
        try:
            os.fchown(new, before.st_uid, before.st_gid)
        except PermissionError:
            raise NotKeptError("it belongs to another user or group, which would change") from None
    if hasattr(os, "listxattr"):  # Linux alone
        _take_over_extended(old, new)
    os.fchmod(new, stat.S_IMODE(before.st_mode))  # last: a change of the owner or of an access list changes the mode
    _date_later(before, os.fstat(new), new)


def _take_over_extended(old: int, new: int) -> None:
    wanted, given = _extended(old), _extended(new)
    for name in given.keys() - wanted.keys():  # an access list that the directory gives to new files
        with suppress(OSError):
            os.removexattr(new, name)
    for name, value in wanted.items():
        if given.get(name) == value:
            continue
        try:
            os.setxattr(new, name, value)
        except OSError as error:
            if not name.startswith(_OF_THE_SYSTEM):
                raise NotKeptError(f"its extended attribute {name} would be lost: {error.strerror}") from None


def _extended(descriptor: int) -> dict[str, bytes]:
    try:
        return {name: os.getxattr(descriptor, name) for name in os.listxattr(descriptor)}
    except OSError as error:
        if error.errno in _UNSUPPORTED:
            return {}
        raise


def _date_later(before: os.stat_result, after: os.stat_result, new: int) -> None:
    # Python takes bytecode for that of a source of the same size and the same whole second of change.
    second = int(before.st_mtime)
    if before.st_size == after.st_size and 0 <= second - int(after.st_mtime) <= _WRITES:
        os.utime(new, ns=(after.st_atime_ns, (second + 1) * _NS_PER_S))
