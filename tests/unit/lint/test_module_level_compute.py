"""module-level-compute: what it reports, and what it leaves alone."""

from __future__ import annotations

import pytest

from collectbench.lint.module_level_compute import RULE
from lint_texts import cases, lines_of, module_of

REPORTS = cases(
    list_="X = [x for x in range(100_000)]\n",
    set_="X = {x % 7 for x in range(10**6)}\n",
    dict_="X = {x: x for x in range(1000 * 1000)}\n",
    drained="X = sum(x * x for x in range(10**6))\n",
    joined="X = ''.join(str(x) for x in range(10**6))\n",
    loop="X = 0\nfor x in range(0, 1_000_000, 2):\n    X += x\n",
    downwards="for x in range(10**6, 0, -1):\n    f(x)\n",
    nested_loops="for x in range(1000):\n    g()\n    for y in range(1000):\n        f(x, y)\n",
    nested_comprehension="X = [(x, y) for x in range(400) for y in range(400)]\n",
    variable="SIZE = 10**6\nX = [x for x in range(SIZE)]\n",
    enumerated="for i, x in enumerate(range(10**6)):\n    f(i)\n",
    product="import itertools\nX = [x for x in itertools.product(range(100), repeat=3)]\n",
    product_of_several="from itertools import product\nX = [x for x in product(range(500), 'abc', range(500))]\n",
    permutations="from itertools import permutations\nX = [x for x in permutations(range(9))]\n",
    combinations="from itertools import combinations\nX = [x for x in combinations(range(30), 15)]\n",
    list_of_loops="for x in [1, 2, 3]:\n    for y in range(50_000):\n        f(y)\n",
    listed="X = [x for x in list(range(10**6))]\n",
    class_body="class TestA:\n    X = [x for x in range(10**6)]\n",
    decorator="import pytest\n@pytest.mark.parametrize('x', [x for x in range(10**6)])\ndef test_a(x): ...\n",
    inner_of_unknown="for x in names():\n    for y in range(10**6):\n        f(y)\n",
)
LEAVES_ALONE = cases(
    small="X = [x for x in range(99_999)]\n",
    two_after_each_other="X = [x for x in range(60_000)]\nY = [x for x in range(60_000)]\n",
    function="def test_a():\n    X = [x for x in range(10**6)]\n",
    generator="X = (x for x in range(10**6))\n",
    short_circuit="X = any(x > 3 for x in range(10**6))\n",
    lambda_="X = lambda: [x for x in range(10**6)]\n",
    break_="for x in range(10**6):\n    if f(x):\n        break\n",
    unknown_size="X = [x for x in range(len(names()))]\n",
    variable_of_two_values="SIZE = 10**6\nSIZE = 3\nX = [x for x in range(SIZE)]\n",
    own_range="from shop import range\nX = [x for x in range(10**6)]\n",
    condition_before_inner="X = [y for x in range(1000) if f(x) for y in range(1000)]\n",
    changed_list="NAMES = [1]\nNAMES.clear()\nX = [(n, x) for n in NAMES for x in range(10**6)]\n",
    other_operation="X = [x for x in range(10**6 % 7)]\nY = [x for x in range(10**6 // 0)]\n",
    other_iterators="import itertools\nX = [x for x in itertools.count()]\nY = [x for x in itertools.product(n())]\n",
    long_permutations="import itertools\nX = [x for x in itertools.permutations(range(9), n())]\n",
    unknown_sum="X = [x for x in range(n() + 10**6)]\nY = [x for x in range(-10**6)]\n",
    empty="X = [x for x in range(10**6, 0)]\nY = [x for x in range(0, 10, 0)]\n",
    range_alone="X = range(10**9)\n",
    inner_of_condition="for x in range(1000):\n    if f(x):\n        for y in range(1000):\n            g()\n",
    circle="from x import *\nNAMES = list(NAMES)\nX = [x for x in NAMES]\nY = range(1)\n",
    huge_power="X = [x for x in range(10 ** 10 ** 10)]\n",
    main="if __name__ == '__main__':\n    X = [x for x in range(10**6)]\n",
)


@pytest.mark.parametrize("text", REPORTS)
def test_it_reports(text: str) -> None:
    assert len(lines_of(RULE, text)) == 1


@pytest.mark.parametrize("text", LEAVES_ALONE)
def test_it_leaves_alone(text: str) -> None:
    assert lines_of(RULE, text) == []


def test_the_message_counts_the_steps() -> None:
    (violation,) = RULE.in_file(module_of("X = [(x, y) for x in range(1000) for y in range(1000)]\n"))
    assert violation.subject == "X"
    assert violation.message == "a loop of at least 1,000,000 steps runs whenever pytest imports this file"
