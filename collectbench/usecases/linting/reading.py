"""Reads all files of a tree: unchanged ones from the cache, many others in several processes."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from collectbench.lint.checking import FileCheck, unpack
from collectbench.measure.process.interruption import NOTED, raise_if_interrupted
from collectbench.model import lint_settings
from collectbench.model.lint import Violation
from collectbench.sources.facts import NO_FACTS, Facts
from collectbench.store.lint_cache import Entry, LintCache, Signature, digest_of

_FEW = 200
"""So many files are read in less time than a second process takes to start."""
_CHUNK = 50
_BIGGEST = 10_000_000
"""Bytes. Larger files are data, and their syntax trees take gigabytes."""


OnRead = Callable[[int, int], None]
"""Is told how many files are read, of how many."""


class _Todo(NamedTuple):
    """A file to read. `is_light` if it is enough to skim it."""

    path: str
    is_test: bool
    is_light: bool
    signature: Signature


Result = Entry | str
"""What is known of a file, or why it cannot be read."""


class Reading(Mapping[str, Facts]):
    """The facts about each file of a tree, unpacked when they are asked for.

    Attributes:
        entries: what the next run can use again.
        unread: files that cannot be read, and why.
    """

    def __init__(self, root: Path, check: FileCheck) -> None:
        self._root = root
        self._check = check
        self.entries: dict[str, Entry] = {}
        self.unread: dict[str, str] = {}
        self._deferred: dict[str, Signature] = {}
        self._facts: dict[str, Facts] = {}
        self._violations: dict[str, tuple[Violation, ...]] = {}
        self._packed: list[tuple[str, bytes]] | None = None
        self._with: dict[str, list[str]] = {}

    def note(self, path: str, result: Result) -> None:
        """Take what is known of a file."""
        if isinstance(result, Entry):
            self.entries[path] = result
            self._packed = None
        else:
            self.unread[path] = result
            self._facts[path] = NO_FACTS._replace(problem=result)

    def defer(self, path: str, signature: Signature) -> None:
        """Read a file only if somebody asks for it."""
        self._deferred[path] = signature

    def __getitem__(self, path: str) -> Facts:
        """Return the facts about a file."""
        if path not in self._facts:
            if path in self._deferred:
                todo = _Todo(path, is_test=False, is_light=False, signature=self._deferred.pop(path))
                self.note(path, _read(str(self._root), todo, self._check))
            if path in self.entries:
                self._facts[path], self._violations[path] = unpack(self.entries[path].packed)
        return self._facts[path]

    def complete(self, path: str) -> Facts:
        """Return all facts about a file that was only skimmed."""
        entry = self.entries[path]
        todo = _Todo(path, is_test=False, is_light=False, signature=entry.signature)
        result = _read(str(self._root), todo, self._check)
        if isinstance(result, Entry):
            self.entries[path] = result
            self._facts[path], self._violations[path] = unpack(result.packed)
        else:
            self._facts[path] = NO_FACTS._replace(problem=result)
        return self._facts[path]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the paths."""
        yield from [*self.entries, *self.unread, *self._deferred]

    def __len__(self) -> int:
        """Return the number of files."""
        return len(self.entries) + len(self.unread) + len(self._deferred)

    def read(self) -> list[str]:
        """Return the files that are not deferred."""
        return [*self.entries, *self.unread]

    def is_read(self, path: str) -> bool:
        """Whether a file is neither deferred nor only skimmed."""
        return path not in self._deferred and self[path].light_names is None

    def files_with(self, words: Collection[str]) -> Iterator[str]:
        """Return the files that are not deferred and whose facts hold one of the words."""
        if self._packed is None:
            self._packed = [(path, entry.packed) for path, entry in self.entries.items()]
            self._with.clear()
        found = set[str]()
        for word in words:
            if word not in self._with:
                sought = word.encode("utf-8", "surrogateescape")
                self._with[word] = [path for path, packed in self._packed if sought in packed]
            found.update(self._with[word])
        return iter(sorted(found))

    def deferred_with(self, words: Collection[bytes]) -> Iterator[tuple[str, bytes]]:
        """Yield deferred files that hold one of the words, with the word."""
        for path in self._deferred:
            source = _source(self._root, path)
            yield from ((path, word) for word in words if word in source)

    def violations(self, path: str) -> tuple[Violation, ...]:
        """Return the violations that were found in a file alone."""
        if path in self._deferred:
            return ()  # no test file, and only these are looked at alone
        self[path]
        found = self._violations.get(path, ())
        return tuple(each if each.path == path else replace(each, path=path) for each in found)


def read_tree(  # noqa: PLR0917 - the tree, how, and with how many processes
    root: Path,
    signatures: Mapping[str, Signature | None],
    collection: lint_settings.Collection,
    check: FileCheck,
    cache: LintCache,
    jobs: int,
    on_read: OnRead,
) -> Reading:
    """Read the files of a tree, whose signatures are given.

    Those without tests are only skimmed, and read when a rule asks for more.

    If no rule looks into functions, the others are only read if some rule asks for them.
    """
    reading = Reading(root, check)
    todo: list[_Todo] = []
    for path, signature in signatures.items():
        is_test = path in collection.files or path.rpartition("/")[2] == "conftest.py"
        if signature is None:
            reading.note(path, "it is not a regular file any more")
        elif signature[0] > _BIGGEST:
            reading.note(path, f"it has more than {_BIGGEST // 1_000_000} MB")
        elif (entry := cache.find(path, signature, is_test=is_test)) is not None:
            reading.note(path, entry)
        elif not is_test and not check.with_mentions and not _may_hold_tests(root, path):
            reading.defer(path, signature)
        else:
            is_light = not is_test and check.with_mentions and path not in collection.tests
            todo.append(_Todo(path, is_test, is_light, signature))
    if cache.entries:
        todo = list(_without_same_content(root, todo, cache, reading))
    for number, (path, result) in enumerate(_read_all(root, todo, check, jobs), start=1):
        reading.note(path, result)
        on_read(number, len(todo))
    return reading


def _may_hold_tests(root: Path, path: str) -> bool:
    """Whether a file may define classes that pytest collects under any name."""
    source = _source(root, path)
    return b"TestCase" in source or b"unittest" in source


def _source(root: Path, path: str) -> bytes:
    try:
        return Path(f"{root}/{path}").read_bytes()
    except OSError:
        return b""


def _without_same_content(root: Path, todo: Iterable[_Todo], cache: LintCache, reading: Reading) -> Iterator[_Todo]:
    """Yield the files whose content is new; the others get an entry."""
    for each in todo:
        try:
            digest = digest_of([Path(f"{root}/{each.path}").read_bytes()])
        except OSError:
            yield each
            continue
        same = cache.find_content(digest, is_test=each.is_test)
        if same is None:
            yield each
        else:
            reading.note(each.path, same._replace(signature=each.signature))


def _read_all(root: Path, todo: Sequence[_Todo], check: FileCheck, jobs: int) -> Iterator[tuple[str, Result]]:
    if jobs == 1 or len(todo) <= _FEW:
        yield from _read_some(str(root), todo, check)
        return
    # These take longer to import than a few files to read.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    chunks = [todo[start : start + _CHUNK] for start in range(0, len(todo), _CHUNK)]
    # Forked processes have everything that is imported already. On macOS system libraries do not survive a fork.
    context = get_context("fork" if os.uname().sysname == "Linux" else "spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(str(root), check)) as pool:
        done = 0
        try:
            with _signals_held():
                reading = pool.map(_read_chunk, chunks)
            for results in reading:
                yield from results
                done += 1
        except BrokenProcessPool:  # somebody has killed a worker: this process is slower, but it can do it
            raise_if_interrupted()
            yield from _read_some(str(root), [each for chunk in chunks[done:] for each in chunk], check)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


@contextmanager
def _signals_held() -> Iterator[None]:
    """Hold signals back while workers are forked.

    Until a worker has handlers of its own it has those of this process. They would raise an exception in it, and it
    would go on as a second copy of this process.
    """
    held = signal.pthread_sigmask(signal.SIG_BLOCK, NOTED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


_given: tuple[str, FileCheck] | None = None


def _begin(root: str, check: FileCheck) -> None:
    """Prepare a worker: it ends with its parent, and the collector finds nothing in trees, which have no cycles."""
    global _given  # noqa: PLW0603 - what all chunks of this process share
    _given = (root, check)
    gc.disable()
    for number in NOTED:  # Ctrl-C reaches the parent too, which ends the workers; a broken pool ends them by SIGTERM
        signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, NOTED)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process if its parent is killed: it would wait for work forever."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _read_chunk(chunk: Sequence[_Todo]) -> list[tuple[str, Result]]:
    assert _given is not None  # noqa: S101 - the initializer has run
    return list(_read_some(_given[0], chunk, _given[1]))


def _read_some(root: str, todo: Iterable[_Todo], check: FileCheck) -> Iterator[tuple[str, Result]]:
    for each in todo:
        yield each.path, _read(root, each, check)


def _read(root: str, todo: _Todo, check: FileCheck) -> Result:
    try:
        source = Path(f"{root}/{todo.path}").read_bytes()
    except OSError as error:
        return f"it cannot be read: {error.strerror or error}"
    packed = check.skim(source) if todo.is_light else None
    if packed is None:
        packed = check(todo.path, source, is_test=todo.is_test)
    return Entry(todo.signature, digest_of([source]), todo.is_test, packed)
