"""`compare --against`: real repositories, and everything of the user's as it was afterwards."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
import uuid
from pathlib import Path

import psutil
import pytest

QUICK = ("--rounds", "1", "--warmup", "0", "--no-suite", "--no-progress", "--format", "json")
MARK = "COLLECTBENCH_TEST_MARK"
BURN = "import time\nend = time.thread_time() + 0.2\nwhile time.thread_time() < end: pass\n"


@pytest.fixture(scope="module")
def against(run_cli, plain_python, git_env, tmp_path_factory):
    """Compares with a commit, and holds that the repository is as before and no file of ours is left."""

    def run(repo, ref, *args, cwd=None, env=None, python=plain_python):
        temporary = tmp_path_factory.mktemp("temporary")
        before = repo.state()
        places = {**git_env, "TMPDIR": str(temporary), "COLUMNS": "80", **(env or {})}
        done = run_cli("compare", "--against", ref, "--python", python, *args, cwd=cwd or repo.root, env=places)
        assert repo.state() == before
        assert list(temporary.iterdir()) == []
        assert "Traceback (most recent call last)" not in done.stderr
        return done

    return run


def document_of(done):
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def by_name(document):
    return {target["name"]: target for target in document["targets"]}


# One comparison with much in it: the tree is a linked worktree of a bare repository in a path with spaces, its HEAD is
# detached, and what changed is not committed.


@pytest.fixture(scope="module")
def eventful(template, tmp_path_factory, git_env, copied):
    folder = tmp_path_factory.mktemp("eventful")
    repo = copied(template, folder, git_env)
    repo.git("clone", "-q", "--bare", str(repo.root), str(folder / "bare"))
    repo.root = folder / "bare"
    repo.git("worktree", "add", "-q", "--detach", str(folder / "a linked tree"), "main")
    repo.root = folder / "a linked tree"
    shutil.rmtree(repo.root / "tests")
    for name in ("breaks", "gone", "grows", "mended"):
        repo.write(f"tests/{name}/test_{name}.py", f"def test_{name}(): pass\n")
    repo.write("stable/test_same.py", "def test_same(): pass\n")  # a folder beside it would be work for it as well
    repo.write("tests/breaks/test_fine.py", "def test_fine(): pass\n")
    repo.write("tests/grows/conftest.py", "import os\n")
    repo.write("tests/mended/conftest.py", "raise RuntimeError('not yet')\n")
    repo.write("pytest.ini", "[pytest]\ntestpaths = tests stable\n")
    repo.commit("five targets")
    repo.write("tests/grows/conftest.py", "import os\n\nimport packaging.metadata\n")
    repo.write("tests/breaks/test_breaks.py", "import nowhere_to_be_found\n")
    repo.write("tests/new/test_new.py", "def test_new(): pass\n")
    (repo.root / "tests" / "mended" / "conftest.py").unlink()
    shutil.rmtree(repo.root / "tests" / "gone")
    return repo


@pytest.fixture(scope="module")
def outcome(eventful, against, tmp_path_factory):
    """The finished command, its document, and what it says to people."""
    text = tmp_path_factory.mktemp("text") / "text"
    done = against(eventful, "HEAD", *QUICK, "--output", f"text={text}")
    return done, document_of(done), " ".join(text.read_text().split())


@pytest.mark.long
def test_what_broke_fails_the_comparison(outcome) -> None:
    done, document, _ = outcome
    assert (done.returncode, document["mode"], document["verdict"]) == (1, "paired", "fail")
    breaks = by_name(document)["tests/breaks"]
    assert breaks["verdict"] == "fail"
    assert "collection errors: 0 -> 1" in breaks["reasons"]


def test_both_sides_are_told_with_their_commits(outcome, eventful) -> None:
    _, document, _ = outcome
    commit = eventful.git("rev-parse", "HEAD")
    assert document["baseline"] == f"HEAD ({commit[:10]})"
    sides = document["base_run"], document["head_run"]
    assert [(side["commit"], side["dirty"]) for side in sides] == [(commit, False), (commit, True)]
    pairs = [
        sorted(each["pair"] for target in side["targets"] for each in target["samples"] if each.get("pair") is not None)
        for side in sides
    ]
    assert pairs == [[0, 0], [0, 0]], "tests/grows and tests/breaks, one pair each"


def test_more_pairs_than_rounds_asked_for_are_had_by_asking_for_more(outcome) -> None:
    _, document, _ = outcome
    reason = by_name(document)["tests/grows"]["change"]["reason"]
    assert reason.endswith("omit --rounds, or increase it, or name fewer targets")


def test_an_added_import_is_told_with_its_line_and_the_number_of_modules(outcome) -> None:
    _, document, text = outcome
    grows = by_name(document)["tests/grows"]
    modules = grows["counters"]["modules"]
    assert modules["stable"]
    added = modules["head"] - modules["base"]
    assert added == len(modules["new_imports"]) > 5
    assert {(each["path"], each["line"]) for each in modules["new_imports"]} == {("tests/grows/conftest.py", 3)}
    assert f"+{added} modules" in text
    assert "tests/grows/conftest.py:3" in text


def test_targets_in_which_nothing_changed_are_not_timed_and_say_so(outcome) -> None:
    _, document, text = outcome
    same = by_name(document)["stable"]
    assert same["verdict"] == "pass"
    assert "nothing changed" in same["reasons"][0]
    assert "so it was not timed" in same["reasons"][0]
    assert (same["change"]["pairs"], same["change"]["ratio"]) == (0, None)
    assert "stable pass 1 " in text


def test_what_one_side_alone_has_or_can_collect_is_not_compared(outcome) -> None:
    _, document, _ = outcome
    targets = by_name(document)
    assert targets["tests/gone"]["verdict"] == "fail"
    assert targets["tests/gone"]["reasons"] == ["the target vanished: it is in the base, but not in head"]
    assert "new, since it is not in the base" in targets["tests/new"]["remarks"]
    assert targets["tests/new"]["change"] is None
    mended = targets["tests/mended"]["change"]
    assert mended["verdict"] == "incomparable"
    assert "at the base, the target could not be collected" in mended["reason"]
    assert "not yet" in mended["reason"]


@pytest.mark.long
def test_renamed_folders_are_not_lost_targets_and_new_tests_elsewhere_do_not_replace_lost_ones(
    repo, against, run_cli, plain_python, git_env
) -> None:
    for name in ("api", "old", "lost"):
        repo.write(f"tests/{name}/test_{name}.py", f"def test_{name}(): pass\n")
    repo.write("pytest.ini", "[pytest]\ntestpaths = tests\n")
    repo.commit("three targets")
    measure = ("--python", plain_python, *QUICK, "--no-counters")
    assert run_cli("baseline", *measure, cwd=repo.root, env=git_env).returncode == 0
    repo.git("mv", "tests/api", "tests/http")
    repo.git("mv", "tests/old", "tests/new")
    repo.git("mv", "tests/new/test_old.py", "tests/new/test_new.py")
    repo.git("rm", "-q", "-r", "tests/lost")
    repo.write("tests/found/test_found.py", "import this_is_not_similar_at_all as x\n\n\ndef test_found(): ...\n" * 9)
    repo.write("this_is_not_similar_at_all.py", "")
    stored = run_cli("compare", *measure, cwd=repo.root, env=git_env)
    shutil.rmtree(repo.root / "baselines")
    for done in (stored, against(repo, "HEAD", *QUICK)):
        targets = by_name(document_of(done))
        assert {name: targets[f"tests/{name}"]["verdict"] for name in ("api", "old", "lost")} == {
            "api": "pass", "old": "pass", "lost": "fail",
        }  # fmt: skip
        assert targets["tests/api"]["remarks"] == ["now measured as tests/http: moved, with the same tests"]
        (remark,) = targets["tests/old"]["remarks"]
        assert remark == "now measured as tests/new: git calls each file renamed, and no items vanished: 1 -> 1"


# Where a side finds its modules


def listed(text):
    """What --dry-run shows: under each place in which commands are run, the names of the targets."""
    places = re.split(r"^# in (?=a temporary)", text, flags=re.MULTILINE)[1:]
    return {place.split(",")[0]: re.findall(r"^# '(.+)'$", place, re.MULTILINE) for place in places}


def test_a_dry_run_shows_the_commands_of_both_sides(eventful, against) -> None:
    done = against(eventful, "HEAD", "--dry-run", "--no-counters")
    commit = eventful.git("rev-parse", "HEAD")[:10]
    both = ["tests/breaks", "tests/grows", "tests/mended"]
    assert (done.returncode, listed(done.stdout)) == (
        0,
        {
            f"a temporary git worktree of HEAD ({commit})": [
                both[0], "tests/gone", *both[1:], "stable", "suite",
            ],
            "a temporary git worktree of your working tree": [*both, "tests/new", "stable", "suite"],
        },
    )  # fmt: skip
    assert against(eventful, "nowhere", "--dry-run").returncode == 2


@pytest.mark.long
def test_shards_share_out_what_either_side_has(eventful, against) -> None:
    parts = [
        listed(against(eventful, "HEAD", "--dry-run", "--no-counters", "--shard", f"{index}/2").stdout)
        for index in (1, 2)
    ]
    then, now = ([list(part.values())[side] for part in parts] for side in (0, 1))
    assert then == [["tests/breaks", "tests/mended", "stable", "suite"], ["tests/gone", "tests/grows"]]
    assert now == [["tests/breaks", "tests/mended", "stable", "suite"], ["tests/grows", "tests/new"]]


def test_a_shard_is_compared_alone_and_says_which_it_is(eventful, against, tmp_path) -> None:
    done = against(eventful, "HEAD", *QUICK[2:], "--shard", "6/7", "--output", tmp_path / "comment.md")
    document = document_of(done)
    assert (done.returncode, document["verdict"], list(by_name(document))) == (1, "fail", ["tests/gone"])
    assert (document["shard"]["index"], document["shard"]["count"]) == (6, 7)
    assert document["suite"] is None
    comment = (tmp_path / "comment.md").read_text().splitlines()
    assert comment[:2] == ["<!-- collectbench 6/7 -->", "### Collection, part 6 of 7: fail (1 fail)"]


def test_a_shard_without_targets_passes(eventful, against) -> None:
    done = against(eventful, "HEAD", "--no-progress", "--shard", "9/9")
    assert done.returncode == 0, done.stderr
    assert "shard 9 of 9" in done.stdout
    assert "verdict: pass (this shard holds nothing to judge)" in done.stdout


@pytest.fixture
def editable_python(repo, plain_python, tmp_path) -> str:
    """An interpreter in whose environment the repository's `src` is installed in editable mode, beside pytest."""
    subprocess.run([plain_python, "-m", "venv", "--without-pip", str(tmp_path / "environment")], check=True)
    (site,) = (tmp_path / "environment").glob("lib/python3*/site-packages")
    packages = next(Path(plain_python).parent.parent.glob("lib/python3*/site-packages"))
    (site / "editable.pth").write_text(f"{packages}\n{repo.root}/src\n")
    return str(tmp_path / "environment" / "bin" / "python")


def test_a_planted_slowdown_in_an_editable_src_layout_fails_and_the_users_tree_is_not_what_is_measured(
    repo, against, editable_python
) -> None:
    repo.write("src/shop/__init__.py", "")
    repo.write("tests/test_a.py", "import shop\ndef test_a(): pass\n")
    repo.commit("quick")
    repo.write("src/shop/__init__.py", BURN)
    repo.commit("slow")
    done = against(
        repo, "HEAD~1", "--rounds", "7", "--no-suite", "--no-counters", "--format", "json", python=editable_python
    )
    document = document_of(done)
    (target,) = document["targets"]
    change = target["change"]
    assert (done.returncode, target["verdict"], change["pairs"]) == (1, "fail", 7)
    assert change["ratio"] > 1 + change["margin"]
    assert change["p_value"] == 0.5**7
    assert change["minimum_detectable_effect"] > change["margin"]
    assert f"the project is installed from {repo.root}" in " ".join(document["notes"])


@pytest.mark.long
def test_other_bytes_that_do_the_same_work_are_timed_also_outside_of_the_rootdir(repo, against) -> None:
    path = "import pathlib, sys\nsys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'lib'))\n"
    repo.write("svc/pytest.ini", "[pytest]\ntestpaths = tests\n")
    repo.write("svc/conftest.py", path)
    repo.write("svc/tests/a/test_a.py", "import shared\ndef test_a(): pass\n")
    repo.write("svc/tests/b/test_b.py", "def test_b(): pass\n")
    repo.write("svc/tests/c/test_c.py", "N = sum(range(10))\ndef test_c(): pass\n")
    repo.write("lib/shared.py", "N = sum(range(10))\n")
    repo.commit("quick")
    repo.write("lib/shared.py", "N = sum(range(11))\n")
    repo.write("svc/tests/c/test_c.py", "N = sum(range(12))\ndef test_c(): pass\n")
    env = {"PYTHONPATH": f"{repo.root}/lib"}
    done = against(repo, "HEAD", *QUICK, cwd=repo.root / "svc", env=env)
    targets = by_name(document_of(done))
    assert {name: target["change"]["pairs"] for name, target in targets.items()} == {
        "tests/a": 1, "tests/b": 0, "tests/c": 1,
    }  # fmt: skip
    assert targets["tests/b"]["verdict"] == "pass"
    assert "collectbench-" not in done.stdout, "no folder of ours is worth a word"


@pytest.mark.long
def test_each_target_finds_its_own_modules_also_where_the_suite_finds_them_by_another_path(
    repo, against, editable_python
) -> None:
    path = "import pathlib, sys\nsys.path.insert(0, str(pathlib.Path(__file__).parents[2] / 'src'))\n"
    repo.write("tests/finds/conftest.py", path)
    for name in ("finds", "installed", "with_tools"):
        repo.write(f"tests/{name}/test_{name}.py", f"import shop\ndef test_{name}(): pass\n")
    repo.write("tools/tool.py", "")
    repo.write("src/shop/__init__.py", "")
    targets = [f'[targets.{name}]\npaths = ["tests/{name}"]\n' for name in ("finds", "installed")]
    tools = '[targets.with_tools]\npaths = ["tests/with_tools"]\nenv = { PYTHONPATH = "tools" }\n'
    repo.write("collectbench.toml", "".join([*targets, tools]))
    repo.commit("nothing is imported")
    repo.write("src/shop/__init__.py", "import wave\n")
    options = ("--rounds", "1", "--warmup", "0", "--no-progress", "--format", "json")
    for rest, names in (
        ((), {"finds", "installed", "with_tools"}),
        (("--max-time", "5m", "with_tools"), {"with_tools"}),
    ):
        compared = by_name(document_of(against(repo, "HEAD", *options, *rest, python=editable_python)))
        modules = {name: target["counters"]["modules"] for name, target in compared.items()}
        assert {name for name, counter in modules.items() if counter["head"] > counter["base"]} == names
    (repo.root / "collectbench.toml").write_text("".join(targets))
    refused = against(repo, "HEAD", *options, "--max-time", "5m", python=editable_python)
    assert refused.returncode == 2
    assert "loaded modules from outside its checkout" in refused.stderr
    assert "without --max-time" in refused.stderr


@pytest.mark.long
def test_bytecode_of_the_sides_does_not_stay_where_it_is_kept_apart(repo, against, tmp_path) -> None:
    prefix = tmp_path / "bytecode"
    done = against(repo, "HEAD", *QUICK, env={"PYTHONPYCACHEPREFIX": str(prefix)})
    assert done.returncode == 0, done.stderr
    assert prefix.exists()
    assert [path for path in prefix.rglob("*") if "collectbench-" in path.name] == []


def test_a_folder_that_the_base_lacks_is_no_place_to_start_in(repo, against) -> None:
    repo.write("pytest.ini", "[pytest]\n")
    repo.commit("the root")
    repo.write("tests/new/test_new.py", "def test_new(): pass\n")
    for options in ((), ("--dry-run",)):
        done = against(repo, "HEAD", *options, cwd=repo.root / "tests" / "new")
        assert (done.returncode, done.stdout) == (2, "")
        assert "the base has no directory tests/new, in which pytest starts" in done.stderr


def test_both_sides_start_in_their_counterpart_of_the_folder(repo, against) -> None:
    repo.write("pytest.ini", "[pytest]\n")
    repo.write("services/api/app.py", "")
    repo.write("services/api/tests/test_api.py", "import app\nopen('a.json').close()\ndef test_one(): pass\n")
    repo.write("services/api/a.json", "{}\n")
    repo.write("services/api/pkg/__init__.py", "")
    repo.write("services/api/pkg/test_old.py", "def test_old(): pass\n")
    repo.commit("two services")
    repo.write("services/api/app.py", "import wave\n")
    repo.write("services/api/pkg/test_new.py", "def test_new(): pass\n")
    cwd = repo.root / "services" / "api"
    shown = against(repo, "HEAD", "--dry-run", cwd=cwd)
    assert [line.partition(",")[0] for line in shown.stdout.splitlines() if line.startswith("# in ")] == [
        f"# in services/api of a temporary git worktree of {side}"
        for side in (f"HEAD ({repo.git('rev-parse', 'HEAD').strip()[:10]})", "your working tree")
    ]
    modules = against(repo, "HEAD", "pkg.test_old", "pkg.test_new", "--dry-run", "--", "--pyargs", cwd=cwd)
    measured = [line.rpartition(" ")[2] for line in modules.stdout.splitlines() if not line.startswith("#")]
    assert list(dict.fromkeys(measured)) == ["pkg.test_old", "pkg.test_new"]
    assert measured.count("pkg.test_old") == 2 * measured.count("pkg.test_new"), "the base lacks one"
    done = against(repo, "HEAD", "tests", *QUICK, cwd=cwd)
    assert done.returncode in (0, 1), done.stderr
    (target,) = document_of(done)["targets"]
    assert (target["name"], target["counts"]["head"]["items"]) == ("services/api/tests", 1)
    assert target["counts"]["same_nodeids"] is True
    assert target["counters"]["modules"]["head"] > target["counters"]["modules"]["base"]


@pytest.mark.long
def test_a_submodule_is_compared_and_all_targets_are_timed_where_that_is_asked_for(
    repo_with_submodule, against
) -> None:
    repo = repo_with_submodule
    repo.write("tests/far/test_far.py", "def test_far(): pass\n")
    repo.write("pytest.ini", "[pytest]\ntestpaths = tests/far tests/near\n")
    repo.write("tests/near/test_near.py", "import runpy\nrunpy.run_path('library/code.py')\ndef test_near(): pass\n")
    repo.commit("uses the library")
    library = repo.root / "library"
    (library / "code.py").write_text("import wave\n")
    repo.git("commit", "-q", "-a", "-m", "another version", cwd=library)
    document = document_of(against(repo, "HEAD", *QUICK, "--full"))
    targets = by_name(document)
    assert {name: target["change"]["pairs"] for name, target in targets.items()} == {"tests/far": 1, "tests/near": 1}
    modules = {name: target["counters"]["modules"] for name, target in targets.items()}
    assert modules["tests/near"]["head"] > modules["tests/near"]["base"]
    assert modules["tests/far"]["head"] == modules["tests/far"]["base"]


def test_a_file_that_is_in_the_way_is_named_and_not_the_interpreter(repo, against, takes_our_folder) -> None:
    repo.write("tests/conftest.py", takes_our_folder)
    repo.commit("takes our folder")
    done = against(repo, "HEAD", *QUICK)
    assert done.returncode == 2, done.stderr
    assert "error: measuring cannot go on: " in done.stderr
    assert "cannot be started" not in done.stderr


# Ctrl-C

TELLING = """
import os, pathlib, time
log = pathlib.Path(os.environ["LOG"])
with log.open("a") as file:
    file.write("x")
if log.stat().st_size == int(os.environ["HANG_AT"]):
    pathlib.Path(os.environ["HANGS"]).touch()
    time.sleep(600)
"""

SLOW_GIT = """#!/bin/sh
case " $* " in *" $SLOW_AT "*)
  touch "$HANGS"
  for _ in $(seq 600); do test -e "$HANGS.seen" && break; sleep 0.1; done
  sleep 0.5;;
esac
exec {git} "$@"
"""


@pytest.fixture
def interrupted(repo, cli_command, git_env, plain_python, tmp_path):
    """Interrupts a comparison once it is at a git command, or at collection number `hang_at`; returns what it said."""
    mark, hangs = uuid.uuid4().hex, tmp_path / "hangs"
    for folder in ("temporary", "bin"):
        (tmp_path / folder).mkdir()
    git = tmp_path / "bin" / "git"
    git.write_text(SLOW_GIT.format(git=shutil.which("git")))
    git.chmod(0o755)
    repo.write("tests/conftest.py", TELLING)
    repo.write("data.ignored", "")  # has the user's own tree looked at
    repo.commit("tells where it is")
    repo.write("tests/test_a.py", "def test_other(): pass\n")

    def run(hang_at=0, slow_at="-", options=("--rounds", "2")):
        before = repo.state()
        env = {
            **git_env, MARK: mark, "HANGS": str(hangs), "LOG": str(tmp_path / "log"), "HANG_AT": str(hang_at),
            "SLOW_AT": slow_at, "TMPDIR": str(tmp_path / "temporary"),
            "PATH": f"{git.parent}{os.pathsep}{git_env['PATH']}",
        }  # fmt: skip
        command = cli_command("compare", "--against", "HEAD", "tests", "--python", plain_python, *options)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        with subprocess.Popen(command, cwd=repo.root, env=env, text=True, **pipes) as process:
            deadline = time.monotonic() + 90
            while not hangs.exists():
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            hangs.with_suffix(".seen").touch()  # a git command goes on, but not at once: the signal has to arrive first
            out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (130, ""), err
        assert "interrupted: SIGINT" in err
        assert repo.state() == before
        environments = [each.info["environ"] or {} for each in psutil.process_iter(["environ"])]
        assert mark not in [each.get(MARK) for each in environments]
        return err, list((tmp_path / "temporary").iterdir())

    return run


def kept_in(err, files):
    """The document that the command says it has kept, which is all that is left of its files."""
    (folder,) = files
    assert f"finished rounds are kept in {folder}/comparison.json" in err
    return json.loads((folder / "comparison.json").read_text())


@pytest.mark.parametrize(
    "place",
    [
        {"slow_at": "rev-parse --verify --quiet HEAD^{commit}"},
        {"slow_at": "worktree add"},
        {"hang_at": 1},  # in the user's own tree
        {"hang_at": 3},  # the warm-up of the base
    ],
    ids=["resolving", "worktrees", "scouting", "warm-up"],
)
def test_ctrl_c_before_anything_can_be_compared_leaves_all_as_it_was(place, interrupted) -> None:
    _, files = interrupted(**place)
    assert files == []


def test_ctrl_c_in_a_counted_round_keeps_what_was_finished(interrupted) -> None:
    document = kept_in(*interrupted(hang_at=8))
    assert [len(document[run]["targets"][0]["samples"]) for run in ("base_run", "head_run")] == [3, 2]
    (target,) = document["targets"]
    assert target["change"]["reason"] == "not timed: interrupted"


def test_ctrl_c_in_a_timed_round_keeps_the_pairs_that_were_finished(interrupted) -> None:
    document = kept_in(*interrupted(hang_at=12, options=("--rounds", "2", "--shard", "1/1")))
    assert document["targets"][0]["change"]["pairs"] == 1
    assert document["part_terms"]["interrupted"] is True
    # The second pair has one of its two rounds.
    assert sum(len(document[run]["targets"][0]["samples"]) for run in ("base_run", "head_run")) == 9


def test_ctrl_c_while_the_worktrees_are_removed_keeps_all(interrupted) -> None:
    document = kept_in(*interrupted(slow_at="worktree remove", options=("--no-counters", *QUICK[:2])))
    assert document["targets"][0]["change"]["pairs"] == 1


# Bad input


@pytest.mark.parametrize(
    ("ref", "says"),
    [
        ("nowhere", "there is no such commit"),
        ("--help", "'--help' is not a ref; give a branch, a tag or a commit"),
        ("HEAD~9", "there is no such commit"),
    ],
)
def test_what_is_no_commit_is_refused(ref, says, repo, against) -> None:
    done = against(repo, ref)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


REFUSING = """#!/bin/sh
case " $* " in *" -I "*) exit 2;; esac
exec "{python}" "$@"
"""


def test_where_the_reference_workload_cannot_run_a_note_says_so_once(repo, against, plain_python, tmp_path) -> None:
    python = tmp_path / "python"
    python.write_text(REFUSING.format(python=plain_python))
    python.chmod(0o755)
    found = document_of(against(repo, "HEAD", "tests", "--full", *QUICK, "--no-counters", python=python))
    assert [f"{python} -I -S" in note for note in found["notes"] if "reference workload" in note] == [True]


def test_an_option_that_is_given_as_ref_is_refused_by_its_name(repo, run_cli) -> None:
    done = run_cli("compare", "--against=--help", cwd=repo.root)
    assert done.returncode == 2
    assert "is not a ref" in done.stderr


def test_a_shallow_clone_says_how_to_get_more(repo, against, tmp_path) -> None:
    shutil.move(repo.root, tmp_path / "origin")
    repo.git("clone", "-q", "--depth", "1", f"file://{tmp_path}/origin", str(repo.root), cwd=tmp_path)
    done = against(repo, "HEAD~1")
    assert done.returncode == 2
    assert "this clone is shallow" in done.stderr
    assert "fetch-depth: 0" in done.stderr


def test_without_git_or_a_repository_the_way_out_is_told(repo, against, plain_python, tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    python = os.path.relpath(plain_python, repo.root)
    without = against(repo, "HEAD~1", env={"PATH": str(tmp_path / "empty")}, python=python)
    assert without.returncode == 2
    assert "git cannot be started" in without.stderr
    shutil.rmtree(repo.root / ".git")
    nowhere = against(repo, "HEAD~1")
    assert nowhere.returncode == 2
    assert "not a git repository" in nowhere.stderr
    assert "--baseline" in nowhere.stderr


def test_a_target_that_the_commit_lacks_is_refused(repo, against) -> None:
    repo.write("tests/new/test_new.py", "def test_new(): pass\n")
    done = against(repo, "HEAD", repo.root / "tests" / "new")
    assert done.returncode == 2
    assert "the base has none of" in done.stderr
    assert "give a commit that has it, or measure it alone with the command baseline" in done.stderr
    # Nor is anything else measured in place of configured ones.
    repo.write("collectbench.toml", "[targets.later]\npaths = ['tests/new']\n")
    done = against(repo, "HEAD")
    assert done.returncode == 2
    assert "the base has none of later" in done.stderr


def test_a_folder_that_no_commit_has_is_refused(repo, against, tmp_path) -> None:
    config = repo.write("collectbench.toml", "[targets.all]\npaths = ['tests']\n")
    done = against(repo, "HEAD", "--config", config, cwd=tmp_path)
    assert done.returncode == 2
    assert f"{tmp_path} is outside of the repository {repo.root}" in done.stderr


def test_arguments_that_name_the_users_own_tree_are_refused(repo, against) -> None:
    repo.write("pytest.ini", f"[pytest]\naddopts = -q '--ignore={repo.root}/tests/y'\n")
    done = against(
        repo, "HEAD", "--", f"--ignore={repo.root}/tests/x", env={"PYTEST_ADDOPTS": f"-c '{repo.root}/pytest.ini'"}
    )
    assert done.returncode == 2
    for source in (f"addopts in {repo.root}/pytest.ini name", "PYTEST_ADDOPTS name", "the arguments for pytest name"):
        assert source in done.stderr


def test_a_commit_that_cannot_be_collected_at_all_is_said_and_the_head_judged_alone(repo, against) -> None:
    repo.write("tests/conftest.py", "import nowhere_to_be_found\n")
    repo.commit("broken")
    (repo.root / "tests" / "conftest.py").unlink()
    done = against(repo, "HEAD", *QUICK, repo.root / "tests")  # an absolute TARGET means its counterpart on each side
    (target,) = document_of(done)["targets"]
    assert (done.returncode, target["verdict"]) == (0, "incomparable")
    assert "at the base, the target could not be collected" in target["reasons"][0]
    assert "nowhere_to_be_found" in done.stderr


def test_time_that_is_up_before_both_sides_are_ready_is_said(repo, against) -> None:
    done = against(repo, "HEAD~1", "--max-time", "1ms", "tests")
    assert done.returncode == 2
    assert "--max-time: the time limit was reached before both sides were ready" in done.stderr


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--full",), "--full: it concerns --against GITREF"),
        (("--against", "HEAD", "--baseline", "main"), "--baseline"),
        (("--against", "HEAD", "--run", "x.json"), "--run"),
        (("--against", "HEAD", "--jobs", "2"), "--jobs"),
        (("--against", "-x"), "--against"),
    ],
)
def test_options_that_contradict_each_other_are_refused(args, says, run_cli, tmp_path) -> None:
    done = run_cli("compare", *args, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
