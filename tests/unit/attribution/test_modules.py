from __future__ import annotations

import pytest

from collectbench.attribution.modules import is_within, modules_of, packages_of
from collectbench.model.trace import Trace


def test_conftests_of_one_name_are_different_modules(made) -> None:
    frames = (
        made.import_frame(0, -1, "conftest", path="/p/conftest.py"),
        made.import_frame(1, -1, "conftest", path="/p/tests/conftest.py"),
    )
    modules = modules_of(Trace(complete=True, imports=frames))
    assert [module.path for module in modules.all] == ["/p/conftest.py", "/p/tests/conftest.py"]
    assert modules.by_name["conftest"] is modules.all[0]
    assert modules.holding("conftest", "/p/tests/conftest.py") is modules.all[1]
    assert modules.holding("conftest", "/elsewhere") is modules.all[0]


def test_a_failed_import_belongs_to_the_module_that_was_imported_later(made) -> None:
    frames = (
        made.import_frame(4, -1, "late"),
        made.import_frame(0, -1, "late", path="", error="ImportError"),
    )
    (module,) = modules_of(Trace(complete=True, imports=frames)).all
    assert module.path == made.file_of("late")
    assert [frame.index for frame in module.frames] == [0, 4]


def test_the_file_of_a_failed_import_is_that_of_its_statements(made) -> None:
    frames = (made.import_frame(0, -1, "broken", path="", error="ValueError"), made.import_frame(1, 0, "json"))
    edges = (made.edge("broken", "json", 0, path="/p/broken.py"), made.edge("other", "json", 0, path="/p/other.py"))
    modules = modules_of(Trace(complete=True, imports=frames, edges=edges))
    assert [module.path for module in modules.all] == ["/p/broken.py", made.file_of("json")]


def test_a_module_that_renamed_itself_is_known_by_its_file(made) -> None:
    modules = modules_of(Trace(complete=True, imports=(made.import_frame(0, -1, "old"),)))
    assert modules.holding("new", made.file_of("old")) is modules.all[0]
    assert modules.holding("new", "<string>") is None


def test_modules_come_in_the_order_in_which_their_import_began(made) -> None:
    frames = (made.import_frame(2, 1, "c"), made.import_frame(1, 0, "b"), made.import_frame(0, -1, "a"))
    modules = modules_of(Trace(complete=True, imports=frames))
    assert [module.name for module in modules.all] == ["a", "b", "c"]


def test_a_package_is_requested_where_its_module_is_requested(made) -> None:
    frames = (
        made.import_frame(0, -1, "a.b.c"),
        made.import_frame(1, 0, "a.b"),
        made.import_frame(2, 1, "a"),
        made.import_frame(3, 2, "abc"),
    )
    modules = modules_of(Trace(complete=True, imports=frames))
    assert [modules.requested_during(frame) for frame in frames] == [-1, -1, -1, 2]


@pytest.mark.parametrize(("name", "packages"), [("a", ()), ("a.b", ("a",)), ("a.b.c", ("a", "a.b"))])
def test_the_packages_of_a_module(name, packages) -> None:
    assert packages_of(name) == packages


@pytest.mark.parametrize(("name", "inside"), [("a", True), ("a.b", True), ("ab", False), ("b.a", False)])
def test_a_module_is_within_its_package_and_in_no_other(name, inside) -> None:
    assert is_within(name, "a") is inside
