"""`compare --against` with a baseline that vouches for what cannot have changed, in real repositories."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from collectbench.checkouts.differing_names import differing_names
from collectbench.checkouts.git import git_in
from collectbench.checkouts.left_out import LeftOut

QUICK = ("--rounds", "1", "--warmup", "0", "--no-progress")


@pytest.fixture(scope="module")
def measured(template, tmp_path_factory, git_env, copied, run_cli, plain_python):
    """A repository with a baseline of three targets and the suite: one reads data, one starts a process."""
    folder = tmp_path_factory.mktemp("measured")
    repo = copied(template, folder, git_env)
    shutil.rmtree(repo.root / "tests")
    repo.write("pytest.ini", "[pytest]\ntestpaths = tests\npythonpath = .\n")
    repo.write(".gitignore", "*.ignored\n__pycache__/\n")
    repo.write("docs/index.md", "Words.\n")
    repo.write("tests/data/d.json", "{}\n")
    repo.write("tests/reads/test_reads.py", "open('tests/data/d.json').close()\ndef test_reads(): pass\n")
    repo.write("tests/loads/test_loads.py", "import module\ndef test_loads(): pass\n")
    repo.write("tests/starts/test_starts.py", "import subprocess\nsubprocess.run(['true'])\ndef test_starts(): pass\n")
    repo.commit("three targets")
    done = run_cli("baseline", "--python", plain_python, *QUICK, cwd=repo.root, env=git_env)
    assert done.returncode == 0, done.stderr
    repo.commit("a baseline")
    return folder


@pytest.fixture
def repo(measured, tmp_path, git_env, copied):
    return copied(measured, tmp_path, git_env)


@pytest.fixture
def compare(repo, run_cli, plain_python, git_env):
    """Compares with a commit; returns the document, and holds that the repository is as before."""

    def run(*args, ref="HEAD", targets=(), env=None):
        before = repo.state()
        options = ("--python", plain_python, *QUICK, "--format", "json", *args)
        done = run_cli("compare", *targets, "--against", ref, *options, cwd=repo.root, env={**git_env, **(env or {})})
        assert repo.state() == before
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture
def planned(repo, run_cli, plain_python, git_env):
    """What a dry run says: the unaffected targets, why each of the others is measured, and other remarks."""

    def ask(*targets, env=None, python=plain_python):
        options = ("--against", "HEAD", "--dry-run", "--verbose", "--python", python)
        done = run_cli("compare", *targets, *options, cwd=repo.root, env={**git_env, **(env or {})})
        assert done.returncode == 0, done.stderr
        said = re.findall(r"^#   '(.+?)'(?:: (.+))?$", done.stdout, re.MULTILINE)
        remarks = re.findall(r"^# (the baseline .+|no target .+)$", done.stdout, re.MULTILINE)
        return [name for name, reason in said if not reason], {name: why for name, why in said if why}, remarks

    return ask


def unaffected(document):
    rows = [*document["targets"], *([document["suite"]] if document["suite"] else [])]
    return [row["name"] for row in rows if "unaffected" in row]


def affected(document):
    return {row["name"]: row["affected"] for row in document["targets"] if "affected" in row}


READS, LOADS, STARTS = "tests/reads", "tests/loads", "tests/starts"


def test_a_change_of_documents_takes_no_round(repo, compare) -> None:
    repo.write("docs/index.md", "Other words.\n")
    repo.write("docs/more/new.md", "New.\n")
    document = compare(targets=(READS, LOADS))
    assert unaffected(document) == [READS, LOADS]
    assert (document["verdict"], document["effort"]["rounds"], document["effort"]["measured"]) == ("pass", 0, 0)
    row = document["targets"][0]
    assert row["unaffected"]["commit"] == repo.git("rev-parse", "HEAD~1")
    assert row["reasons"][0].startswith(f"unaffected: none of the {row['unaffected']['files']:,} files that it reads")
    assert document["head_run"]["dirty"] is True
    assert document["head_run"]["targets"][0]["from_earlier_run"] is True


def test_only_the_targets_that_read_a_changed_file_are_measured_and_those_that_start_a_process(repo, planned) -> None:
    repo.write("tests/data/d.json", '{"more": 1}\n')
    affected = {
        READS: "it reads tests/data/d.json, which changed since the baseline",
        STARTS: "it starts a process (true, at tests/starts/test_starts.py:2)",
    }
    assert planned(READS, LOADS, STARTS)[:2] == ([LOADS], affected)


@pytest.mark.long
def test_targets_that_were_measured_and_others_are_shown_in_the_order_of_the_plan(repo, compare) -> None:
    repo.write("tests/data/d.json", '{"more": 1}\n')
    document = compare(targets=(LOADS, READS))
    assert unaffected(document) == [LOADS]
    assert affected(document) == {READS: "it reads tests/data/d.json, which changed since the baseline"}
    assert document["effort"]["measured"] == 1
    assert [target["name"] for target in document["targets"]] == [LOADS, READS]


def test_the_output_says_what_was_spared_and_why_the_rest_was_not(repo, run_cli, plain_python, git_env) -> None:
    repo.write("module.py", "VALUE = 3\n")
    options = ("--against", "HEAD", "--python", plain_python, *QUICK, "--verbose")
    done = run_cli("compare", READS, LOADS, *options, cwd=repo.root, env=git_env)
    text = " ".join(done.stdout.split())
    commit = repo.git("rev-parse", "HEAD~1")[:10]
    assert f"1 of 2 targets measured, 1 unaffected since the baseline main ({commit}):" in text
    assert "tests/loads: measured, since it reads module.py, which changed since the baseline" in text


def test_a_dry_run_shows_commands_for_the_rest_alone(repo, run_cli, plain_python, git_env) -> None:
    def shown(*words):
        command = ("compare", "--against", "HEAD", "--dry-run", "--python", plain_python, *words)
        return run_cli(*command, cwd=repo.root, env=git_env).stdout

    repo.write("tests/data/d.json", "{ }\n")
    spared = f"# unaffected since the baseline, so no command is run (--full runs all):\n#   '{LOADS}'\n"
    assert shown().startswith(f"{spared}# in a temporary git worktree of HEAD")
    assert f"# '{LOADS}'," not in shown()
    assert f"# '{READS}'," in shown()
    assert f"# '{LOADS}'," in shown("--full")
    assert shown(LOADS) == spared


@pytest.mark.long
def test_full_measures_everything(compare) -> None:
    document = compare("--full", targets=(LOADS,))
    assert unaffected(document) == []
    assert document["effort"]["rounds"] > 0


def test_a_variable_that_a_conftest_reads_is_an_input(repo, planned, run_cli, plain_python, git_env) -> None:
    repo.write("tests/loads/conftest.py", "import os\nFAST = os.environ.get('FAST')\n")
    repo.commit("reads a variable")
    options = ("--python", plain_python, *QUICK)
    assert run_cli("baseline", LOADS, *options, cwd=repo.root, env=git_env).returncode == 0
    assert planned(LOADS)[0] == [LOADS]
    reason = "it reads the environment variable FAST, which changed since the baseline"
    assert planned(LOADS, env={"FAST": "1"})[:2] == ([], {LOADS: reason})


def test_a_change_of_the_base_that_the_working_tree_took_back_is_measured(repo, planned) -> None:
    before = (repo.root / "module.py").read_text()
    repo.write("module.py", "VALUE = 4\n")
    repo.commit("changes the module")
    repo.write("module.py", before)
    assert planned(LOADS)[1] == {LOADS: "it reads module.py, which differs between base and head"}


def test_a_baseline_that_cannot_be_read_spares_nothing_and_says_so(repo, planned) -> None:
    repo.write("baselines/main.json", "{")
    spared, _, (remark,) = planned(LOADS)
    assert spared == []
    assert remark.startswith("no target was skipped: ")


def test_without_a_baseline_everything_is_measured_as_ever(repo, planned) -> None:
    shutil.rmtree(repo.root / "baselines")
    assert planned(LOADS) == ([], {}, [])


@pytest.mark.parametrize(
    ("change", "notes"),
    [
        ((".gitattributes", "*.py text eol=lf\n"), ".gitattributes changed, and with it the content of other files"),
        (("pytest.ini", "[pytest]\ntestpaths = tests\npythonpath = .\naddopts = --lf\n"), "--lf selects tests"),
    ],
)
def test_what_may_concern_all_targets_spares_none(change, notes, repo, planned) -> None:
    repo.write(*change)
    spared, _, (remark,) = planned(LOADS)
    assert spared == []
    assert remark.startswith(f"the baseline main vouches for no target, since {notes}")


@pytest.fixture
def python_with_copy(repo, plain_python, tmp_path) -> str:
    """An interpreter in whose environment a copy of `src/shop` is installed, as pip does it, beside pytest."""
    subprocess.run([plain_python, "-m", "venv", "--without-pip", str(tmp_path / "environment")], check=True)
    (site,) = (tmp_path / "environment").glob("lib/python3*/site-packages")
    packages = next(Path(plain_python).parent.parent.glob("lib/python3*/site-packages"))
    files = {
        "packages.pth": f"{packages}\n",
        "shop/__init__.py": "",
        "shop-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: shop\nVersion: 1\n",
        "shop-1.dist-info/direct_url.json": json.dumps({"url": repo.root.as_uri(), "dir_info": {}}),
        "shop-1.dist-info/RECORD": "shop/__init__.py,,\nshop-1.dist-info/METADATA,,\n",
    }
    for name, content in files.items():
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text(content)
    return str(tmp_path / "environment" / "bin" / "python")


def test_a_target_that_loads_an_installed_copy_is_measured_since_each_side_loads_its_own_file(
    repo, planned, run_cli, python_with_copy, git_env
) -> None:
    repo.write("src/shop/__init__.py", "")
    repo.write("tests/loads/test_loads.py", "import shop\ndef test_loads(): pass\n")
    repo.commit("installed")
    options = ("--python", python_with_copy, *QUICK)
    shutil.rmtree(repo.root / "baselines")
    assert run_cli("baseline", READS, LOADS, *options, cwd=repo.root, env=git_env).returncode == 0
    repo.write("src/shop/__init__.py", "import wave\n")
    spared, affected, _ = planned(READS, LOADS, python=python_with_copy)
    assert spared == [READS]
    assert affected[LOADS].startswith("it reads <site-packages>/shop/__init__.py, an installed copy, where base")


@pytest.mark.long
def test_a_target_that_lists_what_git_ignores_is_measured_since_no_checkout_has_that(
    repo, planned, run_cli, plain_python, git_env
) -> None:
    listing = "import pathlib\nN = len(list(pathlib.Path(__file__).parent.glob('*.ignored')))\ndef test_it(): pass\n"
    repo.write("tests/loads/test_loads.py", listing)
    repo.commit("lists its directory")
    repo.write("tests/loads/a.ignored", "x")
    assert run_cli("baseline", LOADS, "--python", plain_python, *QUICK, cwd=repo.root, env=git_env).returncode == 0
    reason = "it lists tests/loads, where git ignores a.ignored: neither base nor head has that"
    assert planned(LOADS)[1] == {LOADS: reason}


def test_committed_bytecode_spares_none_since_python_may_prefer_it_to_its_source(repo, planned) -> None:
    repo.write("__pycache__/module.pyc", "x")
    repo.git("add", "--force", "__pycache__/module.pyc")
    spared, _, (remark,) = planned(LOADS)
    assert spared == []
    assert "git tracks bytecode, such as __pycache__/module.pyc, which Python may prefer to its source" in remark


def test_a_removed_target_is_still_missed(repo, compare) -> None:
    shutil.rmtree(repo.root / READS)
    document = compare("--no-suite")
    assert "tests/reads" in [row["name"] for row in document["targets"]]
    assert document["verdict"] == "fail"


def test_a_run_in_which_nothing_was_measured_is_not_recorded(repo, run_cli, plain_python, git_env) -> None:
    options = ("--against", "HEAD", "--python", plain_python, *QUICK, "--record")
    done = run_cli("compare", LOADS, *options, cwd=repo.root, env=git_env)
    assert done.returncode == 0
    assert "not recorded in history: nothing was measured" in done.stderr
    assert not (repo.root / "history").exists() or not list((repo.root / "history").iterdir())


def test_parts_of_a_plan_each_vouch_for_their_own_targets(repo, compare) -> None:
    repo.write("docs/index.md", "Other words.\n")
    parts = [compare("--shard", f"{index}/2", targets=(READS, LOADS)) for index in (1, 2)]
    assert sorted(name for part in parts for name in unaffected(part)) == [LOADS, READS]
    assert len({part["shard"]["digest"] for part in parts}) == 1


# --- what git says about a commit and the user's files ---


@pytest.fixture
def names(repo):
    """Compares the commit with the user's files; paths relative to the top."""

    def ask(base="HEAD", kind="one_sided"):
        git = git_in(repo.root, {**repo.env, "PATH": os.environ["PATH"]}, repo.work, repo.plainly)
        commits = (repo.git("rev-parse", base), repo.git("rev-parse", "HEAD"))
        found = differing_names(git, *commits, LeftOut.of(repo.root, [repo.root / "baselines"]))
        top = f"{repo.root}/"
        return [sorted(path.removeprefix(top) for path in paths) for paths in (found.paths, getattr(found, kind))]

    return ask


def test_a_clean_tree_does_not_differ(names) -> None:
    assert names() == [[], []]


def test_new_and_removed_files_bring_their_directories(repo, names) -> None:
    repo.write("new/deep/file.txt", "x")
    repo.write("docs/more.md", "x")
    shutil.rmtree(repo.root / "tests/data")
    assert names() == [
        ["docs/more.md", "new/deep/file.txt", "tests/data/d.json"],
        ["docs/more.md", "new/", "new/deep/", "new/deep/file.txt", "tests/data/", "tests/data/d.json"],
    ]


def test_a_file_that_git_forgets_and_ignores_is_in_the_base_only(repo, names) -> None:
    repo.git("rm", "-q", "--cached", "tests/data/d.json")
    repo.write(".git/info/exclude", "d.json\n")
    assert names()[1] == ["tests/data/", "tests/data/d.json"]
    repo.git("commit", "-q", "-m", "forgotten")
    assert names(base="HEAD~1")[1] == ["tests/data/", "tests/data/d.json"]


def test_a_file_that_git_is_told_not_to_watch_may_differ(repo, names) -> None:
    repo.git("update-index", "--assume-unchanged", "module.py")
    assert names() == [["module.py"], []]


def test_a_link_to_a_directory_may_be_a_package(repo, names) -> None:
    (repo.root / "alias").symlink_to("tests")
    assert names() == [["alias"], ["alias/"]]


def test_a_file_of_another_mode_and_a_link_that_leads_elsewhere_are_told_apart_from_content(repo, names) -> None:
    (repo.root / "alias").symlink_to("tests")
    repo.write("script.sh", "#!/bin/sh\n")
    repo.write("plain.txt", "1")
    repo.commit("a link")
    (repo.root / "alias").unlink()
    (repo.root / "alias").symlink_to("docs")
    (repo.root / "script.sh").chmod(0o755)
    repo.write("plain.txt", "2")
    assert names() == [["alias", "plain.txt", "script.sh"], []]
    assert names(kind="of_other_kind") == [["alias", "plain.txt", "script.sh"], ["alias", "script.sh"]]


def test_a_commit_of_a_submodule_is_seen_although_the_repository_hides_it(repo_with_submodule) -> None:
    repo = repo_with_submodule
    repo.write(".gitmodules", (repo.root / ".gitmodules").read_text() + "\tignore = all\n")
    repo.commit("hides its submodules")
    before = repo.git("rev-parse", "HEAD")
    repo.write("library/code.py", "# other\n")
    for words in (("commit", "--quiet", "--all", "--message", "other"), ("rev-parse", "HEAD")):
        moved = repo.git("-C", "library", *words)
    repo.git("update-index", "--cacheinfo", f"160000,{moved},library")
    repo.git("commit", "--quiet", "--message", "another library")
    git = git_in(repo.root, repo.env, repo.work, repo.plainly)
    found = differing_names(git, before, repo.git("rev-parse", "HEAD"), LeftOut.of(repo.root))
    assert found.paths == {f"{repo.root}/library"}


def test_a_directory_of_which_only_ignored_files_remain_is_in_the_base_only(repo, names) -> None:
    repo.write("scripts/tool.py", "")
    repo.commit("a script")
    (repo.root / "scripts/tool.py").unlink()
    repo.write("scripts/__pycache__/tool.pyc", "")
    assert names()[1] == ["scripts/", "scripts/tool.py"]


def test_files_of_ours_and_caches_that_git_does_not_track_count_on_no_side(repo, names) -> None:
    repo.write("baselines/other.json", '{"kind": "collectbench.run"}')
    repo.write(".coverage", "")
    assert names() == [[], []]
    repo.write("baselines/data.json", "{}")
    assert names()[1] == ["baselines/data.json"]
    repo.git("add", "--force", ".coverage")
    assert names()[1] == [".coverage", "baselines/data.json"]


def test_a_submodule_in_which_something_differs_is_one_path(repo_with_submodule) -> None:
    repo = repo_with_submodule
    repo.write("library/code.py", "# other\n")
    git = git_in(repo.root, repo.env, repo.work, repo.plainly)
    head = repo.git("rev-parse", "HEAD")
    found = differing_names(git, head, head, LeftOut.of(repo.root))
    assert (found.paths, found.one_sided, found.dirty) == ({f"{repo.root}/library"}, frozenset(), True)
