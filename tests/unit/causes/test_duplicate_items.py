from __future__ import annotations

import pytest

from collectbench.causes.duplicate_items import CAUSE
from collectbench.causes.surroundings import Surroundings
from made_evidence import collected, evidence, file_of, findings, imported, statement

HOME = ("tests/test_home.py::TestIt::test_one[a]", "tests/test_home.py::test_two")
AGAIN = ("tests/test_again.py::TestIt::test_one[a]", "tests/test_again.py::test_two", "tests/test_again.py::test_own")
FRAMES = (imported(1, 0, "test_home"), imported(3, 2, "test_again"))
COLLECTORS = (
    collected(0, -1, "tests/test_home.py"),
    collected(2, -1, "tests/test_again.py"),
    collected(4, 2, "tests/test_again.py::TestIt", 0.2, type="Class"),
)


def about(line: str, names: tuple[str, ...], *, module: str = "test_home", ids=(*HOME, *AGAIN)):
    return evidence(
        imports=FRAMES,
        collectors=COLLECTORS,
        edges=(statement("test_again", module, 3, fromlist=names),),
        files={file_of("test_again"): f"{line}\n\ndef test_own():\n    pass\n"},
        fields={"surroundings": Surroundings(nodeids=ids)},
    )


@pytest.mark.parametrize(
    ("line", "names", "items"),
    [
        ("from test_home import *", ("*",), "2 items of TestIt, test_two"),
        ("from test_home import TestIt", ("TestIt",), "1 item of TestIt"),
    ],
    ids=["star", "name"],
)
def test_imported_tests_that_run_again_are_found(line, names, items) -> None:
    (found,) = findings(CAUSE, about(line, names))
    assert found.evidence == (items,)
    assert [(each.path, each.line) for each in found.locations] == [("tests/test_again.py", 1)]
    assert found.estimated_saving_s == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("line", "names", "module", "ids"),
    [
        ("import test_home", (), "test_home", (*HOME, *AGAIN)),
        ("from test_home import VALUE", ("VALUE",), "test_home", (*HOME, *AGAIN)),
        ("importlib.import_module('test_home')", ("*",), "test_home", (*HOME, *AGAIN)),
        ("from base import *", ("*",), "base", (*HOME, *AGAIN)),
        ("from test_home import *", ("*",), "test_home", (*HOME, "tests/test_again.py::test_own")),
    ],
    ids=["the module", "another name", "a call", "a file without tests", "not collected again"],
)
def test_an_import_that_brings_no_tests_is_silent(line, names, module, ids) -> None:
    assert not findings(CAUSE, about(line, names, module=module, ids=ids))


def test_a_test_that_the_file_defines_itself_is_its_own() -> None:
    ids = ("tests/test_home.py::test_own", "tests/test_again.py::test_own")
    assert not findings(CAUSE, about("from test_home import *", ("*",), ids=ids))
