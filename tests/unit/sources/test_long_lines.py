"""Sources that no person writes are read in time that grows with their size, not with its square."""

from __future__ import annotations

import sys
import time

import pytest

from collectbench.lint import RULES
from collectbench.lint.checking import FileCheck
from collectbench.model.lint_settings import LintSettings

pytestmark = pytest.mark.simulation

CHECK = FileCheck(rules=RULES, settings=LintSettings(), with_mentions=True)
PARAMETRIZED = b"import pytest\n@pytest.mark.parametrize('x', ["
MANY = 1000
GROWTH = 8

TEXTS = {
    "parenthesis without end": lambda n: b"from a import (\n" * n,
    "definition without end": lambda n: b"def f(a, b=(1, 2),\n" * n,
    "definition with strings": lambda n: b'def f(a="x", ' * n,
    "definition with calls": lambda n: b"def f(" + b"()" * n,
    "definition with an arrow": lambda n: b"def f() ->" + b" " * (8 * n),
    "definition and spaces": lambda n: b"def f()" + b" " * (8 * n),
    "comment in a comment": lambda n: b"# collectbench: ignore[" * n,
    "comment and spaces": lambda n: b"#" + b" " * (8 * n) + b"collectbench:",
    "semicolons": lambda n: (b";" + b" " * 50) * n,
    "colons": lambda n: b": from " * n,
    "lines with backslashes": lambda n: b"from \\\n" * n,
    "string without end": lambda n: b'patch("' + b"a." * (4 * n),
    "strings without end": lambda n: b"sys.modules\n" + b'"a.b' * n,
    "names": lambda n: b" global " + b"a, " * n + b"\n",
    "set without end": lambda n: PARAMETRIZED + b'{"a",' * n,
    "set of names without end": lambda n: PARAMETRIZED + b"{" + b"a" * (4 * n),
    "parameters": lambda n: PARAMETRIZED + b'{"a", "b"},' * n + b"])\ndef test_a(x): pass\n",
    "imports in one line": lambda n: b"import " + b",".join(b"m%d" % each for each in range(n)),
    "import statements in one line": lambda n: b";".join(b"import m%d" % each for each in range(n)),
}


def work(source: bytes) -> float:
    """The CPU time, or that of the quicker one of two runs: something else may take it meanwhile."""
    times = []
    for _ in range(2):
        start = time.process_time()
        CHECK("tests/test_a.py", source, is_test=True)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_the_time_for_a_file_grows_with_its_size(text: object) -> None:
    assert callable(text)
    small, large = work(text(MANY)), work(text(MANY * GROWTH))
    assert large < 4 * GROWTH * max(small, 0.002), f"{small:.4f} s became {large:.4f} s"


@pytest.mark.parametrize(
    "source",
    [b"x = " + b"(" * 5000 + b")" * 5000, b"x = " + b"-" * 100_000 + b"1", b"x = a" + b".a" * 100_000, b"\0", b""],
    ids=["parentheses", "signs", "attributes", "nul", "nothing"],
)
def test_a_source_that_is_nested_too_deeply_is_read_or_refused(source: bytes) -> None:
    limit = sys.getrecursionlimit()
    CHECK("tests/test_a.py", source, is_test=True)
    assert sys.getrecursionlimit() == limit
