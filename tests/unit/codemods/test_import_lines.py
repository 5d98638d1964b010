"""Import statements that are divided: each name keeps its comment, and the layout stays."""

from __future__ import annotations

import libcst as cst
import pytest

from collectbench.codemods.deferral.import_lines import copied_line, import_lines, narrowed


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("import a, b as c, d", "cd", "import b as c, d"),
        ("import a.b, c", "a", "import a.b"),
        ("from x import a, b", "a", "from x import a"),
        ("from x import (a, b)", "a", "from x import (a)"),
        ("from x import (a, b,)", "a", "from x import (a,)"),
        ("from x import (\n    a,  # one\n    b  # two\n)", "a", "from x import (\n    a  # one\n)"),
        ("from x import (\n    a,  # one\n    b,  # two\n)", "a", "from x import (\n    a,  # one\n)"),
        ("from x import (\n    a,\n    b,  # two\n)", "a", "from x import (\n    a,\n)"),
        ("from x import (\n    a,\n    b,  # two\n)", "b", "from x import (\n    b,  # two\n)"),
        ("from x import (a, # one\n    b)", "a", "from x import (a # one\n    )"),
        ("from x import (a, # one\n    b, c)", "ab", "from x import (a, # one\n    b)"),
        ("from x import a, b", "ab", "from x import a, b"),
    ],
)
def test_a_statement_with_some_of_its_names(text: str, names: str, expected: str) -> None:
    module = cst.parse_module(text + "\n")
    (small, _), *_ = import_lines(module.body)
    result = module.code_for_node(narrowed(small, frozenset(names)))
    compile(result, "x", "exec")
    assert result == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from x import (\n    a,\n    b,\n)  # noqa", "from x import a  # noqa\n"),
        ("from x import(a, b)", "from x import a\n"),
        ("from x import (  # why\n    a,\n    b,\n)", "from x import (  # why\n    a,\n)\n"),
        (f"from {'x' * 80} import (\n    a,\n    b,\n)", f"from {'x' * 80} import (\n    a,\n)\n"),
    ],
)
def test_a_copy_needs_no_parentheses_if_it_fits_and_has_no_comment(text: str, expected: str) -> None:
    module = cst.parse_module(text + "\n")
    ((small, end),) = import_lines(module.body)
    _, line = copied_line(small, end, frozenset("a"))
    assert module.code_for_node(line) == expected
