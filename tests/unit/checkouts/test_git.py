from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.checkouts.git import Git, git_in
from collectbench.model.errors import CheckoutError


@pytest.fixture
def git(tmp_path, script) -> Git:
    env = {"HOME": "/home", "GIT_DIR": "/elsewhere", "GIT_INDEX_FILE": "x", "GIT_CONFIG_COUNT": "1"}
    return git_in(tmp_path, env, tmp_path, script)


def says(output: bytes, errors: bytes = b"", **changes):
    """What a scripted git writes, and how it ends."""

    def act(invocation, folder):
        (folder / "output").write_bytes(output)
        invocation.errors.write_bytes(errors)
        return changes

    return act


def test_git_runs_no_program_of_the_user_and_never_waits(git, script, tmp_path) -> None:
    script.act = says(b"")
    git.in_directory(tmp_path / "sub").with_variables(GIT_INDEX_FILE="/ours").run("status", "-z")
    (call,) = script.calls
    assert (call.argv[0], call.argv[-2:], call.cwd) == ("git", ("status", "-z"), tmp_path / "sub")
    assert {"core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0"} <= set(call.argv)
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    assert call.env == {"HOME": "/home", "GIT_CONFIG_COUNT": "1", "GIT_INDEX_FILE": "/ours", **quiet}
    assert list(tmp_path.iterdir()) == []


def test_the_output_is_read_as_a_line_or_as_entries_and_the_complaint_apart(git, script) -> None:
    script.act = says(b"a path\nwith a newline\n", b"warning: old\n")
    answer = git.run("rev-parse")
    assert (answer.line, answer.complaint, answer.ok) == ("a path\nwith a newline", "warning: old", True)
    script.act = says(b"a\0not-\xff\0")
    assert git.run("ls-tree").entries == ("a", "not-\udcff")


def test_a_command_that_has_to_succeed_fails_with_gits_own_message(git, script) -> None:
    script.act = says(b"", b"fatal: no\n", exit_code=128)
    assert not git.run("x").ok
    with pytest.raises(CheckoutError) as caught:
        git.require("HEAD cannot be read", "x", remedies=("repair it",))
    assert str(caught.value) == "HEAD cannot be read: fatal: no; repair it"


def test_the_message_names_the_exit_code_if_git_says_nothing(git, script) -> None:
    script.act = says(b"", exit_code=3)
    with pytest.raises(CheckoutError, match=r"^HEAD cannot be read: git exits with 3$"):
        git.require("HEAD cannot be read", "x")


def test_a_command_that_does_not_end_in_time_is_reported(git, script) -> None:
    script.act = says(b"", timed_out=True, exit_code=-15)
    with pytest.raises(CheckoutError, match="no end after 600 s"):
        git.require("HEAD cannot be read", "x")


def test_the_message_says_what_to_do_on_a_machine_without_git(git) -> None:
    def missing(invocation, **_):
        raise FileNotFoundError(2, "No such file or directory")

    with pytest.raises(CheckoutError, match=r"git cannot be started .*; install it, or compare with a stored baseline"):
        replace(git, launch=missing).run("x")
