"""Paths as the notes of the guard have them: absolute and without links. Only guard.py loads this file."""

import os
import sys

DEEPEST = 40  # links that may lead to a path, as in Linux


class Paths:
    """The watched paths: those below `roots`, but not those below `directory`, and no compiled files."""

    def __init__(self, directory, roots):
        skipped = (directory, sys.pycache_prefix or directory)
        self.inside = tuple(os.path.realpath(root).rstrip("/") + "/" for root in roots)
        self.outside = tuple(os.path.realpath(path).rstrip("/") + "/" for path in skipped)
        self.getcwd, self.readlink = os.getcwd, os.readlink  # tests replace functions of `os`: keep the real ones

    def is_watched(self, path):
        """Whether notes are taken on this path."""
        below = path + "/"
        if not below.startswith(self.inside) or below.startswith(self.outside):
            return False
        return "/__pycache__" not in path and not path.endswith(".pyc")

    def absolute(self, path, dir_fd):
        """The absolute path, without links among its directories; empty for a descriptor, opened by a path before."""
        if isinstance(path, int):
            return ""
        path = os.fsdecode(path)
        if not path.startswith("/"):
            path = os.path.join(self.getcwd() if dir_fd in (-1, None) else self.name_of(dir_fd), path)
        directory, name = os.path.split(os.path.normpath(path))
        return os.path.join(self.without_links(directory, DEEPEST), name)

    def without_links(self, directory, deepest):
        """The absolute path of a directory without links."""
        place = "/"
        for name in directory.split("/")[1:]:
            here = os.path.join(place, name)
            try:
                leads_to = self.readlink(here)
            except OSError:  # not a link
                place = here
            else:
                if not deepest:
                    raise ValueError(directory)
                place = self.without_links(os.path.normpath(os.path.join(place, leads_to)), deepest - 1)
        return place

    def destination(self, path, dir_fd=-1):
        """The absolute path of the file to which `path` leads, also if it is a link. A descriptor stays as it is."""
        path = self.absolute(path, dir_fd)
        return self.without_links(path, DEEPEST) if path else 0

    def name_of(self, descriptor):
        """The path of an open directory."""
        if sys.platform == "darwin":  # pragma: no cover - macOS has no /proc
            import fcntl

            return os.fsdecode(fcntl.fcntl(descriptor, fcntl.F_GETPATH, b"\0" * 1024).rstrip(b"\0"))
        return self.readlink("/proc/self/fd/%d" % descriptor)  # noqa: UP031 - as quick, and needs only an integer

    def of_database(self, name):
        """The absolute path of a SQLite database by its name or URI; 0 if it is in memory."""
        name = os.fsdecode(name)
        if name.startswith("file:"):  # https://www.sqlite.org/uri.html
            name, _, query = name[5:].partition("#")[0].partition("?")
            if "mode=memory" in query:
                return 0
            if name.startswith("//"):
                name = "/" + name[2:].partition("/")[2]
            name = unquoted(name)
        return 0 if name in ("", ":memory:") else self.destination(name)


def unquoted(text):
    """The text with each %XX replaced by its byte. Importing urllib for this could hide a module of the user's."""
    first, *rest = os.fsencode(text).split(b"%")
    return os.fsdecode(first + b"".join(bytes([int(part[:2], 16)]) + part[2:] for part in rest))
