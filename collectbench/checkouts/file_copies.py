"""Copies files of the user's tree into a checkout, byte by byte, and compares files."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path, PurePosixPath

from collectbench.measure.process.interruption import raise_if_interrupted
from collectbench.model.errors import CheckoutError
from collectbench.model.reason import Reason

CHUNK_BYTES = 2**20
"""What is read at once: a signal waits for no more than that."""

DISK_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))

TO_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
"""A file that has become a fifo or a link in the meantime neither blocks nor leads elsewhere."""


def mirror(paths: Iterable[str], origin: Path, checkout: Path) -> None:
    """Make files of a checkout as they are in the user's tree: same bytes, permissions and links, or missing.

    A file that is the same already is not written, so git still knows it as checked out. All copies get one and the
    same time, later than that of files checked out before: a generated file is not older than its source.

    Args:
        paths: relative to both tops. Directories, and files of other kinds, count as missing.
        origin: the top of the user's tree.
        checkout: the top of the checkout.

    Raises:
        CheckoutError: a file cannot be read or written.
        Interrupted: a signal arrived.
    """
    wanted = tuple(paths)
    present = [path for path in wanted if _lies_there(origin, path)]
    for path in set(wanted).difference(present):
        _remove(checkout, path)
    now_ns = time.time_ns()
    for path in present:
        raise_if_interrupted()
        if not same_file(origin / path, checkout / path):
            try:
                _copy(origin, checkout, path, now_ns)
            except (FileNotFoundError, NotADirectoryError):  # it has vanished since it was listed
                _remove(checkout, path)
            except OSError as error:
                raise CheckoutError(_problem(origin / path, error)) from error


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths hold the same: nothing, a directory, the same link, or the same bytes and right to execute."""
    modes = [_mode(path) for path in (one, other)]
    if modes[0] is None or modes[1] is None or stat.S_IFMT(modes[0]) != stat.S_IFMT(modes[1]):
        return modes[0] == modes[1]
    if stat.S_ISLNK(modes[0]):
        return _target(one) == _target(other)
    if not stat.S_ISREG(modes[0]):
        return True
    return (modes[0] ^ modes[1]) & stat.S_IXUSR == 0 and _same_bytes(one, other)


def _same_bytes(one: Path, other: Path) -> bool:
    try:
        if one.stat().st_size != other.stat().st_size:
            return False
        return all(mine == theirs for mine, theirs in zip(_chunks(one), _chunks(other), strict=True))
    except (OSError, ValueError):  # unreadable, or of another size by now: whoever copies it then says why
        return False


def _mode(path: Path) -> int | None:
    try:
        return path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_directory_in(origin: Path, path: str) -> bool:
    """Whether a path is a directory of the tree itself, not one that a link leads to."""
    mode = _mode(origin / path)
    return mode is not None and stat.S_ISDIR(mode) and _is_reached_without_links(origin, path)


def _lies_there(origin: Path, path: str) -> bool:
    """Whether git would find a file or a link at a path."""
    mode = _mode(origin / path)
    is_file = mode is not None and (stat.S_ISREG(mode) or stat.S_ISLNK(mode))
    return is_file and _is_reached_without_links(origin, path)


def _is_reached_without_links(origin: Path, path: str) -> bool:
    return not any((origin / parent).is_symlink() for parent in list(PurePosixPath(path).parents)[:-1])


def _remove(checkout: Path, path: str) -> None:
    """Remove a file of the checkout, and directories that are empty then, as git does."""
    mode = _mode(checkout / path)
    if mode is not None and not stat.S_ISDIR(mode):
        (checkout / path).unlink()
    with suppress(OSError):  # stops at the first directory that holds something else, or is missing
        for place in (PurePosixPath(path), *list(PurePosixPath(path).parents)[:-1]):
            if _mode(checkout / place) is not None:
                (checkout / place).rmdir()


def _copy(origin: Path, checkout: Path, path: str, now_ns: int) -> None:
    source, copy = origin / path, checkout / path
    if source.is_symlink():
        target = _target(source)
        _make_place(checkout, path)
        copy.symlink_to(target)
        return
    with ExitStack() as files:
        reading = os.open(source, TO_READ)
        files.callback(os.close, reading)
        mode = os.fstat(reading).st_mode
        if not stat.S_ISREG(mode):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        _make_place(checkout, path)
        writing = files.enter_context(open(copy, "xb", opener=_private))
        while chunk := os.read(reading, CHUNK_BYTES):
            raise_if_interrupted()
            writing.write(chunk)
        writing.flush()
        os.fchmod(writing.fileno(), stat.S_IMODE(mode) & 0o777)
        os.utime(writing.fileno(), ns=(now_ns, now_ns))


def _private(path: str, flags: int) -> int:
    """Open a file that nobody else may read before it has the permissions of its original."""
    return os.open(path, flags, mode=stat.S_IRUSR | stat.S_IWUSR)


def _make_place(checkout: Path, path: str) -> None:
    """Make the directory of a file, and remove what is in the way: a link there would lead out of the checkout."""
    for place in (*reversed(list(PurePosixPath(path).parents)[:-1]), PurePosixPath(path)):
        mode = _mode(checkout / place)
        if mode is not None and not stat.S_ISDIR(mode):
            (checkout / place).unlink()
    copy = checkout / path
    copy.parent.mkdir(parents=True, exist_ok=True)
    if copy.is_dir():  # of a submodule that is a file by now
        copy.rmdir()


def _target(link: Path) -> str:
    """The target of a link, letter by letter."""
    return os.readlink(link)  # noqa: PTH115 - Path.readlink omits a `./` and a slash at the end


def _chunks(path: Path) -> Iterator[bytes]:
    descriptor = os.open(path, TO_READ)
    try:
        while chunk := os.read(descriptor, CHUNK_BYTES):
            raise_if_interrupted()
            yield chunk
    finally:
        os.close(descriptor)


def _problem(source: Path, error: OSError) -> Reason:
    fact = f"{source}: this file cannot be copied for the comparison ({error.strerror or error})"
    first = "set TMPDIR to a directory with more space" if error.errno in DISK_FULL else "make it readable"
    return Reason(fact=fact, remedies=(first, "have git ignore it (.gitignore, .git/info/exclude)"))
