import os
import signal

os.kill(os.getpid(), signal.SIGSEGV)

def test_after():
    assert True
