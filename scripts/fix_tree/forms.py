"""The forms in which a test file refers to a module, as source that runs once the module has moved."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent, indent


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form.

    Attributes:
        name: of it.
        text: `{m}` is the module, `{p}` the package that holds it, `{s}` its last part, `{n}` the number of the plant,
            `{r}` the module as a relative import names it. Each module has `act`, `Thing` and `LIMIT`.
        outcome: `rewritten` or `named`.
        is_top: whether it has lines outside of functions.
    """

    name: str
    text: str
    outcome: str = "rewritten"
    is_top: bool = False


def _in_function(name: str, body: str, outcome: str = "rewritten") -> Form:
    function = "test_runs_{n}" if outcome == "rewritten" else "not_run_{n}"
    return Form(name=name, text=f"def {function}():\n{indent(dedent(body).strip(), '    ')}\n", outcome=outcome)


def _at_top(name: str, text: str, outcome: str = "rewritten") -> Form:
    return Form(name=name, text=dedent(text).strip() + "\n", outcome=outcome, is_top=True)


FORMS: tuple[Form, ...] = (
    _at_top("import", "import {m}\n\n\ndef test_runs_{n}():\n    assert {m}.act() == 1 and {m}.Thing().go()\n"),
    _at_top("import as", "import {m} as a{n}\n\n\ndef test_runs_{n}():\n    assert a{n}.act() == 1\n"),
    _at_top("from", "from {m} import act, Thing\n"),
    _at_top("from as", "from {m} import Thing as B{n}, act as b{n}  # both\n"),
    _at_top(
        "several imports", "import os, {m}, {m} as c{n}\n\n\ndef test_runs_{n}():\n    assert {m}.LIMIT == c{n}.LIMIT\n"
    ),
    _at_top(
        "parentheses", "from {m} import (  # of the shop\n    Thing as D{n},  # sold\n    # done\n    act as d{n},\n)\n"
    ),
    _at_top("class", "class Suite{n}:\n    from {m} import act\n\n    value = act()\n"),
    _at_top(
        "type checking", "if TYPE_CHECKING:\n    import {m}\n\n\ndef hint_{n}(thing: '{m}.Thing') -> {m}.Thing: ...\n"
    ),
    _at_top("try", "try:\n    from {m} import act as e{n}\nexcept ImportError:\n    raise\n"),
    _at_top("if", "if LIMIT:\n    import {m} as f{n}\nelse:\n    from {m} import act as f{n}\n"),
    _at_top("constant", 'PATH_{n} = "{m}"\n\n\ndef test_runs_{n}():\n    assert import_module(PATH_{n}).act() == 1\n'),
    _at_top(
        "patched constant",
        'PATH_{n} = "{m}"\n\n\n@patch(f"{{PATH_{n}}}.act", 1)\n@patch(PATH_{n} + ".LIMIT", 2)\n'
        "def test_runs_{n}(): ...\n",
    ),
    _at_top("export", "from {m} import act as g{n}\n\n__all__ += ['g{n}']\n"),
    _at_top("star", "try:\n    from {m} import *\nexcept ImportError:\n    pass\n", "named"),
    _at_top(
        "docstring", 'def example_{n}():\n    """Shows.\n\n    >>> import {m}\n    >>> {m}.act()\n    1\n    """\n'
    ),
    _at_top("docstring from", 'def example_{n}():\n    """>>> from {m} import act\n    >>> act()\n    1\n    """\n'),
    _at_top("patch decorator", '@patch("{m}.act", 1)\n@patch("{m}.Thing.go", 2)\ndef test_runs_{n}(): ...\n'),
    _at_top("unknown string", 'NAMES_{n} = ["{m}.act"]\n', "named"),
    _in_function("from in function", "from {m} import act\nassert act() == 1"),
    _in_function(
        "import in function", "import {m}\nassert {m}.act() == 1\nassert [{m}.LIMIT for _ in {m}.Thing().go()]"
    ),
    _in_function("from package", "from {p} import {s}\nassert {s}.act() == 1"),
    _in_function("from package as", "from {p} import {s} as old\nassert old.Thing().go()"),
    _in_function("with", "with suppress(KeyError):\n    from {m} import act, LIMIT\n    assert act() == 1"),
    _in_function("try in function", "try:\n    import {m} as m\nfinally:\n    pass\nassert m.act() == 1"),
    _in_function("import_module", 'm = import_module("{m}")\nassert m.act() == 1'),
    _in_function("local constant", 'path = "{m}"\nassert importlib.import_module(path).act() == 1'),
    _in_function("__import__", '__import__("{m}")\nassert __import__("{m}", fromlist=["act"]).act() == 1'),
    _in_function("__import__ top", 'top = __import__("{m}")', "named"),
    _in_function("patch with", 'with patch("{m}.act", 5), patch(target="{m}.LIMIT", new=6):\n    pass'),
    _in_function("patch call", 'patcher = patch(\n    "{m}.act",  # slow\n    7,\n)\npatcher.start()\npatcher.stop()'),
    _in_function("patch.object", 'import {m}\n\nwith patch.object({m}, "act", 8):\n    assert {m}.act == 8'),
    _in_function("patch.dict", 'with patch.dict("sys.modules", {{"{m}": None}}):\n    pass'),
    _in_function("patch.multiple", 'with patch.multiple("{m}", act=1, LIMIT=2):\n    pass'),
    _in_function("setattr", 'with pytest.MonkeyPatch.context() as monkeypatch:\n    monkeypatch.setattr("{m}.act", 9)'),
    _in_function("importorskip", 'm = pytest.importorskip("{m}")\nassert m.act() == 1'),
    _in_function(
        "sys.modules", 'import_module("{m}")\nassert sys.modules["{m}"].act() == 1\nassert "{m}" in sys.modules'
    ),
    _in_function("sys.modules set", 'sys.modules["{m}"] = None', "named"),
    _in_function("f-string", 'patch(f"{m}.{{name()}}")', "named"),
    _in_function("lost name", "from {m} import lost", "named"),
    _in_function("lost patch", 'patch("{m}.lost").start()', "named"),
)
"""Those of scattered references to a forbidden module."""
RELATIVE = (
    _at_top("relative from", "from {r} import act as h{n}, Thing as H{n}\n"),
    _in_function("relative module", "from {d} import {s}\nassert {s}.act() == 1"),
)
"""Those of a file within the package of the module; `{d}` is the package, as a relative import names it."""
MISSING: tuple[tuple[int, Form], ...] = (
    (504, _in_function("from in function", "from {m} import act\nassert act() == 1")),
    (124, _at_top("from", "from {m} import act as b{n}\n")),
    (132, _at_top("patch decorator", '@patch("{m}.act", 1)\ndef test_runs_{n}(): ...\n')),
    (
        68,
        _in_function("try", "try:\n    from {m} import act\nexcept ImportError:\n    pytest.skip()\nassert act() == 1"),
    ),
    (9, _in_function("import in function", "import {m}\nassert {m}.act() == 1")),
    (3, _in_function("import_module", 'assert import_module("{m}").act() == 1')),
)
"""How often each form refers to a missing module, as counted in a repository of 5,776 test files."""
WITHOUT = {
    form.name: form
    for form in (
        _in_function("from in function", "from {m} import act", "named"),
        _at_top("from", "try:\n    from {m} import act as b{n}\nexcept ImportError:\n    pass\n", "named"),
        _in_function("patch decorator", 'patch("{m}.act").start()', "named"),
    )
}
"""What stands there instead if nothing replaces the module, by the name of the form."""

HEADER = '''"""Tests of the shop."""
from __future__ import annotations

import importlib
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

LIMIT = 1
__all__ = ["LIMIT"]

'''
MODULE = """class Thing:
    def go(self):
        return [1]


def act():
    return 1


LIMIT = 3
"""
