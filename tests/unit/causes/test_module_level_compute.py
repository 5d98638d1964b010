from __future__ import annotations

import pytest

from collectbench.causes.expensive_argvalues import CAUSE as ARGVALUES
from collectbench.causes.module_level_compute import CAUSE
from collectbench.causes.module_level_io import CAUSE as IO
from collectbench.causes.module_level_wait import CAUSE as WAIT
from made_evidence import collected, evidence, file_of, findings, imported, ran

BODY = "tests/test_a.py:{} <module>"
BURNS = "burner.py:4 burn"
TEXT = """\
from burner import burn
import pytest

TABLE = dict(
    a=burn(1),
    b=[
        burn(2)
        for _ in range(3)
    ],
)


class TestIt:
    size = burn(3)

    @pytest.mark.parametrize("a", [1])
    def test_it(self, value=burn(4)):
        burn(5)


if TABLE:
    burn(6)
"""


def made(*stacks, files=None, **fields):
    frames = fields.pop("imports", (imported(0, -1, "test_a", 4.0),))
    return evidence(imports=frames, stacks=stacks, files={file_of("test_a"): TEXT, **(files or {})}, **fields)


def places(finding) -> list[str]:
    return [f"{each.path}:{each.line}" for each in finding.locations]


def test_a_statement_over_several_lines_is_one_finding_at_its_first_line() -> None:
    stacks = (
        ran(0, 0.5, BODY.format(5), BURNS),
        ran(0, 1.5, BODY.format(6), "tests/test_a.py:7 <listcomp>", BURNS),
    )
    (found,) = findings(CAUSE, made(*stacks))
    assert found.estimated_saving_s == pytest.approx(2.0)
    assert places(found) == ["tests/test_a.py:4", "tests/test_a.py:7", "burner.py:4"]
    assert found.subject == "tests/test_a.py:4"
    assert found.evidence == ("most of it in burn()",)


@pytest.mark.parametrize(
    ("calls", "place"),
    [
        ((BODY.format(13), "tests/test_a.py:14 TestIt", BURNS), "tests/test_a.py:14"),
        ((BODY.format(13), "tests/test_a.py:17 TestIt", BURNS), "tests/test_a.py:17"),
        ((BODY.format(22), BURNS), "tests/test_a.py:22"),
        ((BODY.format(99),), "tests/test_a.py:99"),
    ],
    ids=["class body", "default value", "below an if", "a line that is not there"],
)
def test_the_place_is_the_smallest_statement(calls, place) -> None:
    (found,) = findings(CAUSE, made(ran(0, 1.0, *calls)))
    assert places(found)[0] == place


LAMBDAS = """\
from burner import burn
make = lambda: burn(1)
TABLE = make()


class TestIt:
    make = lambda: burn(2)
    size = make()

    @staticmethod
    def one(): return burn(3)
TestIt.one()
"""


@pytest.mark.parametrize(
    ("calls", "place"),
    [
        ((BODY.format(3), "tests/test_a.py:2 <lambda>", BURNS), "tests/test_a.py:3"),
        ((BODY.format(6), "tests/test_a.py:8 TestIt", "tests/test_a.py:7 <lambda>", BURNS), "tests/test_a.py:8"),
        ((BODY.format(12), "tests/test_a.py:11 one", BURNS), "tests/test_a.py:12"),
    ],
    ids=["lambda", "lambda in a class", "function on one line"],
)
def test_the_place_is_the_line_that_calls_not_the_line_of_a_lambda(calls, place) -> None:
    (found,) = findings(CAUSE, made(ran(0, 1.0, *calls), files={file_of("test_a"): LAMBDAS}))
    assert found.subject == place


def test_two_slow_lines_are_two_findings() -> None:
    stacks = (ran(0, 0.5, BODY.format(5), BURNS), ran(0, 1.5, BODY.format(22), BURNS))
    assert [each.estimated_saving_s for each in findings(CAUSE, made(*stacks))] == [1.5, 0.5]


def test_short_calls_of_one_function_in_many_modules_are_one_finding() -> None:
    frames = tuple(imported(number, -1, f"test_{number}", 1.0) for number in range(40))
    stacks = [ran(number, 0.015, f"tests/test_{number}.py:3 <module>", BURNS) for number in range(40)]
    about = evidence(imports=frames, stacks=stacks, wall_s=60.0)
    (found,) = findings(CAUSE, about)
    assert (found.subject, found.estimated_saving_s) == ("burn() in 40 lines", pytest.approx(0.6))
    assert found.saving_alone_s == pytest.approx(0.015)
    assert "tests/test_7.py:3" in places(found)


def test_short_lines_that_have_nothing_in_common_are_no_finding() -> None:
    frames = tuple(imported(number, -1, f"test_{number}", 1.0) for number in range(9))
    stacks = [
        ran(number, 0.015, f"tests/test_{number}.py:3 <module>", f"app.py:{number} f{number}") for number in range(9)
    ]
    assert not findings(CAUSE, evidence(imports=frames, stacks=stacks))


def test_a_test_module_is_told_to_use_a_fixture_and_the_application_a_function() -> None:
    frames = (imported(0, -1, "test_a"), imported(1, 0, "app"))
    file = collected(2, -1, "tests/test_a.py")
    about = evidence(
        imports=frames,
        collectors=(file,),
        stacks=(ran(1, 0.5, "app.py:1 <module>", BURNS), ran(0, 0.4, BODY.format(5))),
    )
    assert ["function" in each.fix for each in findings(CAUSE, about)] == [True, False]


def test_an_installed_library_and_an_import_are_not_lines_of_the_project() -> None:
    frames = (imported(0, -1, "test_a"), imported(1, 0, "lib.heavy"))
    stacks = (
        ran(
            1,
            0.9,
            BODY.format(1),
            "<frozen importlib._bootstrap>:1 _find_and_load",
            "/venv/site-packages/lib/heavy.py:1 <module>",
        ),
        ran(0, 0.9, BODY.format(1), "<frozen importlib._bootstrap>:1 _find_and_load"),
    )
    assert not findings(CAUSE, evidence(imports=frames, stacks=stacks))


def test_a_function_that_runs_in_a_hook_is_not_a_module_body() -> None:
    assert not findings(CAUSE, made(ran(0, 0.9, "tests/conftest.py:3 pytest_collect_file", BURNS, hook=3)))


def test_a_line_has_one_cause() -> None:
    about = made(ran(0, 1.0, BODY.format(5), BURNS))
    assert [len(findings(cause, about)) for cause in (CAUSE, IO, WAIT, ARGVALUES)] == [1, 0, 0, 0]
