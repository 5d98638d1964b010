from __future__ import annotations

import pytest

from collectbench.causes.selection_after_import import CAUSE
from made_evidence import collected, evidence, findings, imported, statement

IMPORTS = (
    imported(1, 0, "test_slow", 0.25),
    imported(2, 1, "libheavy", 2.0),
    imported(4, 3, "test_quick", 0.25),
    imported(5, 4, "shared", 1.0),
)
EDGES = (
    statement("test_slow", "libheavy", 1),
    statement("test_slow", "shared", 1, line=2),
    statement("test_quick", "shared", 4),
)
COLLECTORS = (
    collected(0, -1, "tests/test_slow.py", 0.125, items=2),
    collected(6, 0, "tests/test_slow.py::TestSlow", 0.125, items=2, type="Class"),
    collected(3, -1, "tests/test_quick.py", items=3),
)


def about(*arguments: str, **deselected: int):
    counts = tuple((f"tests/{name}.py", count) for name, count in deselected.items())
    return evidence(
        imports=IMPORTS, edges=EDGES, collectors=COLLECTORS, deselected=counts, fields={"arguments": arguments}
    )


@pytest.mark.parametrize("arguments", [("-m", "not slow"), ("-mnot slow",)], ids=["two words", "one word"])
def test_imports_of_files_without_a_selected_item_are_saved(arguments) -> None:
    (found,) = findings(CAUSE, about(*arguments, test_slow=3, test_quick=1))
    assert found.subject == "-m 'not slow'"
    assert found.estimated_saving_s == pytest.approx(0.25 + 2.0 + 2 * 0.125)
    assert found.command == "python -m pytest -m 'not slow' tests/test_quick.py"


def test_a_file_with_one_selected_item_is_needed() -> None:
    assert not findings(CAUSE, about("-k", "quick", test_slow=2))


def test_items_that_a_hook_of_the_project_deselects_are_no_matter_of_an_option() -> None:
    assert not findings(CAUSE, about(test_slow=3))


def test_a_selection_of_everything_is_silent() -> None:
    assert not findings(CAUSE, about("-k", "test"))
