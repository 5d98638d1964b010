"""The clocks of the main thread: wall, CPU, and time in the run queue. Only tracing.py loads this file.

What the main thread waited is the growth of the wall time less that of the other two.
"""

import os
import time
from _thread import get_ident

TOGETHER_NS = 100_000
QUEUE_FD, WATCHER_FD = 205, 206  # next to the other descriptors of the probe
SCHEDSTAT = "/proc/thread-self/schedstat"  # of the thread that opens it: numbers of threads depend on the namespace


def open_schedstat(number, open_=os.open, close=os.close, dup2=os.dup2):
    """Open the figures of the calling thread as descriptor `number`, far from the low numbers that tests look at."""
    descriptor = open_(SCHEDSTAT, os.O_RDONLY)
    try:
        dup2(descriptor, number, inheritable=False)
    finally:
        close(descriptor)


class Clocks:
    """Nanoseconds of each clock.

    `queue` may be called by any thread, `main_cpu` too (None if the system has no such clock); `own_cpu` only by the
    main thread. The time on the CPU in schedstat lags by up to 4 ms for a running thread, so it is not used.
    """

    def __init__(self):
        read, monotonic, pread = time.clock_gettime_ns, time.CLOCK_MONOTONIC, os.pread
        self.wall, self.own_cpu = lambda: read(monotonic), time.thread_time_ns
        of_thread = getattr(time, "pthread_getcpuclockid", None)
        main = None if of_thread is None else of_thread(get_ident())
        self.main_cpu = None if main is None else lambda: read(main)
        self.close = os.close

        def queue(number=QUEUE_FD):
            data = pread(number, 80, 0)
            begin = data.find(b" ") + 1
            return int(data[begin : data.find(b" ", begin)])

        self.queue = queue

    def from_inside(self):
        """Wall, CPU and queue, read by the main thread: again, if it lost the processor between the readings."""
        for _ in range(5):
            wall, cpu, queue = self.wall(), self.own_cpu(), self.queue()
            if self.wall() - wall < TOGETHER_NS:
                break
        return wall, cpu, queue

    def watcher_queue(self):
        """The time in the run queue of the thread that called `begin_watching`."""
        return self.queue(WATCHER_FD)

    def begin_watching(self):
        """Let the calling thread read its own time in the run queue, too; `end_watching` ends that."""
        open_schedstat(WATCHER_FD)

    def end_watching(self):
        """Close what `begin_watching` opened."""
        self.close(WATCHER_FD)


def clocks_of_main():
    """The clocks of the calling thread, None if the system does not tell its time in the run queue."""
    try:
        open_schedstat(QUEUE_FD)
        if any(map(int, os.pread(QUEUE_FD, 80, 0).split())):  # else the kernel keeps no such figures
            return Clocks()
    except (OSError, ValueError):
        pass  # no /proc, or the limit of descriptors is lower than that
    return None
