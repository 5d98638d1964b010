"""`collectbench fix` as a process: the diff, the files, what goes back, and trees that it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HELPER = """\
class TestClient:
    def __init__(self, x=0):
        self.x = x


def test_a():
    assert TestClient().x == 0
"""
SUITE = {
    "pytest.ini": "[pytest]\ntestpaths = tests\n",
    "tests/test_a.py": HELPER,
    "tests/test_b.py": HELPER.replace("\n", "\r\n"),
    "tests/test_latin.py": "# coding: latin-1\n" + HELPER,
}
MARKED = HELPER.replace("class TestClient:\n", "class TestClient:\n    __test__ = False\n\n")


@pytest.fixture
def suite(write_suite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three files with a helper that has the name of a test class."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = write_suite(SUITE)
    latin = root / "tests/test_latin.py"
    latin.write_bytes(latin.read_bytes() + "X = 'é'\n".encode("latin-1"))
    return root


def state(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not {".git", "__pycache__"} & set(path.parts)
    }


def git(root: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *words], cwd=root, check=True, capture_output=True)


def test_the_diff_on_stdout_is_one_that_git_applies(suite: Path, run_cli) -> None:
    before = state(suite)
    result = run_cli("fix", "non-test-class", "tests/test_a.py", cwd=suite)
    assert (result.returncode, result.stderr) == (0, "")
    assert state(suite) == before
    assert "1 file would be rewritten" in result.stdout
    git(suite, "init", "-q")
    patch = suite.parent / "fix.patch"
    patch.write_bytes(result.stdout.encode())
    git(suite, "apply", str(patch))
    assert (suite / "tests/test_a.py").read_text() == MARKED


def test_the_diff_keeps_bytes_that_are_not_utf_8_on_stdout_and_in_a_file(suite: Path) -> None:
    odd = suite / os.fsdecode(b"tests/test_\xe9 x.py")
    odd.write_bytes(b"# coding: latin-1\n# \xe9 \x1b[31m\n" + HELPER.encode())
    git(suite, "init", "-q")
    command = [sys.executable, "-m", "collectbench", "fix", "non-test-class", "--output", "text=../file.patch"]
    shown = subprocess.run(command, cwd=suite, check=True, capture_output=True, timeout=120).stdout
    (suite.parent / "shown.patch").write_bytes(shown)
    before = state(suite)
    for patch in ("../file.patch", "../shown.patch"):
        git(suite, "apply", patch)
        after = state(suite)
        assert all(b"__test__ = False" in after[path] for path in after if path.endswith(".py"))
        git(suite, "apply", "--reverse", patch)
        assert state(suite) == before


def test_check_exits_1_as_long_as_there_is_something_to_rewrite(suite: Path, run_cli) -> None:
    assert run_cli("fix", "non-test-class", "--check", cwd=suite).returncode == 1
    assert run_cli("fix", "non-test-class", "--apply", cwd=suite).returncode == 0
    again = run_cli("fix", "non-test-class", "--check", cwd=suite)
    assert (again.returncode, again.stdout) == (0, "nothing to rewrite\n")


def test_files_keep_encoding_and_line_endings_and_undo_restores_every_byte(suite: Path, run_cli) -> None:
    before = state(suite)
    done = run_cli("fix", "non-test-class", "--apply", "--format", "json", cwd=suite)
    assert {file["fate"] for file in json.loads(done.stdout)["files"]} == {"applied"}
    after = state(suite)
    assert after["tests/test_b.py"] == MARKED.replace("\n", "\r\n").encode()
    assert after["tests/test_latin.py"] == b"# coding: latin-1\n" + MARKED.encode() + b"X = '\xe9'\n"
    undone = run_cli("fix", "--undo", cwd=suite)
    assert undone.stdout.startswith("3 files restored")
    assert state(suite) == before
    nothing = run_cli("fix", "--undo", cwd=suite)
    assert nothing.returncode == 2
    assert "no rewrite of" in nothing.stderr


def test_validate_collects_the_same_but_for_the_warnings_of_the_helpers(
    suite: Path, run_cli, plain_python: str
) -> None:
    done = run_cli("fix", "non-test-class", "--apply", "--validate", "--python", plain_python, cwd=suite)
    assert (done.returncode, done.stderr) == (0, "")
    assert "only what the rewrite is meant to change has changed" in " ".join(done.stdout.split())
    assert "3 files rewritten" in done.stdout


COUNTS_FILES = """
import pathlib

def pytest_collection_modifyitems(items):
    if "__test__" in pathlib.Path(__file__).with_name("test_b.py").read_text():
        items[:] = [item for item in items if "test_b" not in item.nodeid]
"""


def test_an_edit_after_which_an_id_is_lost_goes_back_and_the_others_stay(
    suite: Path, run_cli, plain_python: str
) -> None:
    (suite / "tests/conftest.py").write_text(COUNTS_FILES)
    done = run_cli("fix", "non-test-class", "--apply", "--validate", "--python", plain_python, cwd=suite)
    assert done.returncode == 1
    assert "taken back: tests/test_b.py" in done.stdout
    assert "lost id: tests/test_b.py::test_a" in done.stdout
    after = state(suite)
    assert after["tests/test_a.py"] == MARKED.encode()
    assert after["tests/test_b.py"] == HELPER.replace("\n", "\r\n").encode()


def test_ids_that_differ_from_run_to_run_are_nobodys_fault(suite: Path, run_cli, plain_python: str) -> None:
    text = "import pytest, uuid\n@pytest.mark.parametrize('x', [uuid.uuid4()], ids=str)\ndef test_x(x): pass\n"
    (suite / "tests/test_unstable.py").write_text(text)
    done = run_cli("fix", "non-test-class", "--apply", "--validate", "--python", plain_python, cwd=suite)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 files rewritten" in done.stdout


def test_a_suite_that_cannot_be_collected_is_left_alone(suite: Path, run_cli, plain_python: str) -> None:
    (suite / "tests/conftest.py").write_text("import nothing_of_this_name\n")
    before = state(suite)
    done = run_cli("fix", "non-test-class", "--apply", "--validate", "--python", plain_python, cwd=suite)
    assert done.returncode == 4
    assert "so nothing can be compared" in done.stderr
    assert state(suite) == before


def test_a_dirty_tree_is_refused_without_allow_dirty(suite: Path, run_cli) -> None:
    git(suite, "init", "-q")
    git(suite, "add", "-A")
    git(suite, "commit", "-qm", "x")
    (suite / "pytest.ini").write_text("[pytest]\ntestpaths = tests  # changed\n")
    before = state(suite)
    refused = run_cli("fix", "non-test-class", "--apply", cwd=suite)
    assert refused.returncode == 2
    assert "pytest.ini: changes that are not committed" in refused.stderr
    assert state(suite) == before
    assert run_cli("fix", "non-test-class", "--apply", "--allow-dirty", cwd=suite).returncode == 0


def test_links_read_only_files_and_files_that_do_not_parse_are_named_and_left_alone(suite: Path, run_cli) -> None:
    elsewhere = suite.parent / "test_elsewhere.py"
    elsewhere.write_text(HELPER)
    (suite / "tests/test_link.py").symlink_to(elsewhere)
    (suite / "tests/test_a.py").chmod(0o444)
    (suite / "tests/test_page.py").write_bytes(b"\x0c" + HELPER.encode())
    done = run_cli("fix", "non-test-class", "--apply", "--format", "json", cwd=suite)
    report: dict[str, Any] = json.loads(done.stdout)
    assert {each["path"]: each["reason"] for each in report["failures"]} == {
        "tests/test_a.py": "it is read-only",
        "tests/test_page.py": "its layout cannot be kept: LibCST does not write it as it is",
    }
    assert done.returncode == 1
    assert elsewhere.read_text() == HELPER
    assert (suite / "tests/test_a.py").read_text() == HELPER


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "RULE is missing; collectbench fix --list shows"),
        (("non-test-clas",), "did you mean non-test-class?"),
        (("host-path",), "this rule has no rewrite; collectbench lint --explain host-path"),
        (("non-test-class", "--undo"), "--undo takes no RULE"),
        (("non-test-class", "--to", "tests.home"), "--to does nothing in non-test-class: it is for duplicate-class"),
        (("unused-import", "--only", "pandas"), "--only does nothing in unused-import"),
        (("non-test-class", "--validate"), "--validate is for --apply"),
        (("non-test-class", "--apply", "--check"), "--check writes nothing"),
        (("non-test-class", "nowhere.py"), "nowhere.py: no such file or directory"),
        (("non-test-class", "--format", "html"), "--format html"),
        (("--explain", "nothing"), "there is no such rule"),
    ],
)
def test_mistakes_are_named_with_the_way_out(suite: Path, run_cli, words: tuple[str, ...], complaint: str) -> None:
    result = run_cli("fix", *words, cwd=suite)
    assert result.returncode == 2
    assert complaint in result.stderr


def test_without_a_place_for_the_journal_nothing_is_written(suite: Path, run_cli, tmp_path: Path) -> None:
    before = state(suite)
    (tmp_path / "file").write_text("")
    for env in ({"XDG_STATE_HOME": str(tmp_path / "file")}, {"XDG_STATE_HOME": "", "HOME": ""}):
        result = run_cli("fix", "non-test-class", "--apply", cwd=suite, env=env)
        assert result.returncode == 2
        assert "XDG_STATE_HOME" in result.stderr
    assert state(suite) == before


def test_the_list_names_each_rewrite_and_explain_shows_its_page(suite: Path, run_cli) -> None:
    listed = run_cli("fix", "--list", cwd=suite)
    assert "non-test-class" in listed.stdout
    assert listed.stdout.endswith("\n")
    assert "Left alone:" in run_cli("fix", "--explain", "non-test-class", cwd=suite).stdout


def test_undo_from_above_finds_the_rewrite_of_a_path(write_suite, run_cli, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = write_suite({"sub/test_a.py": HELPER})
    assert run_cli("fix", "non-test-class", "sub", "--apply", cwd=root).returncode == 0
    assert (root / "sub/test_a.py").read_text() == MARKED
    assert run_cli("fix", "--undo", cwd=root).returncode == 0
    assert (root / "sub/test_a.py").read_text() == HELPER
    assert [each.name for each in root.iterdir()] == ["sub"]


def test_moving_a_slow_import_from_some_files_saves_nothing_yet(
    write_suite, run_cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    text = "import wave\n\n\ndef test_a():\n    assert wave.open\n"
    settings = "[tool.pytest.ini_options]\n\n[tool.collectbench.lint]\nheavy = ['wave']\n"
    root = write_suite({"pyproject.toml": settings, "tests/test_a.py": text, "tests/test_b.py": text})
    refused = run_cli("fix", "heavy-import", "tests/test_a.py", cwd=root)
    assert "1 line could be rewritten, but 1 more line imports it" in " ".join(refused.stdout.split())
    done = run_cli("fix", "heavy-import", "tests/test_a.py", "--partial", "--apply", cwd=root)
    assert "1 more line imports it (tests/test_b.py:1): 0 s saved so far" in " ".join(done.stdout.split())
    assert (root / "tests/test_a.py").read_text() == "def test_a():\n    import wave\n\n    assert wave.open\n"
    assert (root / "tests/test_b.py").read_text() == text


def test_a_repository_that_git_cannot_read_is_refused_without_allow_dirty(suite: Path, run_cli) -> None:
    (suite / ".git").write_text("nonsense\n")
    refused = run_cli("fix", "non-test-class", "--apply", cwd=suite)
    assert refused.returncode == 2
    assert "git does not tell whether all changes are committed" in refused.stderr
    assert "--allow-dirty" in refused.stderr
    missing = run_cli("fix", "non-test-class", "--apply", cwd=suite, env={"PATH": "/nonexistent"})
    assert missing.returncode == 2
    assert "git cannot be started" in missing.stderr
    assert "--allow-dirty" in missing.stderr
    before = state(suite)
    assert run_cli("fix", "non-test-class", "--apply", "--allow-dirty", cwd=suite).returncode == 0
    for path, content in before.items():
        (suite / path).write_bytes(content)
    assert "nothing to restore" in run_cli("fix", "--undo", cwd=suite).stdout


def test_apply_exits_1_if_no_file_can_be_written_and_hides_no_earlier_rewrite(suite: Path, run_cli) -> None:
    before = state(suite)
    assert run_cli("fix", "non-test-class", "tests/test_a.py", "--apply", cwd=suite).returncode == 0
    (suite / "tests/test_b.py").chmod(0o444)
    failed = run_cli("fix", "non-test-class", "tests/test_b.py", "--apply", cwd=suite)
    assert failed.returncode == 1
    assert "failed: tests/test_b.py: it is read-only" in failed.stdout
    assert run_cli("fix", "--undo", cwd=suite).returncode == 0
    assert state(suite) == before


def test_files_that_fail_since_warnings_are_errors_are_healed(suite: Path, run_cli, plain_python: str) -> None:
    (suite / "pytest.ini").write_text("[pytest]\ntestpaths = tests\nfilterwarnings = error\n")
    done = run_cli("fix", "non-test-class", "--apply", "--validate", "--python", plain_python, cwd=suite)
    assert "3 files rewritten" in done.stdout
    assert done.returncode == 0


def test_verify_takes_an_edit_back_after_which_a_test_fails(suite: Path, run_cli, plain_python: str) -> None:
    reads_itself = "\n\ndef test_text():\n    assert '__test' + '__ =' not in open(__file__).read()\n"
    with (suite / "tests/test_a.py").open("a") as file:
        file.write(reads_itself)
    before = state(suite)
    done = run_cli("fix", "non-test-class", "--apply", "--verify", "--python", plain_python, cwd=suite)
    assert done.returncode == 1
    assert "newly failing: tests/test_a.py::test_text" in done.stdout
    assert "the tests of changed files were run before and after" in " ".join(done.stdout.split())
    after = state(suite)
    assert after["tests/test_a.py"] == before["tests/test_a.py"]
    assert {path for path in before if after[path] != before[path]} == {"tests/test_b.py", "tests/test_latin.py"}
    assert after.keys() == before.keys()


def test_a_suite_whose_tests_never_ran_gains_them(write_suite, run_cli, plain_python, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    text = "class TestA:\n    def __init__(self):\n        self.x = 1\n\n    def test_a(self):\n        assert self.x\n"
    root = write_suite({"pytest.ini": "[pytest]\n", "test_a.py": text})
    done = run_cli("fix", "uncollected-tests", "--apply", "--verify", "--python", plain_python, cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert (root / "test_a.py").read_text() == text.replace("__init__", "setup_method")
