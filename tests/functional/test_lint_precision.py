"""scripts/lint_precision.py: a true violation is confirmed, and each kind of false one is found out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lint_precision import CONFIRMED, FALSE, UNCHECKED, Checked, Suite, check, table

# A line that a case is about ends with `# name`; the names of CASES are those.
TREE = {
    "pytest.ini": "[pytest]\npython_files = test_*.py\ntestpaths = tests\npythonpath = lib\nfilterwarnings = error\n",
    "lib/from_path.py": "",
    "tests/test_classes.py": """
import dataclasses, enum, unittest
class TestInit:  # init
    def __init__(self): pass
    def test_a(self): pass  # method of init
    def helper(self): pass  # helper of init
class TestNew:  # new
    def __new__(cls): return object.__new__(cls)
    def test_a(self): pass
class TestInherited(TestInit): pass  # inherited init
class TestOpen:  # collected
    def test_a(self): pass  # collected method
    class TestInner:  # collected inner
        def test_b(self): pass
class TestOptedOut:  # opted out
    __test__ = False
    def __init__(self): pass
    def test_a(self): pass
class TestUnit(unittest.TestCase):  # unittest with init
    def __init__(self, *args): super().__init__(*args)
    def test_a(self): pass
class TestError(Exception): pass  # exception
@dataclasses.dataclass
class TestData:  # dataclass
    a: int
class TestColor(enum.Enum):  # enum
    RED = 1
class TestNothing: pass  # nothing
class Helper:  # other name
    def __init__(self): pass
""",
    "tests/test_shadowed.py": """
import functools, pytest
def test_twice(): pass  # shadowed
def test_twice(): pass  # shadows
@pytest.mark.skip  # shadowed by decorator
def test_marked(): pass
@pytest.mark.parametrize("a", [1, 2])
def test_marked(a): pass
class TestTwice:  # shadowed class
    def test_a(self): pass
class TestTwice:  # shadowing class
    def test_b(self): pass
    def test_c(self): pass  # shadowed method
    def test_c(self): pass
def test_replaced(): pass  # replaced
test_replaced = 1
def test_deleted(): pass  # deleted
del test_deleted
def test_kept(): pass  # kept
test_alias = test_kept
def test_kept(): pass
""",
    "tests/other_name.py": "def test_never(): pass  # other file\ndef helper(): pass  # helper in other file\n",
    "tests/other_init.py": """
class TestBoth:  # other file and init
    def __init__(self): pass
    def test_a(self): pass
""",
    "tests/base.py": """
class TestBase:  # base
    def test_a(self): pass
class Inherited:
    def test_b(self): pass  # runs by inheritance
def test_imported(): pass  # runs by import
class TestHelper:  # helper class in base
    def __init__(self): pass
""",
    "outside.py": "def test_outside(): pass  # outside\n",
    "tests/test_one.py": """
import base
from base import TestBase, TestHelper  # imports base
from base import test_imported  # imports function
from test_two import TestTwo  # imports two
from test_two import unused  # imports helper
class TestSub(base.Inherited): pass
""",
    "tests/test_two.py": """
from base import *  # star
from base import Inherited as Base  # alias
class TestTwo:
    def test_two(self): pass
class TestOther(Base): pass
def unused(): pass
""",
    "tests/test_broken.py": """
import nowhere
class TestBroken:  # broken
    def __init__(self): pass
    def test_a(self): pass
""",
    "tests/package/__init__.py": """
import types, sys
value = 1
sys.modules[__name__ + '.made'] = types.ModuleType('made')
""",
    "tests/package/types_only.py": """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    Name = int
""",
    "tests/importing.py": """
import pytest
from typing import TYPE_CHECKING
def importing():
    import package  # plain
    with pytest.raises(ImportError):
        import package.missing  # expected
    with unittest.TestCase().assertRaises(ImportError):
        import package.missing  # asserted
    with pytest.raises(ValueError):
        import package.missing  # other error expected
    try:
        from package import missing  # fallback
    except ImportError:
        missing = None
    try:
        from package import missing  # no fallback
    except ImportError:
        pass
    try:
        from package import missing  # other error caught
    except ValueError:
        missing = None
from package.types_only import Name  # at run time
if TYPE_CHECKING:
    from package.types_only import Name  # for type checkers
    from package.types_only import Other  # missing for type checkers
""",
    "tests/package/lazy.py": """
def __getattr__(name):
    if name == 'there': return 1
    raise AttributeError(name)
""",
    "tests/package/raises.py": "raise RuntimeError('not here')\n",
    "tests/package/ends.py": "import os\nos._exit(3)\n",
    "tests/package/typed.py": "",
    "tests/package/typed.pyi": "Declared: int\n",
    "tests/package/needs.py": "import nowhere\n",
}
UNCOLLECTED = {
    "init": CONFIRMED,
    "method of init": CONFIRMED,
    "helper of init": FALSE,
    "new": CONFIRMED,
    "inherited init": CONFIRMED,
    "collected": FALSE,
    "collected method": FALSE,
    "collected inner": FALSE,
    "opted out": FALSE,
    "unittest with init": FALSE,
    "exception": FALSE,
    "nothing": FALSE,
    "shadowed": CONFIRMED,
    "shadows": FALSE,
    "shadowed by decorator": CONFIRMED,
    "shadowed class": CONFIRMED,
    "shadowing class": FALSE,
    "shadowed method": CONFIRMED,
    "replaced": UNCHECKED,
    "deleted": FALSE,
    "kept": FALSE,
    "other file": CONFIRMED,
    "helper in other file": FALSE,
    "other file and init": CONFIRMED,
    "base": FALSE,
    "runs by inheritance": FALSE,
    "runs by import": FALSE,
    "outside": FALSE,
    "broken": UNCHECKED,
}
NON_TEST_CLASS = {
    "exception": CONFIRMED,
    "dataclass": CONFIRMED,
    "enum": CONFIRMED,
    "helper class in base": CONFIRMED,
    "init": FALSE,
    "collected": FALSE,
    "nothing": FALSE,
    "other name": FALSE,
    "kept": FALSE,
    "broken": UNCHECKED,
}
DUPLICATES = {
    "imports base": CONFIRMED,
    "imports function": CONFIRMED,
    "imports two": CONFIRMED,
    "imports helper": FALSE,
    "star": CONFIRMED,
    "alias": FALSE,
}
MODULES = {
    "package.missing": CONFIRMED,
    "missing.deeper": CONFIRMED,
    "package.lazy.no": CONFIRMED,
    "package": FALSE,
    "package.made": FALSE,
    "from_path": FALSE,
    "package.raises": FALSE,
    "package.needs": FALSE,
    "package.ends": UNCHECKED,
    "package.raises.no": UNCHECKED,
}
NAMES = {
    "package.missing": CONFIRMED,
    "package.lazy.no": CONFIRMED,
    "package.lazy:no": CONFIRMED,
    "package.value": FALSE,
    "package.lazy": FALSE,
    "package.lazy.there": FALSE,
    "package.typed.Declared": FALSE,
    "missing.name": FALSE,
    "package.needs.name": UNCHECKED,
}
PLACED = {
    ("package.missing", "expected"): FALSE,
    ("package.missing", "asserted"): FALSE,
    ("package.missing", "other error expected"): CONFIRMED,
    ("package.missing", "fallback"): FALSE,
    ("package.missing", "no fallback"): CONFIRMED,
    ("package.missing", "other error caught"): CONFIRMED,
    ("package.types_only.Name", "at run time"): CONFIRMED,
    ("package.types_only.Name", "for type checkers"): FALSE,
    ("package.types_only.Other", "missing for type checkers"): CONFIRMED,
}
Case = tuple[str, str, str]  # rule, subject and the mark of the line
EXPECTED: dict[Case, str] = {
    **{("uncollected-tests", name, name): verdict for name, verdict in UNCOLLECTED.items()},
    **{("non-test-class", name, name): verdict for name, verdict in NON_TEST_CLASS.items()},
    **{("duplicate-items", name, name): verdict for name, verdict in DUPLICATES.items()},
    **{("missing-module", name, "plain"): verdict for name, verdict in MODULES.items()},
    **{("missing-name", name, "plain"): verdict for name, verdict in NAMES.items()},
    **{("missing-name", name, mark): verdict for (name, mark), verdict in PLACED.items()},
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[Case, Checked]:
    """All cases, of one collection, one of the files that it leaves out, and the imports."""
    root = tmp_path_factory.mktemp("tree")
    places = {}
    for path, source in TREE.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(source)
        for number, line in enumerate(source.splitlines(), 1):
            if "  # " in line:
                places[line.partition("  # ")[2]] = (path, number)
    violations = []
    for rule, subject, mark in EXPECTED:
        path, line = places[mark]
        violations.append({"rule": rule, "path": path, "line": line, "subject": subject, "message": mark})
    found = check(Suite(name="tree", directory=root, python=Path(sys.executable)), violations)
    return {(one.rule, one.subject, one.message): one for one in found}


@pytest.mark.parametrize("case", EXPECTED, ids="-".join)
def test_reality_decides_about_a_violation(case: Case, checked: dict[Case, Checked]) -> None:
    assert checked[case].verdict == EXPECTED[case], checked[case].reason
    assert checked[case].reason


def test_the_table_counts_the_verdicts_and_shows_each_false_violation(checked: dict[Case, Checked]) -> None:
    lines = list(table("tree", list(checked.values())))
    row = next(line.split() for line in lines if line.startswith("  duplicate-items "))
    assert row == ["duplicate-items", "6", "4", "2", "0"]
    assert sum(line.startswith("  false: ") for line in lines) == list(EXPECTED.values()).count(FALSE)
    assert any(line.startswith("  not checkable: 2, such as tests/test_broken.py:3 (broken): ") for line in lines)
