"""An error of the operating system is explained by the file that it concerns."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile

import pytest

from collectbench.measure.machine.environment import commit
from collectbench.measure.process.launch import Invocation, launch
from collectbench.measure.process.os_errors import describe_os_error, explain_os_errors
from collectbench.measure.round.interpreter import inspect
from collectbench.model.errors import InterpreterError, UsageError

PYTHON, TEMPORARY = "/usr/bin/python3", "/var/tmp"
REMEDY = "; free some space there, or set TMPDIR to another directory"


def error(number, *files):
    """The error as Python raises it; of two files, the second is the destination."""
    first, second = (*files, None, None)[:2]
    return OSError(number, os.strerror(number), first, None, second)


@pytest.mark.parametrize(
    "refused",
    [error(errno.ENOENT, PYTHON), error(errno.EACCES, PYTHON.encode()), error(errno.EAGAIN), error(errno.ENOMEM)],
)
def test_an_interpreter_that_cannot_be_started_is_named(refused) -> None:
    assert describe_os_error(refused, PYTHON, TEMPORARY) is None
    with (
        pytest.raises(InterpreterError, match=f"^{PYTHON}: cannot be started any more: {refused.strerror}$"),
        explain_os_errors(PYTHON),
    ):
        raise refused
    with (
        pytest.raises(InterpreterError, match=f"^{PYTHON}: does not start: {refused.strerror}$"),
        explain_os_errors(PYTHON, "does not start"),
    ):
        raise refused


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (error(errno.ENOSPC, "/var/tmp/a/output"), f"/var/tmp/a/output: No space left on device{REMEDY}"),
        (error(errno.EROFS, "/var/tmp/a"), f"/var/tmp/a: Read-only file system{REMEDY}"),
        (error(errno.ENOENT, "/var/tmp/a"), "/var/tmp/a: No such file or directory"),
        (error(errno.ENOSPC, "/home/me/a"), "/home/me/a: No space left on device"),
        (error(errno.EACCES, b"/var/tmpfiles"), "/var/tmpfiles: Permission denied"),
        (error(errno.ENOSPC, "/home/me/a", "/var/tmp/b"), f"/home/me/a -> /var/tmp/b: No space left on device{REMEDY}"),
        (error(errno.ENOSPC), f"/var/tmp: No space left on device{REMEDY}"),
    ],
)
def test_a_file_in_the_way_is_named_with_the_reason_and_the_remedy(refused, message) -> None:
    assert describe_os_error(refused, PYTHON, TEMPORARY) == f"measuring cannot go on: {message}"


def test_no_file_is_named_if_there_is_no_temporary_directory() -> None:
    refused = FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")
    assert describe_os_error(refused, PYTHON, "") == f"measuring cannot go on: {refused.strerror}{REMEDY}"


def test_a_missing_directory_is_not_blamed_on_the_interpreter(tmp_path) -> None:
    gone = tmp_path / "gone"
    child = Invocation(argv=(sys.executable, "-c", ""), cwd=gone, env={})
    with (
        pytest.raises(UsageError, match=f"^measuring cannot go on: {gone}: No such file"),
        explain_os_errors(child.argv[0]),
    ):
        launch(child, output=tmp_path / "output", timeout_s=60)


def test_a_missing_temporary_directory_is_not_blamed_on_the_interpreter(tmp_path, monkeypatch) -> None:
    full = tmp_path / "full"
    monkeypatch.setattr(tempfile, "tempdir", str(full))
    with pytest.raises(UsageError, match=f"^measuring cannot go on: {full}/collectbench-.*: No such file"):
        inspect((sys.executable,), tmp_path, {}, (), launch)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert commit(tmp_path, dict(os.environ), launch) is None
