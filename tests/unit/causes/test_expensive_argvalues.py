from __future__ import annotations

import pytest

from collectbench.causes.expensive_argvalues import CAUSE
from collectbench.causes.module_level_compute import CAUSE as COMPUTE
from made_evidence import PYTEST, collected, evidence, file_of, findings, hooked, imported, ran

TEXT = """\
import pytest
from data import values

@pytest.mark.parametrize(
    "value",
    values(),
)
@other(values())
def test_it(value): ...

@pytest.fixture(params=values())
def engine(request): ...

pytestmark = [pytest.mark.parametrize("a", values())]
VALUES = values()

class TestIt:
    @pytest.mark.parametrize("a", [pytest.param(value) for value in values()])
    async def test_it(self, a): ...
"""


def found_at(line: int, cause=CAUSE, *inner: str) -> list[int]:
    about = evidence(
        imports=(imported(0, -1, "test_a", 2.0),),
        stacks=(ran(0, 0.6, f"tests/test_a.py:{line} <module>", *inner, "data.py:3 values"),),
        files={file_of("test_a"): TEXT},
    )
    return [each.line for finding in findings(cause, about) for each in finding.locations[:1]]


@pytest.mark.parametrize(("line", "place"), [(4, 4), (6, 4), (11, 11), (14, 14)])
def test_a_call_in_a_decorator_is_found_at_its_first_line(line, place) -> None:
    assert found_at(line) == [place]


def test_a_decorator_in_a_class_is_found() -> None:
    assert found_at(17, CAUSE, "tests/test_a.py:18 TestIt", "tests/test_a.py:18 <listcomp>") == [18]


@pytest.mark.parametrize("line", [8, 15])
def test_other_decorators_and_variables_are_computations(line) -> None:
    assert found_at(line) == []
    assert found_at(line, COMPUTE) == [line]


def test_a_generator_that_pytest_exhausts_is_found_at_its_decorator() -> None:
    hook = hooked(0, "pytest_generate_tests", "python", 1.0, f"{PYTEST}/python.py", 3)
    reading = f"{PYTEST}/mark/structures.py:196 _parse_parametrize_parameters"
    text = '@pytest.mark.parametrize("a", values())\ndef test_it(a): ...\n\ndef values():\n    yield build()\n'
    about = evidence(
        hooks=(hook,),
        collectors=(collected(4, -1, "tests/test_a.py"),),
        stacks=(ran(4, 0.6, reading, "tests/test_a.py:5 values", "app.py:1 build", hook=0, by=reading),),
        files={file_of("test_a"): text},
    )
    (found,) = findings(CAUSE, about)
    assert [(each.path, each.line) for each in found.locations] == [
        ("tests/test_a.py", 1),
        ("tests/test_a.py", 4),
        ("tests/test_a.py", 5),
        ("app.py", 1),
    ]
