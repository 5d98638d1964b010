from __future__ import annotations

import pytest

from collectbench.cli.log import path_prefix, say, show


@pytest.fixture(autouse=True)
def on_a_machine_of_ones_own(monkeypatch):
    """Whatever runs these tests."""
    for name in ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_a_command_in_words_of_pytest_stays_what_it_is_on_a_terminal(capsys):
    say("::error::x ##[error]y")
    assert capsys.readouterr().err == "::error::x ##[error]y\n"


def test_github_actions_is_given_no_command(capsys, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    say("one\n  ::error::x ##[error]y")
    show("::error::x")
    assert capsys.readouterr() == ("\\x3a:error::x\n", "one\n  \\x3a:error::x \\x23#[error]y\n")


def test_outside_of_a_ci_service_paths_have_no_prefix(tmp_path):
    assert path_prefix(tmp_path) == ""


def test_the_prefix_leads_from_the_checkout_to_the_rootdir(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert path_prefix(tmp_path / "back" / "end") == "back/end/"
    assert path_prefix(tmp_path) == ""
    assert path_prefix(tmp_path.parent) == ""
    assert path_prefix(None) == ""


def test_a_checkout_behind_a_link_is_the_same_place(tmp_path, monkeypatch):
    (tmp_path / "real" / "app").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path / "link"))
    assert path_prefix(tmp_path / "real" / "app") == "app/"
