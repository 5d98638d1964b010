from __future__ import annotations

from importlib import _bootstrap  # type: ignore[attr-defined]

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.attribution.modules import modules_of
from collectbench.attribution.requests import BY_CALL, needed_names, requests_of
from collectbench.model.trace import Trace


@pytest.mark.parametrize(
    ("name", "level", "package", "fromlist", "names"),
    [
        ("a.b.c", 0, "", (), ["a", "a.b", "a.b.c"]),
        ("a", 0, "", ("b", "c"), ["a", "a.b", "a.c"]),
        ("a.b", 0, "", ("*",), ["a", "a.b"]),
        ("", 1, "a.b", ("c",), ["a", "a.b", "a.b.c"]),
        ("c", 2, "a.b", (), ["a", "a.c"]),
        ("c", 3, "a.b", (), []),
        ("c", 1, "", (), []),
    ],
)
def test_a_statement_needs_its_module_its_packages_and_its_names(made, name, level, package, fromlist, names) -> None:
    edge = made.edge("importer", name, 0, level=level, package=package, fromlist=fromlist)
    assert needed_names(edge) == names


dotted = st.lists(st.sampled_from("abc"), max_size=4).map(".".join)


@given(name=dotted, package=dotted, level=st.integers(1, 5))
def test_relative_names_are_resolved_as_python_does(made, name, package, level) -> None:
    names = needed_names(made.edge("importer", name, 0, level=level, package=package))
    try:
        expected = _bootstrap._resolve_name(name, package, level)
    except ImportError:
        expected = ""
    if not package:
        expected = ""  # refused by _sanity_check and _calc___package__ before a name is resolved
    assert (names or [""])[-1] == expected


def test_modules_that_were_loaded_before_are_not_requested(made) -> None:
    trace = Trace(
        complete=True,
        imports=(made.import_frame(0, -1, "a"),),
        edges=(made.edge("a", "sys", 0), made.edge("a", "gone", 0)),
        preloaded=frozenset({"sys"}),
    )
    assert [request.line for request in requests_of(trace, modules_of(trace))] == [0]


def test_the_import_of_a_package_by_the_machinery_is_not_a_request(made) -> None:
    trace = Trace(
        complete=True,
        imports=(made.import_frame(0, -1, "x"), made.import_frame(1, 0, "a.b"), made.import_frame(2, 1, "a")),
        edges=(made.edge("x", "a.b", 0, line=7), made.edge("x", "a", 1, line=7, fromlist=BY_CALL)),
    )
    requests = [
        (request.line, [module.name for module in request.modules]) for request in requests_of(trace, modules_of(trace))
    ]
    assert requests == [(7, ["a", "a.b"]), (0, ["x"])]


def test_an_import_without_a_statement_is_requested_by_the_running_import(made) -> None:
    trace = Trace(complete=True, imports=(made.import_frame(0, -1, "x"), made.import_frame(1, 0, "by_c_code")))
    requests = requests_of(trace, modules_of(trace))
    assert [(request.holder, request.during, request.line) for request in requests] == [(None, -1, 0), (None, 0, 0)]
