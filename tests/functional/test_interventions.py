"""Interventions in real processes: each takes effect, the user's files stay, and both arms collect what they should."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from collectbench.measure.process.launch import launch
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import Round, run_round
from collectbench.measure.round.user_tree import UserTree
from collectbench.model.intervention import Intervention
from collectbench.model.sample import Status
from collectbench.model.target import Target
from tests.functional.conftest import write_files

Collect = Callable[..., Round]

FILES = {
    "pytest.ini": "[pytest]\n",
    "conftest.py": (
        "import plain\n\n\ndef pytest_collection_modifyitems(items):\n    items.reverse()\n"
        "    assert all(item.name for item in items)\n"
    ),
    "plain.py": "NAMES = ['old']\n",
    "test_a.py": "import pytest, plain\n@pytest.mark.parametrize('n', plain.NAMES)\ndef test_a(n):\n    assert n\n",
    "test_b.py": "def test_b(): pass\n",
}


@pytest.fixture
def collect(tmp_path: Path, plain_env: Mapping[str, str]) -> Collect:
    """Collects the project in tmp_path/root with an intervention."""
    work = tmp_path / "work"
    work.mkdir()
    tree = UserTree(work)

    def run(python: Path | str, intervention: Intervention, **changes) -> Round:
        bench = Bench(
            python=(str(python),),
            root=tmp_path / "root",
            env={**plain_env, **changes.pop("env", {})},
            work=work,
            timeout_s=60,
            launch=launch,
            tree=tree,
        )
        target = Target(name=".", paths=(".",), pytest_args=("-p", "no:cacheprovider"))
        return run_round(bench, RoundRequest(target=target, intervention=intervention, keep_ids=True, **changes))

    return run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a conftest, a module and two test files."""
    return write_files(tmp_path / "root", FILES)


def hashes(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def served(root: Path, **sources: str) -> Intervention:
    return Intervention(served={str(root / f"{name}.py"): source.encode() for name, source in sources.items()})


def test_other_sources_are_run_and_the_files_and_their_bytecode_stay(collect, root, matrix_python) -> None:
    """In the order of the user's life: a usual run, one with other sources, a usual run."""
    before = hashes(root)
    usual = collect(matrix_python, Intervention())
    caches = {path: path.read_bytes() for path in root.rglob("*.pyc")}
    changed = served(root, plain="NAMES = ['new', 'newer']\n", test_b="def test_c(): pass\n")
    first, second = collect(matrix_python, changed), collect(matrix_python, changed)
    assert usual.nodeids == ("test_b.py::test_b", "test_a.py::test_a[old]")
    assert first.nodeids == ("test_b.py::test_c", "test_a.py::test_a[newer]", "test_a.py::test_a[new]")
    assert (second.nodeids, second.effects) == (first.nodeids, (("serve", 2),))
    assert hashes(root) == before
    assert {path: path.read_bytes() for path in root.rglob("*.pyc")} == caches
    assert collect(matrix_python, Intervention()).nodeids == usual.nodeids


def test_assertions_of_other_sources_are_rewritten(collect, root, plain_python) -> None:
    source = (
        "def test_b():\n    assert 1 == 2\nimport sys\nassert '@pytest_ar' in str(sys._getframe().f_code.co_names)\n"
    )
    finished = collect(plain_python, served(root, test_b=source))
    assert finished.status is Status.OK


def test_a_file_that_a_link_leads_to_is_served_as_well(collect, root, tmp_path, plain_python) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / "test_b.py").rename(tmp_path / "elsewhere" / "test_b.py")
    (root / "test_b.py").symlink_to(tmp_path / "elsewhere" / "test_b.py")
    finished = collect(plain_python, served(tmp_path / "elsewhere", test_b="def test_c(): pass\n"))
    assert "test_b.py::test_c" in finished.nodeids


def test_a_hook_behind_a_decorator_is_found_by_its_own_line(collect, root, plain_python) -> None:
    (root / "plain.py").write_text(
        "import functools\nNAMES = ['old']\ndef logged(function):\n    @functools.wraps(function)\n"
        "    def wrapper(items):\n        return function(items)\n    return wrapper\n"
    )
    (root / "conftest.py").write_text(
        "import plain\n@plain.logged\ndef pytest_collection_modifyitems(items):\n    items.reverse()\n"
    )
    for name, line in (("conftest.py", 4), ("plain.py", 6)):
        action = ("without-hook", "pytest_collection_modifyitems", str(root / name), line)
        finished = collect(plain_python, Intervention(actions=(action,)))
        assert finished.nodeids == ("test_a.py::test_a[old]", "test_b.py::test_b")
        assert finished.effects == (("without-hook", 1),)


def test_one_implementation_of_a_hook_is_not_called(collect, root, matrix_python) -> None:
    action = ("without-hook", "pytest_collection_modifyitems", str(root / "conftest.py"), 6)
    finished = collect(matrix_python, Intervention(actions=(action,)))
    assert finished.nodeids == ("test_a.py::test_a[old]", "test_b.py::test_b")
    assert finished.effects == (("without-hook", 1),)
    elsewhere = collect(matrix_python, Intervention(actions=((*action[:3], 1),)))
    assert elsewhere.nodeids == ("test_b.py::test_b", "test_a.py::test_a[old]")
    assert elsewhere.effects == (("without-hook", 0),)


@pytest.mark.parametrize(("ending", "is_frozen"), [("kept", False), ("frozen", True), ("unfrozen", True)])
def test_the_collector_is_off_while_pytest_collects(collect, root, plain_python, ending, is_frozen) -> None:
    (root / "test_b.py").write_text("import gc\ndef test_b(): pass\nassert not gc.isenabled()\n")
    (root / "conftest.py").write_text(
        "import gc\n"
        "def pytest_sessionfinish():\n"
        f"    assert gc.isenabled() and bool(gc.get_freeze_count()) is {is_frozen}\n"
        "def pytest_unconfigure():\n"
        "    import atexit\n"
        f"    atexit.register(lambda: print('LEFT', gc.get_freeze_count() > 1000, {ending == 'frozen'}))\n"
    )
    finished = collect(plain_python, Intervention(actions=(("collector", ending),)))
    assert (finished.status, finished.message, finished.effects) == (Status.OK, "", (("collector", 1),))
    assert finished.sample.exit_code == 0


def test_a_collector_that_is_off_already_is_no_effect_and_stays_off(collect, root, plain_python) -> None:
    (root / "conftest.py").write_text(
        "import gc\ngc.disable()\ndef pytest_sessionfinish():\n    assert not gc.isenabled()\n"
    )
    finished = collect(plain_python, Intervention(actions=(("collector", "kept"),)))
    assert (finished.status, finished.effects) == (Status.OK, (("collector", 0),))


LAZY = {
    "big/__init__.py": "import os, pytest\nfrom big import parts\nLOADED = os.environ['LOADED'] = 'yes'\n",
    "big/parts.py": "COUNT = []\nCOUNT.append(1)\nassert __name__ not in COUNT\n",
    "conftest.py": "try:\n    import big\nexcept ImportError:\n    big = None\n",
    "test_a.py": "import pytest\nbig = pytest.importorskip('big')\ndef test_a():\n    assert big.LOADED\n",
    "test_b.py": "import os\nimport big\ndef test_b(): pass\nassert os.environ.get('LOADED', 'no') == 'no'\n",
}


def test_a_module_waits_for_its_first_use_however_often_it_is_imported(collect, root, matrix_python) -> None:
    write_files(root, LAZY)
    finished = collect(matrix_python, Intervention(actions=(("module-lazy", "big", "gone"),)))
    assert (finished.status, finished.message) == (Status.OK, "")
    assert finished.nodeids == ("test_a.py::test_a", "test_b.py::test_b")
    assert finished.effects == (("module-lazy", 1),)


@pytest.mark.parametrize(
    "use",
    [
        "import big\nassert big.LOADED",
        "from big import LOADED",
        "from big import *\nassert LOADED",
        "import big\nassert 'LOADED' in dir(big)",
        "import big.parts\nassert big.LOADED and big.parts.COUNT == [1]",
        "from big import parts\nassert parts.COUNT == [1]",
    ],
)
def test_a_module_that_is_used_is_loaded_once_with_all_that_belongs_to_it(collect, root, plain_python, use) -> None:
    write_files(root, {**LAZY, "test_b.py": f"{use}\nimport sys\ndef test_b(): assert sys.modules['big'].parts\n"})
    finished = collect(plain_python, Intervention(actions=(("module-lazy", "big"),)))
    assert (finished.status, finished.message) == (Status.OK, "")
    assert finished.effects == (("module-lazy", 0),)


def test_a_use_after_collection_takes_nothing_from_the_effect(collect, root, plain_python) -> None:
    use = "\n\ndef pytest_sessionfinish():\n    assert big.LOADED\n"
    write_files(root, {**LAZY, "conftest.py": LAZY["conftest.py"] + use})
    finished = collect(plain_python, Intervention(actions=(("module-lazy", "big"),)))
    assert (finished.status, finished.message, finished.effects) == (Status.OK, "", (("module-lazy", 1),))


ODD = {
    "replaced/__init__.py": "import sys\nclass Other:\n    VALUE = 1\nsys.modules[__name__] = Other()\n",
    "spread/__init__.py": "import os\n__path__ = [os.path.dirname(os.path.dirname(__file__)) + '/elsewhere']\n",
    "elsewhere/there.py": "VALUE = 1\n",
    "failing/__init__.py": "raise ImportError('some day')\n",
    "flagged/__init__.py": "FLAG = 1\n",
}
USES = {
    "replaced": "import replaced\nassert replaced.VALUE == 1",
    "spread": "import spread\nimport spread.there\nassert spread.there.VALUE == 1",
    "failing": (
        "import pytest, failing\nfor _ in range(2):\n    with pytest.raises(ImportError, match='some day'):\n"
        "        failing.VALUE"
    ),
    "flagged": "import flagged\nflagged.FLAG = 5\nassert flagged.FLAG == 5",
}


@pytest.mark.parametrize("name", USES)
def test_an_odd_module_that_waits_does_what_it_does_otherwise(collect, root, plain_python, name) -> None:
    write_files(root, {**ODD, "test_b.py": f"{USES[name]}\ndef test_b(): pass\n"})
    finished = collect(plain_python, Intervention(actions=(("module-lazy", name),)))
    assert (finished.status, finished.message) == (Status.OK, "")


def test_a_package_that_waits_is_loaded_before_the_tests_in_it(collect, root, plain_python) -> None:
    files = {"pkg/__init__.py": "LOADED = 1\n", "conftest.py": "import pkg\n"}
    test = "import sys\nassert 'LOADED' in vars(sys.modules['pkg'])\ndef test_c(): pass\n"
    write_files(root, {**files, "pkg/test_c.py": test})
    finished = collect(plain_python, Intervention(actions=(("module-lazy", "pkg"),)))
    assert (finished.status, finished.message) == (Status.OK, "")
    assert finished.effects == (("module-lazy", 0),)


def test_a_plugin_is_absent_or_it_is_not(collect, root, plain_python) -> None:
    absent = Intervention(actions=(("absent", "junitxml"),))
    assert collect(plain_python, absent).effects == (("absent", 0),)
    blocked = Intervention(pytest_args=("-p", "no:junitxml"), actions=absent.actions)
    # pytest has imported its module before, so only the plugin manager tells: as for a plugin that stays loaded
    assert collect(plain_python, blocked).effects in {(("absent", 0),), (("absent", 1),)}


def test_values_are_made_once_and_given_from_then_on(collect, root, tmp_path, matrix_python) -> None:
    given = "(__collectbench_get__({0}) if __collectbench_has__({0}) else __collectbench_put__({0}, ({1})))"
    (root / "plain.py").write_text("import pathlib\ndef names():\n    with open('made', 'a') as f: f.write('x')\n")
    (root / "plain.py").write_text(
        "def names(made):\n    with open(made, 'a') as file:\n        file.write('x')\n    return ['old']\n"
    )
    made, values = tmp_path / "made", tmp_path / "values"
    values.mkdir()
    call = f"plain.names({str(made)!r})"
    source = f"import pytest, plain\n@pytest.mark.parametrize('n', {given.format(0, call)})\ndef test_a(n): pass\n"
    changed = Intervention(actions=(("values", str(values)),), served={str(root / "test_a.py"): source.encode()})
    rounds = [collect(matrix_python, changed) for _ in range(3)]
    assert made.read_text() == "x"
    assert {each.nodeids for each in rounds} == {("test_b.py::test_b", "test_a.py::test_a[old]")}
    assert {each.effects for each in rounds} == {(("values", 1), ("serve", 1))}


def test_a_value_that_cannot_be_kept_is_named(collect, root, tmp_path, plain_python) -> None:
    values = tmp_path / "values"
    values.mkdir()
    source = "X = (__collectbench_get__(0) if __collectbench_has__(0) else __collectbench_put__(0, (lambda: 1)))\n"
    changed = Intervention(
        actions=(("values", str(values)),), served={str(root / "test_a.py"): f"{source}def test_a(): pass\n".encode()}
    )
    assert collect(plain_python, changed).effects == (("values", 0), ("serve", 1))
    assert (values / "unpicklable").read_text().startswith("function: ")


def test_variables_are_set_and_taken_away(collect, root, plain_python) -> None:
    (root / "test_b.py").write_text(
        "import os\nassert 'GONE' not in os.environ and os.environ['NEW'] == '1'\ndef test_b(): pass\n"
    )
    finished = collect(plain_python, Intervention(env={"GONE": None, "NEW": "1"}), env={"GONE": "x"})
    assert finished.status is Status.OK


def test_a_module_that_fails_is_executed_once_and_fails_again_with_the_same_error(collect, root, plain_python) -> None:
    (root / "plain.py").write_text("open('runs', 'a').write('x')\nimport no_such_module\n")
    (root / "conftest.py").write_text("")
    (root / "around.py").write_text("open('runs', 'a').write('y')\nimport plain\n")
    for name in "abc":
        (root / f"test_{name}.py").write_text("import plain\n" if name == "a" else "import around\n")
    usual = collect(plain_python, Intervention())
    assert (root / "runs").read_text() == "xyxyx"
    (root / "runs").unlink()
    remembered = collect(plain_python, Intervention(actions=(("failures", "plain"),)))
    assert (root / "runs").read_text() == "xy"
    assert remembered.effects == (("failures", 2),)
    assert (remembered.status, remembered.message) == (usual.status, usual.message)
    assert remembered.counts == usual.counts


def test_a_file_that_two_names_lead_to_runs_once(collect, root, plain_python) -> None:
    (root / "src" / "app").mkdir(parents=True)
    (root / "src" / "app" / "__init__.py").write_text("")
    (root / "src" / "app" / "models.py").write_text("open('runs', 'a').write('x')\nfrom . import other\n")
    (root / "src" / "app" / "other.py").write_text("")
    (root / "conftest.py").write_text("import sys\nsys.path.insert(0, 'src')\n")
    (root / "test_a.py").write_text("import app.models as one\nname = one.__spec__.name\ndef test_a(): pass\n")
    (root / "test_b.py").write_text(
        "import app.models as one, src.app.models as two, src.app\n"
        "assert one is two is src.app.models and two.__spec__.name == 'app.models'\ndef test_b(): pass\n"
    )
    finished = collect(plain_python, Intervention(actions=(("name-shared", "", "src"),)))
    assert (finished.status, finished.message) == (Status.OK, "")
    assert finished.effects == (("name-shared", 2),)
    assert (root / "runs").read_text() == "x"
    assert collect(plain_python, Intervention(actions=(("name-shared", "one", "two"),))).status is not Status.OK


def test_a_test_module_that_another_one_imports_by_its_package_runs_once(collect, root, matrix_python) -> None:
    (root / "pkg").mkdir()
    (root / "pkg" / "test_c.py").write_text("open('runs', 'a').write('x')\ndef test_c():\n    assert 1\n")
    (root / "test_b.py").write_text("import pkg.test_c\ndef test_b(): pass\n")
    (root / "conftest.py").write_text("import os, sys\nsys.path.insert(0, os.getcwd())\nimport pkg.test_c\n")
    finished = collect(matrix_python, Intervention(actions=(("name-shared", "", "pkg"),)))
    assert sorted(finished.nodeids) == ["pkg/test_c.py::test_c", "test_a.py::test_a[old]", "test_b.py::test_b"]
    assert finished.effects == (("name-shared", 1),)
    assert (root / "runs").read_text() == "x"


def test_a_finder_is_not_added_in_any_way(collect, root, plain_python) -> None:
    (root / "conftest.py").write_text(
        "import sys\n"
        "class Finder:\n    def find_spec(self, name, path=None, target=None): raise RuntimeError(name)\n"
        "class Other:\n    def find_spec(self, name, path=None, target=None): pass\n"
        "finder, other = Finder(), Other()\n"
        "sys.meta_path.insert(0, finder)\nsys.meta_path.append(finder)\nsys.meta_path += [finder, other]\n"
        "sys.meta_path[:0] = [finder, Finder, other]\nsys.meta_path[0] = finder\nsys.meta_path.remove(finder)\n"
        "assert sys.meta_path.count(other) == 2 and sys.meta_path[0] is other\nsys.meta_path[0] = other\n"
        "sys.meta_path.insert(0, other)\nsys.meta_path.append(other)\nsys.meta_path.remove(other)\n"
        "assert sys.meta_path.count(other) == 3\n"
    )
    finished = collect(plain_python, Intervention(actions=(("finder-off", "conftest.Finder"),)))
    assert (finished.status, finished.message) == (Status.OK, "")
    assert finished.effects[0][1] >= 6


def test_exit_functions_are_not_registered_and_threads_are_not_waited_for(collect, root, plain_python) -> None:
    (root / "conftest.py").write_text(
        "import atexit, threading, time\n"
        "@atexit.register\ndef by_line(): open('ran', 'a').write('line ')\n"
        "def by_function(): open('ran', 'a').write('function ')\n"
        "atexit.register(by_function)\n"
        "atexit.register(lambda: open('ran', 'a').write('other '))\n"
        "def wait():\n    time.sleep(3)\n    open('ran', 'a').write('thread ')\n"
        "threading.Thread(target=wait).start()\n"
        "import concurrent.futures\n"
        "threading.Timer(0, lambda: open('ran', 'a').write('timer ')).start()\n"
    )
    there = str(root / "conftest.py")
    actions = [("exit-function-off", there, 2), ("exit-function-off", there, 4), ("thread-daemonic", there, 10)]
    finished = collect(plain_python, Intervention(actions=tuple(actions)))
    assert (finished.status, finished.message) == (Status.OK, "")
    assert [count for _, count in finished.effects] == [1, 1, 1]
    assert sorted((root / "ran").read_text().split()) == ["other", "timer"]


def test_pytest_makes_other_items(collect, root, matrix_python) -> None:
    (root / "plain.py").write_text("NAMES = list(range(50))\n\ndef f():\n    '''>>> 1\n    1\n    '''\n")
    (root / "test_b.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('n', [1, 2], ids=['same', 'same'])\ndef test_b(n): pass\n"
        "@pytest.mark.parametrize('n', [1, 2], ids=['x', 'y'])\n@pytest.mark.parametrize('m', 'ab')\n"
        "def test_c(n, m): pass\n"
    )
    capped = [("parameters-capped", "test_a.py::test_a"), ("parameters-capped", "test_b.py::test_c")]
    actions = (("option-off", "doctestmodules"), *capped, ("ids-given",))
    finished = collect(matrix_python, Intervention(pytest_args=("--doctest-modules",), actions=actions))
    assert sorted(finished.nodeids) == [
        "test_a.py::test_a[0]",
        *(f"test_b.py::test_b[same-{number}]" for number in range(2)),
        "test_b.py::test_c[a-x]",
    ]
    assert [count for _, count in finished.effects] == [1, 49, 2, 1]


def test_python_starts_without_a_line_or_a_module(collect, root, tmp_path, plain_python) -> None:
    """A sitecustomize stands for the interpreter's own directory: it adds one with a `.pth` file."""
    start = write_files(
        tmp_path / "start",
        {
            "sitecustomize.py": f"import site\nsite.addsitedir({str(tmp_path / 'start')!r})\n",
            "x.pth": "import sys; sys.kept = sys._getframe(1).f_locals['sitedir']\nimport sys; sys.left_out = 1\n",
        },
    )
    (root / "test_b.py").write_text(
        "import sys, pytest\nfound = [name for name in ('kept', 'left_out') if hasattr(sys, name)]\n"
        "@pytest.mark.parametrize('n', [1], ids=['-'.join(found) or 'none'])\ndef test_b(n): pass\n"
    )

    def seen(left_out: str, *python_args: str) -> tuple[str, int]:
        changed = Intervention(python_args=python_args, actions=(("start", left_out),))
        finished = collect(plain_python, changed, env={"PYTHONPATH": str(start)})
        (name,) = (nodeid for nodeid in finished.nodeids if nodeid.startswith("test_b"))
        return name, finished.effects[0][1]

    assert seen("", "-S") == ("test_b.py::test_b[kept-left_out]", 1)
    assert seen("import sys; sys.left_out = 1", "-S") == ("test_b.py::test_b[kept]", 1)
    assert seen("sitecustomize", "-S") == ("test_b.py::test_b[none]", 1)
    assert seen("sitecustomize") == ("test_b.py::test_b[kept-left_out]", 0)


def test_models_are_deferred_as_soon_as_their_base_is_there(collect, root, plain_python) -> None:
    files = {"__init__.py": "from pydantic.main import BaseModel\n", "main.py": "class BaseModel: model_config = {}\n"}
    write_files(root / "pydantic", files)
    (root / "conftest.py").write_text(
        "import pydantic\nassert pydantic.BaseModel.model_config == {'defer_build': True}\n"
    )
    finished = collect(plain_python, Intervention(actions=(("models-deferred",),)))
    assert (finished.status, finished.effects) == (Status.OK, (("models-deferred", 1),))


def test_paths_and_the_interpreter_are_others(collect, root, plain_python) -> None:
    changed = Intervention(paths=("test_b.py",), python=(str(plain_python),), actions=(("present", "junitxml"),))
    finished = collect("/bin/false", changed)
    assert (finished.nodeids, finished.effects) == (("test_b.py::test_b",), (("present", 1),))
