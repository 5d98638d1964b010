"""What tests start has the default signal actions, whoever started pytest."""

from __future__ import annotations

import subprocess
import sys

RUN_PYTEST = 'trap "" INT HUP QUIT TERM CHLD; exec "$@"'


def test_a_child_is_ended_by_a_signal() -> None:
    for name in ("INT", "HUP", "QUIT", "TERM"):
        child = subprocess.run(["/bin/sh", "-c", f"kill -{name} $$; echo survived"], capture_output=True, check=False)
        assert (child.returncode < 0, child.stdout) == (True, b"")


def test_a_child_is_ended_by_a_signal_that_the_caller_of_pytest_ignores(clean_env) -> None:
    name = f"{__file__}::{test_a_child_is_ended_by_a_signal.__name__}"
    pytest = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", name)
    done = subprocess.run(
        ["/bin/sh", "-c", RUN_PYTEST, "sh", *pytest], env=clean_env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
