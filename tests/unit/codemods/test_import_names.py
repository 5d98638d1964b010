"""Import statements with fewer names: commas, parentheses and comments."""

from __future__ import annotations

import libcst
import pytest

from collectbench.codemods.effects.import_names import bound_name, with_names


def without(text: str, name: str) -> str | None:
    """Return an import statement without the name that it binds; None if nothing is left."""
    module = libcst.parse_module(text)
    line = libcst.ensure_type(module.body[0], libcst.SimpleStatementLine)
    statement = line.body[0]
    assert isinstance(statement, (libcst.Import, libcst.ImportFrom))
    left = with_names(statement, lambda alias: bound_name(alias) != name)
    if left is None:
        return None
    code = module.with_changes(body=[line.with_changes(body=[left])]).code
    compile(code, "statement", "exec")
    return code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("import a, d\n", "import a\n", id="import"),
        pytest.param("import a, b as d\n", "import a\n", id="as"),
        pytest.param("import a.d, b\n", "import a.d, b\n", id="another name"),
        pytest.param("from a import b, d\n", "from a import b\n", id="from"),
        pytest.param("from a import *\n", "from a import *\n", id="star"),
        pytest.param("from a import b, \\\n    d\n", "from a import b\n", id="backslash"),
        pytest.param("from a import (b, d)\n", "from a import (b)\n", id="parentheses"),
        pytest.param("from a import (b, d,)\n", "from a import (b,)\n", id="a last comma in the line"),
        pytest.param("from a import (b,\n    d)\n", "from a import (b)\n", id="two lines"),
        pytest.param("from a import (\n    b, d,\n)\n", "from a import (\n    b,\n)\n", id="one inner line"),
        pytest.param("from a import (  # x\n    d,\n    b,\n)\n", "from a import (  # x\n    b,\n)\n", id="first"),
        pytest.param("from a import (\n    b,\n    d\n)\n", "from a import (\n    b\n)\n", id="no last comma"),
        pytest.param(
            "from a import (\n    b,  # b\n    d  # d\n)\n", "from a import (\n    b,  # b\n)\n", id="comments"
        ),
        pytest.param("from a import (b,  # b\n    d)\n", "from a import (b,  # b\n)\n", id="comment in front"),
        pytest.param("import d\n", None, id="the only name"),
    ],
)
def test_the_name_goes(before: str, after: str | None) -> None:
    assert without(before, "d") == after
