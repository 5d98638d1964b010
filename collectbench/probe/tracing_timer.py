"""The timer of the sampler. Only tracing_samples.py loads this file.

SIGPROF comes by CPU time: it interrupts hardly any wait, and asyncio, timeouts and Ctrl-C use other signals. The first
other code that wants it, or its timer, gets both as they are without us; then there are no more samples.
"""

import _signal  # type: ignore[import-not-found]
import atexit
import sys

SIGNAL, TIMER = _signal.SIGPROF, _signal.ITIMER_PROF
FUNCTIONS = {"signal": SIGNAL, "getsignal": SIGNAL, "siginterrupt": SIGNAL, "setitimer": TIMER, "getitimer": TIMER}
"""Functions that can see or change them, and the first argument of such a call."""


class Timer:
    """A signal to the main thread each few milliseconds of CPU time."""

    def __init__(self, signal=_signal.signal, getsignal=_signal.getsignal, setitimer=_signal.setitimer):
        self.signal, self.getsignal, self.setitimer = signal, getsignal, setitimer
        self.interrupt = _signal.siginterrupt
        self.is_running, self.is_lent = False, False

    def start(self, interval_s, handler):
        """Call `handler` from now on, unless other code has set a handler already."""
        if self.getsignal(SIGNAL) != _signal.SIG_DFL:
            self.is_lent = True
            return
        self.signal(SIGNAL, handler)
        self.interrupt(SIGNAL, False)  # system calls are continued
        self.is_running = True
        self.set(interval_s)

    def set(self, interval_s):
        """Change the interval."""
        if self.is_running:
            self.setitimer(TIMER, interval_s, interval_s)

    def stop(self):
        """Stop, and leave the signal as it was."""
        if not self.is_running:
            return
        self.is_running = False
        self.setitimer(TIMER, 0)
        try:
            self.signal(SIGNAL, _signal.SIG_IGN)  # forgets a signal that is blocked: it would end the process
            self.signal(SIGNAL, _signal.SIG_DFL)
        except ValueError:  # another thread than the main one calls a function of `signal`
            pass

    def lend(self):
        """Stop, since other code uses the signal or the timer."""
        self.is_lent |= self.is_running
        self.stop()


class Lending:
    """A function before which the timer is given up if `ours` is None or the first argument.

    This is not a function: as an attribute of a class it would become a method.
    """

    __slots__ = ("_function", "_ours", "_timer")

    def __init__(self, function, ours, timer):
        self._function, self._ours, self._timer = function, ours, timer

    def __call__(self, *arguments):
        """Call the function; it takes no keywords."""
        if self._ours is None or (arguments and arguments[0] == self._ours):
            self._timer.lend()
        return self._function(*arguments)

    def __getattr__(self, name):
        return getattr(self._function, name)

    def __repr__(self):
        return repr(self._function)


def lend(timer):
    """Replace the functions with which other code would notice the timer, also in `signal` if that is loaded.

    After `atexit._clear`, nothing would stop the timer before Python resets its handlers of signals.
    """
    atexit._clear = Lending(atexit._clear, None, timer)
    for name, ours in FUNCTIONS.items():
        function = getattr(_signal, name)
        lending = Lending(function, ours, timer)
        for module in (_signal, sys.modules.get("signal")):
            if module is not None and getattr(module, name) is function:
                setattr(module, name, lending)
