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
