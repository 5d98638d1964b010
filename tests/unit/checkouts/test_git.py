from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.checkouts.git import Git, git_in
from collectbench.model.errors import UsageError


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


def test_git_is_asked_with_nothing_of_the_users_that_could_run_or_wait(git, script, tmp_path) -> None:
    script.act = says(b"")
    git.within(tmp_path / "sub").having(GIT_INDEX_FILE="/ours").ask("status", "-z")
    (call,) = script.calls
    assert (call.argv[0], call.argv[-2:], call.cwd) == ("git", ("status", "-z"), tmp_path / "sub")
    assert {"core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0"} <= set(call.argv)
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    assert call.env == {"HOME": "/home", "GIT_CONFIG_COUNT": "1", "GIT_INDEX_FILE": "/ours", **quiet}
    assert list(tmp_path.iterdir()) == []


def test_answers_are_lines_or_entries_apart_from_complaints(git, script) -> None:
    script.act = says(b"a path\nwith a newline\n", b"warning: old\n")
    answer = git.ask("rev-parse")
    assert (answer.line, answer.words, answer.ok) == ("a path\nwith a newline", "warning: old", True)
    script.act = says(b"a\0not-\xff\0")
    assert git.ask("ls-tree").entries == ("a", "not-\udcff")


def test_a_command_that_has_to_succeed_fails_in_gits_own_words(git, script) -> None:
    script.act = says(b"", b"fatal: no\n", exit_code=128)
    assert not git.ask("x").ok
    with pytest.raises(UsageError) as caught:
        git.ask_or_refuse("HEAD cannot be read", "x", way_out="Mend it.")
    assert str(caught.value) == "--against: HEAD cannot be read: fatal: no\nMend it."


def test_a_command_without_words_is_told_by_its_exit_code(git, script) -> None:
    script.act = says(b"", exit_code=3)
    with pytest.raises(UsageError, match=r"^--against: HEAD cannot be read: git exits with 3$"):
        git.ask_or_refuse("HEAD cannot be read", "x")


def test_a_command_that_does_not_end_is_told(git, script) -> None:
    script.act = says(b"", timed_out=True, exit_code=-15)
    with pytest.raises(UsageError, match="no end after 600 s"):
        git.ask_or_refuse("HEAD cannot be read", "x")


def test_a_machine_without_git_is_told_what_to_do(git) -> None:
    def missing(invocation, **_):
        raise FileNotFoundError(2, "No such file or directory")

    with pytest.raises(UsageError, match=r"git cannot be started .*Install it, or compare with a stored baseline"):
        replace(git, launch=missing).ask("x")
