"""The notes of the guard on files that exist, and on those that come into being. Only guard.py loads this file."""

import os
import sys
from time import monotonic_ns

TYPE, FILE, DIRECTORY, LINK = 0o170000, 0o100000, 0o040000, 0o120000  # from stat.h
LARGEST = 256 * 2**20  # bytes of all copies; a file that is too large for the rest is not copied, as the note says
BESIDE_A_DATABASE = ("-journal", "-wal", "-shm")  # https://www.sqlite.org/tempfiles.html


class Notes:
    """Writes notes on the watched ones of `paths` into the file `tree` in `directory`, which forks share."""

    def __init__(self, directory, paths):
        self.directory, self.paths, self.noted, self.made = directory, paths, set(), set()
        self.absolute, self.is_watched = paths.absolute, paths.is_watched
        self.library = os.path.dirname(os.__file__) + "/"
        self.probe = os.path.dirname(os.path.abspath(__file__)) + "/"
        # Tests replace functions of `os`: keep the real ones.
        self.lstat, self.readlink, self.scandir = os.lstat, os.readlink, os.scandir
        self.open, self.read, self.write, self.close = os.open, os.read, os.write, os.close
        self.room = LARGEST
        self.getpid, self.frame = os.getpid, sys._getframe
        self.began_ns = monotonic_ns()  # tests may replace the process by pytest again, which keeps files beside these

    def make(self, path, dir_fd):
        """Note a path that comes into being, or that exists and changes; returns a tuple with the path if it is new."""
        path = self.absolute(path, dir_fd)
        if path not in self.noted:
            if self.state_of(path) is not None:
                if self.is_watched(path):
                    self.keep(path)
                return ()
            self.made.add(path)  # also outside of the watched paths: it may be renamed to one of them
            if not self.is_watched(path):
                return ()
            self.noted.add(path)
            self.record("made", (path, self.cause()))
        return (path,) if path in self.made else ()

    def touch(self, path, dir_fd):
        """Note a path that changes or vanishes, if it exists."""
        path = self.absolute(path, dir_fd)
        if path not in self.noted and self.is_watched(path) and self.state_of(path) is not None:
            self.keep(path)

    def confirm(self, path):
        """Whether an announced path exists by now; note as which file."""
        state = self.state_of(path)
        if state is not None and path in self.made:
            self.record("born", (path, state.st_dev, state.st_ino))
        return state is not None

    def give_up(self, path):
        """Note that an announced path was not made: what is there later may be the user's."""
        self.noted.discard(path)
        self.made.discard(path)
        self.record("unmade", path)

    def rename(self, source, target, source_fd, target_fd):
        """Note both names. A file of the user's does not become the process's own by a new name."""
        leaves, arrives = self.absolute(source, source_fd), self.absolute(target, target_fd)
        if self.state_of(leaves) is None:
            return ()
        self.touch_tree(leaves, -1)
        self.touch(arrives, -1)
        for path in [path for path in self.made if path.startswith(leaves + "/")]:
            self.make(arrives + path[len(leaves) :], -1)
        if leaves in self.made:
            return self.make(arrives, -1)
        self.made.discard(arrives)
        if self.is_watched(leaves) or self.is_watched(arrives):
            self.record("moved", (leaves, arrives, self.cause()))
        return ()

    def touch_tree(self, path, dir_fd):
        """Note a path and everything below it, before any of it is touched."""
        path = self.absolute(path, dir_fd)
        self.touch(path, -1)
        self.touch_below(path)

    def touch_below(self, path):
        """Note everything in a directory."""
        if self.is_watched(path) and self.lstat(path).st_mode & TYPE == DIRECTORY:
            for entry in self.scandir(path):
                self.touch(entry.path, -1)
                self.touch_below(entry.path)

    def database(self, name):
        """Note the file of a SQLite database. Files beside it are noted only with a new one: a server may use them."""
        path = self.paths.of_database(name)
        if path and self.make(path, -1):  # SQLite makes the file later, so nothing is to be confirmed now
            for ending in BESIDE_A_DATABASE:
                self.make(path + ending, -1)

    def state_of(self, path):
        """The result of lstat; None if nothing exists there."""
        try:
            return self.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def cause(self):
        """`path:line` of the innermost frame of the project, else of the innermost one outside of Python itself."""
        frame, other = self.frame(1), ""
        while frame is not None:
            path = frame.f_code.co_filename
            is_installed = "/site-packages/" in path or "/dist-packages/" in path
            if path.startswith("/") and (is_installed or not path.startswith((self.library, self.probe))):
                line = f"{path}:{frame.f_lineno}"
                if not is_installed and path.startswith(self.paths.inside):
                    return line
                other = other or line
            frame = frame.f_back
        return other

    def keep(self, path):
        """Note what `path` is at this moment; copy a file."""
        self.noted.add(path)
        state, cause = self.lstat(path), self.cause()
        kind = state.st_mode & TYPE
        attributes = (path, state.st_mode & 0o7777, state.st_atime_ns, state.st_mtime_ns)
        if kind == LINK:
            self.record("link", (path, self.readlink(path), cause))
        elif kind == DIRECTORY:
            self.record("folder", (*attributes, cause))
        elif kind != FILE:
            self.record("unkept", (*attributes, 0, "it is not a regular file", cause))
        elif state.st_size > self.room:
            self.record("unkept", (*attributes, state.st_size, "it is too large to copy", cause))
        else:
            self.keep_file((*attributes, state.st_size), cause)

    def keep_file(self, attributes, cause):
        """Copy a file into the directory of the round."""
        self.room -= attributes[-1]
        name = f"kept-{self.getpid()}-{self.began_ns}-{len(self.noted)}"
        try:
            self.copy(attributes[0], os.path.join(self.directory, name))
        except OSError as error:
            self.record("unkept", (*attributes, f"it could not be copied ({error.strerror})", cause))
        else:
            self.record("file", (*attributes, name, cause))

    def copy(self, path, to):
        """Copy the bytes of a file with the functions of `os` alone."""
        source = self.open(path, os.O_RDONLY)
        try:
            copy = self.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                while block := self.read(source, 2**20):
                    while block:
                        block = block[self.write(copy, block) :]
            finally:
                self.close(copy)
        finally:
            self.close(source)

    def record(self, key, value):
        """Append one line. It is a single write, so those of forks do not mix."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        descriptor = self.open(os.path.join(self.directory, "tree"), flags, 0o600)
        try:
            self.write(descriptor, f"{key} {value!a}\n".encode("ascii"))
        finally:
            self.close(descriptor)
