"""scripts/lint_precision.py: a true violation is confirmed, and each kind of false one is found out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lint_precision import CONFIRMED, FALSE, UNCHECKED, Checked, Suite, check, table

# A line that a case is about ends with `# name`; the names of CASES are those.
TREE = {
    "pytest.ini": "[pytest]\npython_files = test_*.py\ntestpaths = tests\nfilterwarnings = error\n",
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
AT_LINES = {"uncollected-tests": UNCOLLECTED, "non-test-class": NON_TEST_CLASS, "duplicate-items": DUPLICATES}
AT_SUBJECTS = {"missing-module": MODULES, "missing-name": NAMES}
EXPECTED = {
    (rule, name): verdict for rule, cases in (AT_LINES | AT_SUBJECTS).items() for name, verdict in cases.items()
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Checked]:
    """All cases, of one collection, one of the files that it leaves out, and the imports."""
    root = tmp_path_factory.mktemp("tree")
    places = {}
    for path, source in TREE.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(source)
        for number, line in enumerate(source.splitlines(), 1):
            if "  # " in line:
                places[line.partition("  # ")[2]] = (path, number)
    cases = []
    for rule, name in EXPECTED:
        path, line = places[name] if rule in AT_LINES else ("tests/test_one.py", 1)
        cases.append({"rule": rule, "path": path, "line": line, "subject": name, "message": f"about {name}"})
    found = check(Suite(name="tree", directory=root, python=Path(sys.executable)), cases)
    return {(one.rule, one.subject): one for one in found}


@pytest.mark.parametrize(("rule", "name"), EXPECTED)
def test_reality_decides_about_a_violation(rule: str, name: str, checked: dict[tuple[str, str], Checked]) -> None:
    one = checked[rule, name]
    assert one.verdict == EXPECTED[rule, name], one.reason
    assert one.reason


def test_the_table_counts_the_verdicts_and_shows_each_false_violation(
    checked: dict[tuple[str, str], Checked],
) -> None:
    lines = list(table("tree", list(checked.values())))
    row = next(line.split() for line in lines if line.startswith("  duplicate-items "))
    assert row == ["duplicate-items", "6", "4", "2", "0"]
    assert sum(line.startswith("  false: ") for line in lines) == list(EXPECTED.values()).count(FALSE)
    assert any(line.startswith("  not checkable: 2, such as tests/test_broken.py:3 (broken): ") for line in lines)
