"""Notes who removes the profile function of a sampled round, and installs it again. Only sampling.py loads this file.

`sys.setprofile` knows one function a thread: a test module or hook that sets its own, or none, ends our sampling.
"""

import os
import sys
from _thread import get_ident
from time import CLOCK_MONOTONIC, clock_gettime_ns

STDLIB = os.path.dirname(os.__file__) + "/"
INSTALLED = ("site-packages/", "dist-packages/")
SHORTEST_NS = 10_000_000  # shorter gaps are not worth a note


def clock(read=clock_gettime_ns, monotonic=CLOCK_MONOTONIC):
    """Nanoseconds, also if the tests replace functions of the module `time`."""
    return read(monotonic)


class Guard:
    """Knows the moments at which our profile function was not installed, and the lines that removed it."""

    def __init__(self, sampler, ours, getprofile=sys.getprofile):
        self.sampler, self.ours, self.getprofile, self.thread = sampler, ours, getprofile, get_ident()
        self.mine, self.place, self.since, self.lost = getprofile(), None, 0, {}

    def watch(self):
        """Begin: an audit event tells of each change, and `sys.setprofile` gives the function back at once."""
        real = self.real = sys.setprofile

        def setprofile(function):
            if self.is_ours(function):  # the tests restore what `sys.getprofile` had returned
                function = None
            real(function)
            if function is None and get_ident() == self.thread:
                self.look()

        setprofile.__doc__ = real.__doc__
        self.replacement = sys.setprofile = setprofile
        sys.addaudithook(self.hear)

    def is_ours(self, function):
        """Whether it is what `sys.getprofile` returns for pyinstrument: an object that cannot be called, if any."""
        return function is self.mine or (type(function) is type(self.mine) and not callable(function))

    def hear(self, event, args):
        """The audit hook: note who is about to change the profile function of the main thread."""
        if event != "sys.setprofile" or get_ident() != self.thread or self.thread is None:
            return
        frame = sys._getframe(1)
        while frame is not None:
            path = frame.f_code.co_filename
            if path.startswith(self.ours) and path != __file__:
                return  # pyinstrument itself
            in_stdlib = path.startswith(STDLIB) and not path.startswith(INSTALLED, len(STDLIB))
            if path != __file__ and not path.startswith("<") and not in_stdlib:
                break
            frame = frame.f_back
        self.close()
        self.since, self.place = clock(), ("", 0) if frame is None else (path, frame.f_lineno or 0)

    def look(self):
        """Sample again if our function was removed and no other one is there."""
        if self.place is None:
            return
        function = self.getprofile()
        if function is None:
            sampler = self.sampler
            sampler.current_sampling_interval = None
            sampler.last_profile_time = sampler._timer()  # else the next stack gets the time since
            sampler._update()
            self.mine = self.getprofile()
        elif not self.is_ours(function):
            return
        self.close()

    def close(self):
        """Add the time since our function was removed to the line that removed it."""
        if self.place is not None:
            self.lost[self.place] = self.lost.get(self.place, 0) + clock() - self.since
            self.place = None

    def finish(self):
        """End; return path, line and lost nanoseconds of each line that kept us from sampling for a while."""
        self.close()
        self.thread = None
        if sys.setprofile is self.replacement:
            sys.setprofile = self.real
        return [(*place, lost) for place, lost in self.lost.items() if lost >= SHORTEST_NS]


def make_plugin(guard):
    """A plugin that looks whether we sample, at moments that come often."""

    class CollectbenchSamplingGuard:
        def pytest_plugin_registered(self):
            guard.look()

        def pytest_collectreport(self):
            guard.look()

        def pytest_collection_finish(self):
            guard.look()

    return CollectbenchSamplingGuard()
