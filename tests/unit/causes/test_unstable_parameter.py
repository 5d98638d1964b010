from __future__ import annotations

import pytest

from collectbench.attribution.unstable_ids import UnstableIds
from collectbench.causes.surroundings import Surroundings
from collectbench.causes.unstable_parameter import CAUSE
from made_evidence import evidence, findings

PATH = "/project/tests/test_a.py"
TEXT = """\
import pytest

@pytest.mark.parametrize("name", NAMES)
class TestIt:
    @pytest.mark.parametrize(("size", "colour"), PAIRS)
    @pytest.mark.parametrize(argnames="kind", argvalues=KINDS)
    def test_it(self, name, size, colour, kind):
        pass


def test_plain(made):
    pass
"""


def unstable(function: str, first: str, second: str, differing: int = 1) -> UnstableIds:
    return UnstableIds(nodeid=f"tests/test_a.py::{function}", differing=differing, first=first, second=second)


def about(*functions: UnstableIds, files=None):
    fields = {"surroundings": Surroundings(unstable=functions)}
    return evidence(files={PATH: TEXT} if files is None else files, fields=fields)


@pytest.mark.parametrize(
    ("first", "second", "names", "line"),
    [
        ("k-1-red-ann", "k-1-red-bob", "name", 3),
        ("k-1-red-ann", "k-2-red-ann", "size", 5),
        ("k-1-red-ann", "l-1-red-ann", "kind", 6),
    ],
)
def test_the_parameter_that_differs_is_named(first, second, names, line) -> None:
    (found,) = findings(CAUSE, about(unstable("TestIt::test_it", first, second)))
    assert found.subject == f"tests/test_a.py::TestIt::test_it[{names}]"
    assert [each.line for each in found.locations] == [line]
    assert found.estimated_saving_s == 0


def test_ids_with_hyphens_of_their_own_leave_all_names() -> None:
    (found,) = findings(CAUSE, about(unstable("TestIt::test_it", "k-1-red-7a-8b", "k-1-red-9c-0d")))
    assert found.subject.endswith("[kind, size, colour, name]")


@pytest.mark.parametrize("files", [None, {}], ids=["parameters of a fixture", "no source"])
def test_a_function_whose_parameters_cannot_be_read_is_named_without_them(files) -> None:
    (found,) = findings(CAUSE, about(unstable("test_plain", "a", "b"), files=files))
    assert found.subject == "tests/test_a.py::test_plain"


def test_many_functions_share_a_note() -> None:
    found = findings(CAUSE, about(*(unstable(f"test_{number}", "a", "b") for number in range(9))))
    assert len(found) == 6
    assert found[-1].title == "ids of 4 more functions differ from run to run"


def test_equal_ids_are_silent() -> None:
    assert not findings(CAUSE, about())
