"""Sampled rounds in real child processes: the call tree, the pyinstrument that makes it, and the lines that ran."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collectbench.measure.round.explaining import read_calls, read_lines, write_settings

BURN = "import time\ndef burning():\n    end = time.process_time() + 0.2\n    while time.process_time() < end: pass\n"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    directory = tmp_path / "round"
    directory.mkdir()
    write_settings(directory, 0.001)
    return directory


@pytest.fixture
def without_pyinstrument(tmp_path: Path) -> dict[str, str]:
    """An environment in which pyinstrument cannot be imported."""
    package = tmp_path / "blocked" / "pyinstrument"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('not for you')\n")
    return {"PYTHONPATH": str(package.parent)}


def functions(frame: dict[str, object]) -> set[object]:
    children = frame["children"]
    assert isinstance(children, list)
    return {frame["function"]}.union(*(functions(child) for child in children))


def test_the_call_tree_names_the_function_that_burns(probe, write, directory) -> None:
    write("test_a.py", f"{BURN}burning()\ndef test(): pass\n")
    probed = probe(mode="sampled")
    tree = json.loads(read_calls(directory) or "")
    assert "burning" in functions(tree["root_frame"])
    assert probed.ids == ["test_a.py::test"]
    assert probed.exit_code == 0
    assert "sampling-failed" not in probed.report.facts


def test_tests_find_no_loaded_pyinstrument_and_can_have_a_module_of_that_name(probe, write, directory) -> None:
    write("conftest.py", "import sys\nassert not any(name.startswith('pyinstrument') for name in sys.modules)\n")
    write("pyinstrument.py", "OURS = 1\n")
    write("test_a.py", "import pyinstrument\nassert pyinstrument.OURS\ndef test(): pass\n")
    assert probe(mode="sampled").ids == ["test_a.py::test"]
    assert read_calls(directory)


def test_an_interpreter_without_pyinstrument_borrows_ours(probe, write, directory, without_pyinstrument) -> None:
    write("test_a.py", f"{BURN}burning()\ndef test(): pass\n")
    probed = probe(mode="sampled", env=without_pyinstrument)
    assert "sampling-failed" not in probed.report.facts
    assert "burning" in functions(json.loads(read_calls(directory) or "")["root_frame"])


def test_without_any_pyinstrument_the_round_reports_that(probe, write, directory, without_pyinstrument) -> None:
    (directory / "sampling").write_text("0.001\n\n")
    write("test_a.py", "def test(): pass\n")
    probed = probe(mode="sampled", env=without_pyinstrument)
    assert probed.report.facts["sampling-failed"] == "ImportError: not for you"
    assert (probed.ids, probed.exit_code) == (["test_a.py::test"], 0)
    assert "Traceback" not in probed.output
    assert read_calls(directory) is None


BURNS = "import time\ndef burn():\n    end = time.process_time() + 0.08\n    while time.process_time() < end: pass\n"
STRAY_S, MOST_S = 0.03, 0.055
"""A time below STRAY_S is chance; a time above MOST_S is most of one `burn`."""
CPU_CLOCK = """\
import time
from pyinstrument.stack_sampler import get_stack_sampler
get_stack_sampler().timer_func = time.process_time
"""
"""Makes pyinstrument measure CPU time: on a busy machine, wall time passes in any line."""


@pytest.fixture
def cpu_clock(write) -> str:
    """The entry of PYTHONPATH under which pyinstrument measures CPU time."""
    write("clock/sitecustomize.py", CPU_CLOCK)
    return "clock"


LINES = """\
import pytest
import heavy
import installed
from burns import burn
installed.work()
@pytest.mark.parametrize(
    "n",
    [
        1,
        burn(),
    ],
    ids=lambda n: burn(),
)
def test(n): pass
class TestA:
    burn()
    @pytest.mark.parametrize("n", [burn()])
    def test(self, n): pass
VALUES = [
    burn()
    for _ in range(2)
]
@pytest.mark.skip
@pytest.mark.slow
class TestDecorated:
    burn()
def around():
    import late
    burn()
around()
"""


def test_lines_that_ran_are_named_in_all_kinds_of_places(probe, write, directory, root, tmp_path, cpu_clock) -> None:
    installed = tmp_path / "lib" / "site-packages"
    installed.mkdir(parents=True)
    (installed / "installed.py").write_text(f"{BURNS}work = burn\nburn()\n")
    write("burns.py", BURNS)
    write("test_a.py", LINES)
    write("heavy.py", "from burns import burn\nimport installed\nif True:\n    burn()\n")
    write("late.py", "from burns import burn\nburn()\n")
    write(
        "conftest.py",
        "from burns import burn\ndef deeper():\n    burn()\ndef pytest_collection_modifyitems():\n    deeper()\n",
    )
    probed = probe(mode="sampled", env={"PYTHONPATH": f"{installed}:{cpu_clock}"})
    assert len(probed.ids) == 3
    seconds = {(line.path, line.line): line.sampled_s for line in read_lines(directory) if line.sampled_s > STRAY_S}
    whole = {
        "a module that a test imports": ("heavy.py", 4),
        "a call of what is installed": ("test_a.py", 5),
        "an argument of parametrize over several lines": ("test_a.py", 10),
        "a function for ids": ("test_a.py", 12),
        "the body of a class": ("test_a.py", 16),
        "an argument of parametrize in a class": ("test_a.py", 17),
        "a comprehension": ("test_a.py", 20),
        "the body of a class with decorators": ("test_a.py", 26),
        "a module that a function imports": ("late.py", 2),
        "a call of a function": ("test_a.py", 30),
        "what a hook calls": ("conftest.py", 5),
    }
    assert {(path, line) for path, line in seconds} == {(str(root / path), line) for path, line in whole.values()}
    assert all(spent > MOST_S for spent in seconds.values())
    functions = {(Path(line.path).name, line.line): line.function for line in read_lines(directory)}
    assert functions["test_a.py", 5] == "<module>"
    assert functions["test_a.py", 16] == "TestA"
    assert functions["test_a.py", 26] == "TestDecorated"
    assert functions["conftest.py", 5] == "pytest_collection_modifyitems"


def test_a_line_that_imports_an_installed_module_is_not_named(probe, write, directory, tmp_path, cpu_clock) -> None:
    installed = tmp_path / "root" / "env" / "lib" / "site-packages"
    installed.mkdir(parents=True)
    (installed / "installed.py").write_text(f"{BURNS}burn()\n")
    write("test_a.py", "import installed\ndef test(): pass\n")
    assert probe(mode="sampled", env={"PYTHONPATH": f"{installed}:{cpu_clock}"}).ids == ["test_a.py::test"]
    assert [line for line in read_lines(directory) if line.sampled_s > STRAY_S] == []


def test_lines_in_files_with_odd_names_are_named(probe, write, directory, root, cpu_clock) -> None:
    write("dír\n/test_日'\"\\.py", f"{BURNS}burn()\ndef test(): pass\n")
    assert len(probe(mode="sampled", env={"PYTHONPATH": cpu_clock}).ids) == 1
    (line,) = (line for line in read_lines(directory) if line.sampled_s > STRAY_S)
    assert (line.path, line.line) == (str(root / "dír\n" / "test_日'\"\\.py"), 5)


TAKES = """\
import sys, time
def pytest_itemcollected(item):
    before = sys.getprofile()
    sys.setprofile(None)
    sys.setprofile(before)
    end = time.process_time() + 0.05
    while time.process_time() < end: time.time()
"""


def test_a_hook_that_removes_the_profile_function_does_not_end_sampling(probe, write, directory) -> None:
    write("conftest.py", TAKES)
    write("test_a.py", "def test_a(): pass\ndef test_b(): pass\ndef test_c(): pass\n")
    probe(mode="sampled")
    sampled_s = sum(line.sampled_s for line in read_lines(directory) if line.function == "pytest_itemcollected")
    assert sampled_s > 0.1


def test_a_line_that_keeps_the_profile_function_is_named_with_the_time_that_is_lost(
    probe, write, directory, root, cpu_clock
) -> None:
    burn = "end = time.process_time() + {}\nwhile time.process_time() < end: time.time()\n"
    write("conftest.py", f"import sys, time\nsys.setprofile(lambda *_: None)\n{burn.format(0.05)}")
    write(
        "test_a.py", f"import sys, time\n{burn.format(0.05)}sys.setprofile(None)\n{burn.format(0.1)}def test(): pass\n"
    )
    probed = probe(mode="sampled", env={"PYTHONPATH": cpu_clock})
    ((path, line, lost_ns),) = probed.report.facts["profile-taken"]
    assert (path, line) == (str(root / "conftest.py"), 2)
    assert lost_ns > 100_000_000
    assert {Path(cost.path).name for cost in read_lines(directory) if cost.sampled_s > STRAY_S} == {"test_a.py"}
