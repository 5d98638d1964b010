from __future__ import annotations

import pytest

from collectbench.attribution.open_import import with_open_import
from collectbench.attribution.parts import Part
from collectbench.attribution.stacks import stacks_of
from collectbench.model.samples import Call
from collectbench.model.trace import Trace
from made_evidence import imported

STACK = """\
Current thread 0x1 (most recent call first):
  File "/project/server.py", line 7 in wait
  File "/project/tests/test_a.py", line 3 in <module>
  File "<frozen importlib._bootstrap>", line 690 in _load_unlocked
  File "/venv/site-packages/pytest/__main__.py", line 9 in <module>
"""
IN_A_HOOK = """\
  File "/project/conftest.py", line 7 in pytest_collection_modifyitems
  File "/venv/site-packages/pytest/__main__.py", line 9 in <module>
"""
BROKEN_OFF = Trace(complete=False, imports=(imported(4, -1, "libx"),), importing=("tests.test_a",))


def test_the_import_that_hung_has_the_time_that_nothing_else_explains() -> None:
    trace, samples = with_open_import(BROKEN_OFF, STACK, wall_s=10.0, lost_s=8.0)
    frame = trace.imports[-1]
    assert (frame.index, frame.module, frame.path, frame.self_s) == (5, "tests.test_a", "/project/tests/test_a.py", 8.0)
    (stack,) = stacks_of(samples, {Part("frame", 5): 8.0})
    assert stack.calls[0] == Call("/project/server.py", 7, "wait")
    assert stack.seconds == pytest.approx(8.0)


def test_a_package_has_the_name_of_its_directory() -> None:
    text = STACK.replace("tests/test_a.py", "shop/__init__.py")
    trace, _ = with_open_import(BROKEN_OFF, text, wall_s=10.0, lost_s=8.0)
    assert trace.imports[-1].module == "shop"


@pytest.mark.parametrize(
    ("stack", "lost_s"), [(IN_A_HOOK, 8.0), ("", 8.0), (STACK, 0.0)], ids=["a hook", "no stack", "no time"]
)
def test_a_round_that_hung_elsewhere_keeps_its_trace(stack: str, lost_s: float) -> None:
    assert with_open_import(BROKEN_OFF, stack, wall_s=10.0, lost_s=lost_s) == (BROKEN_OFF, ())
