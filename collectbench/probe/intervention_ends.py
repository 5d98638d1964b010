"""Actions of intervention.py about the end of the process. Only intervention.py loads this file."""

import os
import sys

STDLIB = os.path.dirname(os.__file__) + os.sep
DEEPEST = 100


def is_called_at(frame, path, line):
    """Whether the line calls: it runs in this frame, or in the innermost one outside of the standard library."""
    for _ in range(DEEPEST):
        if frame is None:
            return False
        name = frame.f_code.co_filename
        if frame.f_lineno == line and os.path.realpath(name) == path:
            return True
        if not name.startswith(STDLIB) or "site-packages" in name:
            return False
        frame = frame.f_back
    return False


class ExitFunctionOff:
    """Keeps functions from being registered with `atexit`, by the line of the call or the first one of the function."""

    def __init__(self, path, line):
        self.path, self.line = path, line
        self.count = 0

    def start(self):
        """Wrap the function that registers; the module is compiled into Python."""
        import atexit

        real, action = atexit.register, self

        def register(function, *args, **kwargs):
            if action.is_it(function, sys._getframe(1)):
                action.count += 1
                return function
            return real(function, *args, **kwargs)

        atexit.register = register

    def watch(self, pytest, config):
        """Nothing to do with pytest."""

    def is_it(self, function, caller):
        """Whether the line is that of the call, or of the function."""
        code = getattr(getattr(function, "__func__", function), "__code__", None)
        if code is not None and code.co_firstlineno == self.line and os.path.realpath(code.co_filename) == self.path:
            return True
        return is_called_at(caller, self.path, self.line)

    def effect(self):
        """How many functions were kept from being registered."""
        return self.count


class ThreadDaemonic:
    """Makes the threads that a line starts daemons."""

    def __init__(self, path, line):
        self.path, self.line = path, line
        self.count = 0

    def start(self):
        """Nothing to do before pytest is there, which has loaded the module."""

    def watch(self, pytest, config):
        """Wrap the method that starts a thread."""
        import threading

        real, action = threading.Thread.start, self

        def start(self):
            if not self.daemon and is_called_at(sys._getframe(1), action.path, action.line):
                self.daemon = True
                action.count += 1
            return real(self)

        threading.Thread.start = start

    def effect(self):
        """How many threads became daemons."""
        return self.count
