"""Waits in a test module; tests/functional/test_lines_of_waits.py knows their lines."""

import os
import socket
import subprocess
import sys
import threading
import time

import slow

PORT = int(os.environ["SILENT_PORT"])

time.sleep(0.2)
subprocess.run(
    [sys.executable, "-c", "import time; time.sleep(0.15)"],
    check=True,
    stdout=subprocess.DEVNULL,
)

os.system("sleep 0.15")

near, far = socket.socketpair()
near.settimeout(0.12)
try:
    near.recv(1)
except OSError:
    pass

try:
    socket.create_connection(("127.0.0.1", PORT), timeout=0.1).recv(1)
except OSError:
    pass

begin = threading.Event()
thread = threading.Thread(target=lambda: (begin.wait(), time.sleep(0.12)))
thread.start(), begin.set()
thread.join()

lock = threading.Lock()
lock.acquire() and lock.acquire(timeout=0.11)

reading, writing = os.pipe()
child = os.fork()
if not child:
    os.close(writing), os.read(reading, 1)
    os.execvp("sleep", ["sleep", "0.13"])
os.close(writing), os.waitpid(child, 0)


def late():
    """Wait in a thread that nobody joins, once Python waits for it."""
    threading.main_thread().join()
    time.sleep(0.4)


threading.Thread(target=late).start()


def test_it():
    """Pass."""
