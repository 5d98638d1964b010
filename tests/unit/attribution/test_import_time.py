from __future__ import annotations

import pytest

from collectbench.attribution.import_time import start_hooks
from collectbench.model.interpreter_start import StartedModule

IMPORTTIME = """\
import time: self [us] | cumulative | imported package
import time:       100 |        100 | site
collectbench-begin ()
import time:      1000 |       1000 |     leaf
import time:      2000 |       3000 |   branch
import time:       500 |       3500 | tree
import time:       250 |        250 | bush
collectbench-end ('/venv/tree.pth', 'import tree, bush\\n', 4000000)
collectbench-begin ()
import time:       158 |        158 | sitecustomize
collectbench-end ('', 'sitecustomize', 160000)
"""


def test_a_line_of_a_pth_file_has_its_time_and_the_modules_that_it_imports() -> None:
    (hook,) = start_hooks(IMPORTTIME.splitlines())
    assert (hook.path, hook.text, hook.seconds) == ("/venv/tree.pth", "import tree, bush", 0.004)
    assert [(module.name, module.parent) for module in hook.modules] == [
        ("leaf", "branch"),
        ("branch", "tree"),
        ("tree", ""),
        ("bush", ""),
    ]
    assert hook.modules[1] == StartedModule(name="branch", parent="tree", self_s=0.002, cumulative_s=0.003)


def test_imports_outside_of_hooks_are_those_of_python_itself() -> None:
    assert not any(module.name == "site" for hook in start_hooks(IMPORTTIME.splitlines()) for module in hook.modules)


def test_a_line_that_python_executes_twice_is_one_hook() -> None:
    twice = [*IMPORTTIME.splitlines(), "collectbench-begin ()", *IMPORTTIME.splitlines()[7:8]]
    (hook,) = start_hooks(twice)
    assert (hook.seconds, len(hook.modules)) == (0.008, 4)


@pytest.mark.parametrize(
    "line", ["collectbench-end ('/a.pth',", "collectbench-end 7", "collectbench-end ('/a', 'b', 'c')", "hello"]
)
def test_lines_of_another_form_are_skipped(line) -> None:
    assert start_hooks(["collectbench-begin ()", line, "collectbench-end ('', 'usercustomize', 1)", line]) == ()
