from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from collectbench.discovery.plans import (
    SUITE,
    Plan,
    configured_plan,
    discovered_plan,
    module_names,
    outermost,
    relative,
    selected_plan,
)
from collectbench.discovery.rules import Rules
from collectbench.measure.process.launch import launch
from collectbench.measure.round.interpreter import inspect
from collectbench.measure.round.request import RoundRequest, pytest_arguments
from collectbench.model.errors import UsageError
from collectbench.model.inspection import Inspection
from collectbench.model.target import Target

TEST = "def test_one(): pass\ndef test_two(): pass\n"

# Imports pytest once and forks for each list of arguments: what a run imports does not reach the next one. A line of
# JSON is a request, a directory with such lists; as many lines answer it.
COLLECT = """
import json, os, sys
import pytest

class Ids:
    def pytest_collection_finish(self, session):
        with open(sys.argv[1], "w") as file:
            json.dump([item.nodeid for item in session.items], file)

for line in sys.stdin:
    cwd, runs = json.loads(line)
    for arguments in runs:
        with open(sys.argv[1], "w") as file:
            file.write("[]")
        if not os.fork():
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.chdir(cwd)
            sys.path[0] = cwd
            code = pytest.main(["-p", "no:cacheprovider", *arguments], plugins=[Ids()])
            os._exit(code)
        _, status = os.wait()
        with open(sys.argv[1]) as file:
            print(json.dumps([os.WEXITSTATUS(status), json.load(file)]), flush=True)
"""
NOTHING_SET = "[pytest]\n"

Collect = Callable[..., list[list[str]]]
Build = Callable[[Mapping[str, str]], Path]
Look = Callable[..., Inspection]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Writes files; a text that begins with `-> ` is a symlink."""

    def write(files: Mapping[str, str]) -> Path:
        root = tmp_path / "root"
        for name, text in {"pytest.ini": NOTHING_SET, **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text.startswith("-> "):
                path.symlink_to(text[3:])
            else:
                path.write_text(text, encoding="utf-8")
        return root

    return write


@pytest.fixture(scope="module")
def really_look(plain_env: dict[str, str]) -> Look:
    """What the real pytest says of a folder, and of modules."""
    return lambda cwd, *arguments, modules=(): inspect((sys.executable,), cwd, plain_env, arguments, launch, modules)


@pytest.fixture(scope="module")
def of_defaults(tmp_path_factory: pytest.TempPathFactory, really_look: Look) -> Inspection:
    """What it says of a folder whose configuration sets nothing."""
    folder = tmp_path_factory.mktemp("defaults")
    (folder / "pytest.ini").write_text(NOTHING_SET)
    return really_look(folder)


@pytest.fixture
def look(really_look: Look, of_defaults: Inspection) -> Look:
    """The same as `really_look`; pytest is not asked again if only the folder is another one."""

    def run(cwd: Path, *arguments: str, modules: tuple[str, ...] = ()) -> Inspection:
        ini = cwd / "pytest.ini"
        if arguments or modules or not ini.is_file() or ini.read_text() != NOTHING_SET:
            return really_look(cwd, *arguments, modules=modules)
        return replace(of_defaults, rootdir=cwd, inifile=ini, cache_dir=cwd / ".pytest_cache")

    return run


def test_pytest_says_the_same_of_two_folders_whose_configuration_sets_nothing(build, look, really_look) -> None:
    root = build({"a/test_a.py": TEST, "conftest.py": "collect_ignore = ['a']\n"})
    assert look(root) == really_look(root)


@pytest.fixture(scope="module")
def collector(
    tmp_path_factory: pytest.TempPathFactory, plain_env: dict[str, str]
) -> Iterator[Callable[[Path, list[list[str]]], list[tuple[int, list[str]]]]]:
    """The exit code and the node ids of the real pytest, for each list of arguments in a directory."""
    command = [sys.executable, "-c", COLLECT, str(tmp_path_factory.mktemp("ids") / "ids")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=plain_env, text=True, **pipes) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None
        assert stdout is not None

        def run(cwd: Path, runs: list[list[str]]) -> list[tuple[int, list[str]]]:
            stdin.write(json.dumps([str(cwd), runs]) + "\n")
            stdin.flush()
            return [json.loads(stdout.readline()) for _ in runs]

        yield run
        stdin.close()


@pytest.fixture
def collect(collector: Callable[[Path, list[list[str]]], list[tuple[int, list[str]]]]) -> Collect:
    """The node ids that the real pytest collects for each target; none may fail to start."""

    def run(root: Path, targets: list[Target], start: Path | None = None) -> list[list[str]]:
        cwd = start or root
        from_cwd = str if start is None else lambda path: os.path.relpath(root / path, cwd)
        answers = collector(cwd, [pytest_arguments(RoundRequest(target=target), from_cwd) for target in targets])
        assert [code for code, _ in answers if code not in (0, 5)] == []
        return [ids for _, ids in answers]

    return run


CUSTOM = """
import pytest

class Item(pytest.Item):
    def runtest(self): pass

class File(pytest.File):
    def collect(self):
        yield Item.from_parent(self, name="whole")

def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".yaml":
        return File.from_parent(parent, path=file_path)
"""

PARAMETRIZED = """
import pytest
class TestX:
    @pytest.mark.parametrize("x", ["a/b", "c::d", " "])
    def test(self, x): pass
"""

TREES: dict[str, dict[str, str]] = {
    "folders below the root": {"a/test_a.py": TEST, "b/c/test_c.py": TEST, "b/d/test_d.py": TEST, "docs/x.py": ""},
    "loose tests beside folders": {
        "test_top.py": TEST,
        "a/test_a.py": TEST,
        "a/b/test_b.py": TEST,
        "a/b/c/d/test_d.py": TEST,
    },
    "testpaths": {
        "pytest.ini": "[pytest]\ntestpaths = tests more\n",
        "tests/u/test_u.py": TEST,
        "tests/test_t.py": TEST,
        "more/test_m.py": TEST,
        "other/test_o.py": TEST,
    },
    "testpaths that overlap": {
        "pytest.ini": "[pytest]\ntestpaths = tests tests/u ./tests\n",
        "tests/u/test_u.py": TEST,
        "tests/v/test_v.py": TEST,
    },
    "testpaths that are files and globs": {
        "pytest.ini": "[pytest]\ntestpaths = */tests a/test_only.py\n",
        "a/tests/x/test_x.py": TEST,
        "b/tests/test_b.py": TEST,
        "a/test_only.py": TEST,
        "a/test_not.py": TEST,
    },
    "testpaths that match nothing": {"pytest.ini": "[pytest]\ntestpaths = nowhere*\n", "a/test_a.py": TEST},
    "norecursedirs": {
        "pytest.ini": "[pytest]\nnorecursedirs = skip* */deep/down .*\n",
        "skipped/test_s.py": TEST,
        "a/deep/down/test_d.py": TEST,
        "a/deep/test_e.py": TEST,
        ".hidden/test_h.py": TEST,
        "build/test_b.py": TEST,
    },
    "folders that are never entered by default": {
        "build/test_b.py": TEST,
        "node_modules/test_n.py": TEST,
        ".git/test_g.py": TEST,
        "x.egg/test_e.py": TEST,
        "a/test_a.py": TEST,
    },
    "collect_ignore": {
        "conftest.py": "collect_ignore = ['a/old', 'b/test_c.py']\n",
        "a/old/test_o.py": TEST,
        "a/new/test_n.py": TEST,
        "b/test_b.py": TEST,
        "b/test_c.py": TEST,
        "c/test_c.py": TEST,
        "c/conftest.py": "collect_ignore: list[str] = ['test_c.py']\n",
    },
    "collect_ignore above the testpaths": {
        "pytest.ini": "[pytest]\ntestpaths = tests\n",
        "conftest.py": "collect_ignore = ['tests/old']\n",
        "tests/old/test_o.py": TEST,
        "tests/new/test_n.py": TEST,
        "tests/new/too/test_t.py": TEST,
    },
    "collect_ignore that a nearer one replaces": {
        "conftest.py": "collect_ignore = ['a/b/c']\n",
        "a/b/conftest.py": "collect_ignore = ['d']\n",
        "a/b/c/test_c.py": TEST,
        "a/b/d/test_d.py": TEST,
        "a/b/e/test_e.py": TEST,
    },
    "collect_ignore_glob": {
        "a/conftest.py": "collect_ignore_glob = ['*_slow', 'x/*.py']\n",
        "a/very_slow/test_s.py": TEST,
        "a/x/test_x.py": TEST,
        "a/y/test_y.py": TEST,
        "b/very_slow/test_z.py": TEST,
    },
    "ignore in addopts": {
        "pytest.ini": "[pytest]\naddopts = --ignore=a/b --ignore=./c --ignore-glob=*/d*\n",
        "a/b/test_b.py": TEST,
        "a/e/test_e.py": TEST,
        "a/d1/test_d.py": TEST,
        "c/test_c.py": TEST,
    },
    "a list that a program makes": {
        "conftest.py": "collect_ignore = [name for name in ['a/test_b.py']]\nn: int\n",
        "a/test_a.py": TEST,
        "a/test_b.py": TEST,
        "c/test_c.py": TEST,
    },
    "symlinked folders and files": {
        "a/test_a.py": TEST,
        "link": "-> a",
        "b/test_b.py": "-> ../a/test_a.py",
        "b/loop": "-> ../b/nothing",
    },
    "a virtualenv inside": {
        "venv/pyvenv.cfg": "",
        "venv/bin/activate": "",
        "venv/lib/python3/site-packages/x/test_x.py": TEST,
        "a/test_a.py": TEST,
    },
    "a virtualenv that is wanted": {
        "pytest.ini": "[pytest]\naddopts = --collect-in-virtualenv\n",
        "env/pyvenv.cfg": "",
        "env/bin/activate": "",
        "env/t/test_x.py": TEST,
        "a/test_a.py": TEST,
    },
    "custom collectors": {
        "conftest.py": CUSTOM,
        "a/test_a.py": TEST,
        "a/one.yaml": "",
        "data/two.yaml": "",
        "a/data/three.yaml": "",
        "a/b/test_b.py": TEST,
        "a/c/d/four.yaml": "",
    },
    "doctests in text files": {
        "a/test_a.txt": ">>> 1\n1\n",
        "b/c/test_c.txt": ">>> 1\n1\n",
        "b/notes.txt": ">>> 1\n1\n",
        "d/test_d.py": TEST,
    },
    "doctests in modules": {
        "pytest.ini": "[pytest]\naddopts = --doctest-modules --doctest-glob=*.md\n",
        "pkg/__init__.py": "",
        "pkg/m.py": "'''\n>>> 1\n1\n'''\n",
        "pkg/sub/__init__.py": "",
        "pkg/sub/n.py": "'''\n>>> 1\n1\n'''\n",
        "docs/x.md": ">>> 1\n1\n",
    },
    "packages": {
        "p/__init__.py": "",
        "p/test_p.py": TEST,
        "p/q/__init__.py": "",
        "p/q/test_q.py": TEST,
        "p/q/r/test_r.py": TEST,
    },
    "packages whose __init__ holds tests": {
        "pytest.ini": "[pytest]\npython_files = *.py\n",
        "p/__init__.py": TEST,
        "p/q/__init__.py": TEST,
        "p/q/x.py": TEST,
    },
    "a conftest in a folder": {
        "a/conftest.py": "def pytest_generate_tests(metafunc): metafunc.parametrize('n', [1, 2])\n",
        "a/test_a.py": "def test(n): pass\n",
        "a/b/test_b.py": "def test(n): pass\n",
        "c/test_c.py": TEST,
    },
    "a conftest that cannot be read": {
        "a/conftest.py": "\n",
        "a/test_a.py": TEST,
        "b/data/conftest.py/x.txt": "",
        "b/test_b.py": TEST,
    },
    "names that are odd": {
        "with space/test_a.py": TEST,
        "ünïcode/test_ü.py": TEST,
        "-dash/test_d.py": TEST,
        "-dash/--ignore=x/test_e.py": TEST,
        "quo'te\"s/test_q.py": TEST,
        "new\nline/test_n.py": TEST,
        "star*/test_s.py": TEST,
    },
    "classes and parameters": {
        "a/test_a.py": PARAMETRIZED,
        "b/test_b.py": TEST,
    },
    "one file alone": {"test_top.py": TEST},
    "nothing": {"a/x.py": ""},
}


@pytest.mark.parametrize("tree", TREES.values(), ids=TREES.keys())
def test_the_targets_together_collect_what_one_run_collects(tree, build, look, collect) -> None:
    if tree is TREES["testpaths that overlap"] and pytest.version_tuple[0] == 8:
        pytest.skip("pytest 8 itself loses what lies beside the inner path")
    root = build(tree)
    inspection = look(root)
    plans = [discovered_plan(root, root, inspection, depth) for depth in (1, 3)]
    bare, suite = Target(name="bare", paths=()), plans[0].suite
    assert suite is not None
    targets = {target.name: target for plan in plans for target in plan.targets}
    whole, together, *parts = collect(root, [bare, suite, *targets.values()])
    by_name = dict(zip(targets, parts, strict=True))

    assert Counter(together) == Counter(whole)
    for plan in plans:
        assert Counter(nodeid for target in plan.targets for nodeid in by_name[target.name]) == Counter(whole)
    assert whole or tree is TREES["nothing"]


def test_a_start_below_the_root_covers_only_that_directory(build, look, collect) -> None:
    root = build(
        {"pytest.ini": "[pytest]\ntestpaths = b\n", "a/x/test_x.py": TEST, "a/test_a.py": TEST, "b/test_b.py": TEST}
    )
    start = root / "a"
    plan = discovered_plan(root, start, look(start))

    assert plan.suite == Target(name=SUITE, paths=())
    assert names(plan) == ["a/x", "a/*"]
    *parts, whole = collect(root, [*plan.targets, plan.suite], start)
    assert Counter(chain(*parts)) == Counter(whole)
    assert {nodeid.partition("::")[0] for nodeid in whole} == {"a/x/test_x.py", "a/test_a.py"}


def names(plan: Plan) -> list[str]:
    return [target.name for target in plan.targets]


def test_deeper_splits_leave_the_tests_of_each_level_to_a_target_of_their_own(build, look) -> None:
    root = build({"test_top.py": TEST, "a/test_a.py": TEST, "a/b/test_b.py": TEST, "a/b/c/test_c.py": TEST})
    inspection = look(root)

    by_depth = [names(discovered_plan(root, root, inspection, depth)) for depth in (0, 1, 2, 3, 4)]

    assert by_depth[:3] == [["."], ["a", "./*"], ["a/b", "a/*", "./*"]]
    assert by_depth[3] == by_depth[4] == ["a/b/c", "a/b/*", "a/*", "./*"]


def test_the_suite_has_no_paths_if_pytest_finds_them_itself(build, look) -> None:
    root = build({"pytest.ini": "[pytest]\ntestpaths = tests\n", "tests/a/test_a.py": TEST})
    assert discovered_plan(root, root, look(root)).suite == Target(name=SUITE, paths=())


def test_module_names_in_testpaths_are_left_to_pytest(build, look) -> None:
    root = build({"pytest.ini": "[pytest]\naddopts = --pyargs\ntestpaths = json.tool\n", "tests/test_a.py": TEST})
    assert names(discovered_plan(root, root, look(root))) == ["json.tool"]


def test_a_directory_with_a_link_to_itself_is_visited_once(build, look) -> None:
    root = build({"a/self": "-> ../a", "b/test_b.py": TEST, "b/self": "-> ../b"})
    assert names(discovered_plan(root, root, look(root))) == ["b"]


def test_an_unreadable_directory_has_no_tests(build, look) -> None:
    root = build({"a/test_a.py": TEST})
    rules = Rules(root, look(root))
    assert rules.has_tests(root / "a")
    assert not rules.has_tests(root / "gone meanwhile")


def test_a_conftest_that_is_not_python_ignores_no_paths(build, look) -> None:
    root = build({"a/test_a.py": TEST, "conftest.py": "def broken(:\n"})
    assert names(discovered_plan(root, root, look(root))) == ["a"]


@pytest.mark.parametrize(
    ("wanted", "depth", "expected"),
    [
        (["tests"], 0, ["tests"]),
        (["tests/"], 1, ["tests/u", "tests/v", "tests/*"]),
        (["./tests/u", "tests/u"], 0, ["tests/u"]),
        (["tests/*"], 0, ["tests/*"]),
        (["fast", "tests/v"], 0, ["fast", "tests/v"]),
        (["tests/test_t.py"], 2, ["tests/test_t.py"]),
    ],
)
def test_targets_are_selected_by_name_or_path(wanted, depth, expected, build, look) -> None:
    root = build({"tests/u/test_u.py": TEST, "tests/v/test_v.py": TEST, "tests/test_t.py": TEST})
    fast = Target(name="fast", paths=("tests/u",))
    plan = selected_plan(root, root, (fast,), wanted, look(root), depth)
    assert names(plan) == expected
    assert (plan.suite, plan.selected) == (None, True)


def test_a_path_that_is_also_a_configured_name_can_be_split(build, look) -> None:
    root = build({"tests/u/test_u.py": TEST, "tests/v/test_v.py": TEST})
    targets = (Target(name="tests", paths=("tests",)), Target(name="fast", paths=("tests/u",)))
    assert names(selected_plan(root, root, targets, ["tests"], look(root), 1)) == ["tests/u", "tests/v"]
    with pytest.raises(UsageError, match="fast: a configured target cannot be split, only a path"):
        selected_plan(root, root, targets, ["fast"], look(root), 1)


def test_a_directory_called_suite_is_a_target_like_others(build, look) -> None:
    root = build({"suite/test_s.py": TEST, "other/test_o.py": TEST})
    plan = discovered_plan(root, root, look(root))
    assert sorted(names(plan)) == ["./suite", "other"]
    assert {target.paths for target in plan.targets} == {("suite",), ("other",)}
    assert names(selected_plan(root, root, (), ["suite", "./suite"], look(root), 0)) == ["./suite"]


def test_paths_are_relative_to_the_current_directory(build, look) -> None:
    root = build({"tests/u/test_u.py": TEST})
    assert names(selected_plan(root, root / "tests", (), ["u"], look(root), 0)) == ["tests/u"]


def test_modules_are_targets_under_pyargs(build, look, collect) -> None:
    root = build({"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "pkg/sub/test_s.py": TEST, "pkg/test_p.py": TEST})
    words = ("pkg.sub", "pkg.test_p", "pkg", "pkg.nothing", "./pkg", "broken.")
    assert module_names(words) == words[:4]
    assert look(root, modules=("pkg.sub",)).modules == {}
    inspection = look(root, "--pyargs", modules=module_names(words))
    assert inspection.modules == {
        "pkg.sub": f"{root}/pkg/sub", "pkg.test_p": f"{root}/pkg/test_p.py", "pkg": f"{root}/pkg",
    }  # fmt: skip
    plan = selected_plan(root, root, (), words[:3], inspection, 0)
    assert [(target.name, target.paths, target.module) for target in plan.targets] == [
        ("pkg.sub", ("pkg/sub",), "pkg.sub"), ("pkg.test_p", ("pkg/test_p.py",), "pkg.test_p"), ("pkg", ("pkg",), None),
    ]  # fmt: skip
    targets = [replace(target, pytest_args=("--pyargs",)) for target in plan.targets]
    assert [len(ids) for ids in collect(root, targets)] == [2, 2, 4]
    assert names(selected_plan(root, root, (), ["pkg.sub"], inspection, 1)) == ["pkg/sub"]
    with pytest.raises(UsageError, match="nothing: neither"):
        selected_plan(root, root, (), ["pkg.nothing"], inspection, 0)


def test_a_name_relative_to_the_root_is_found_from_everywhere_unless_the_current_directory_has_such_a_path(
    build, look
) -> None:
    root = build({"tests/u/test_u.py": TEST, "services/tests/test_s.py": TEST})
    inspection = look(root)
    assert names(selected_plan(root, root / "services", (), ["tests/u"], inspection, 0)) == ["tests/u"]
    assert names(selected_plan(root, root / "services", (), ["tests"], inspection, 0)) == ["services/tests"]
    (root / "services" / "test_x.py").write_text(TEST)
    assert names(selected_plan(root, root / "tests", (), ["services/*"], inspection, 0)) == ["services/*"]


def test_a_path_outside_the_root_stays_absolute(build, look, tmp_path) -> None:
    root = build({"test_a.py": TEST})
    outside = tmp_path / "outside"
    (outside / "sub").mkdir(parents=True)
    (outside / "sub" / "test_x.py").write_text(TEST)
    assert names(selected_plan(root, root, (), ["../outside"], look(root), 1)) == [f"{outside}/sub"]


def test_all_mistakes_are_named_at_once(build, look) -> None:
    root = build({"tests/u/test_u.py": TEST, "flat/test_f.py": TEST})
    targets = (Target(name="mission-critical", paths=("tests",)),)
    wanted = ["mission-critcal", "nowhere", "flat/test_f.py::test_one", "flat/*", "tests/*"]

    with pytest.raises(UsageError) as caught:
        selected_plan(root, root, targets, wanted, look(root), 0)

    assert [mistake.partition(": ")[2] for mistake in caught.value.mistakes] == [
        "neither a configured target nor a path that exists; did you mean mission-critical?",
        "neither a configured target nor a path that exists; list the targets",
        "a target is a file or directory, not a node id; give flat/test_f.py",
        "flat has no test files of its own, or no directories with tests",
        "tests has no test files of its own, or no directories with tests",
    ]


def test_the_suite_of_configured_targets_collects_no_path_twice() -> None:
    targets = [Target(name="a", paths=("tests/a", "x")), Target(name="b", paths=("tests", "x"))]
    plan = configured_plan(Path("/root"), targets)
    assert plan.targets == tuple(targets)
    assert plan.suite == Target(name=SUITE, paths=("x", "tests"))


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["a/b", "a", "ab", "a/b/c"], ("a", "ab")),
        (["a", ".", "/else", "b"], (".", "/else")),
        (["/x/y", "/x", "a", "a"], ("/x", "a")),
        ([], ()),
    ],
)
def test_paths_below_others_are_dropped(paths, expected) -> None:
    assert outermost(paths) == expected


@pytest.mark.parametrize(("path", "expected"), [("/r/a/b", "a/b"), ("/r", "."), ("/rest/a", "/rest/a")])
def test_paths_are_relative_to_the_root_unless_they_lie_outside(path, expected) -> None:
    assert relative(Path(path), Path("/r")) == expected
