"""A server in the background, started as the book says: double fork and a session of its own."""

import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/")
        time.sleep(600)
    os._exit(0)
os.wait()


def test_after():
    assert True
