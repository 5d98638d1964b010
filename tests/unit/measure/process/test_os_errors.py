"""What the system refused is told of the file that it is about."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile

import pytest

from collectbench.measure.machine.environment import commit
from collectbench.measure.process.launch import Invocation, launch
from collectbench.measure.process.os_errors import explain_os_errors, explanation
from collectbench.measure.round.interpreter import inspect
from collectbench.model.errors import UsageError

PYTHON, TEMPORARY = "/usr/bin/python3", "/var/tmp"
REMEDY = "; free some space there, or set TMPDIR to another folder"


def error(number, *files):
    """As the system raises it; of two files the second is the goal."""
    first, second = (*files, None, None)[:2]
    return OSError(number, os.strerror(number), first, None, second)


@pytest.mark.parametrize(
    "found",
    [error(errno.ENOENT, PYTHON), error(errno.EACCES, PYTHON.encode()), error(errno.EAGAIN), error(errno.ENOMEM)],
)
def test_a_program_that_cannot_be_started_is_itself_the_obstacle(found) -> None:
    assert explanation(found, PYTHON, TEMPORARY) is None
    with (
        pytest.raises(UsageError, match=f"^{PYTHON}: cannot be started any more: {found.strerror}$"),
        explain_os_errors(PYTHON),
    ):
        raise found
    with pytest.raises(UsageError, match=f"^--python: {found.strerror}$"), explain_os_errors(PYTHON, "--python"):
        raise found


@pytest.mark.parametrize(
    ("found", "words"),
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
def test_a_file_in_the_way_is_named_with_the_reason_and_what_helps(found, words) -> None:
    assert explanation(found, PYTHON, TEMPORARY) == f"measuring cannot go on: {words}"


def test_where_there_is_no_temporary_folder_at_all_none_is_named() -> None:
    found = FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")
    assert explanation(found, PYTHON, "") == f"measuring cannot go on: {found.strerror}{REMEDY}"


def test_a_folder_that_is_gone_is_no_fault_of_the_interpreter(tmp_path) -> None:
    gone = tmp_path / "gone"
    child = Invocation(argv=(sys.executable, "-c", ""), cwd=gone, env={})
    with (
        pytest.raises(UsageError, match=f"^measuring cannot go on: {gone}: No such file"),
        explain_os_errors(child.argv[0]),
    ):
        launch(child, output=tmp_path / "output", timeout_s=60)


def test_without_a_temporary_folder_nothing_is_said_of_the_interpreter(tmp_path, monkeypatch) -> None:
    full = tmp_path / "full"
    monkeypatch.setattr(tempfile, "tempdir", str(full))
    with pytest.raises(UsageError, match=f"^measuring cannot go on: {full}/collectbench-.*: No such file"):
        inspect((sys.executable,), tmp_path, {}, (), launch)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert commit(tmp_path, dict(os.environ), launch) is None
