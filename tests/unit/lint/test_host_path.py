"""host-path: what it reports, and what it leaves alone."""

from __future__ import annotations

import pytest

from collectbench.lint.host_path import RULE
from lint_texts import cases, lines_of

REPORTS = cases(
    insert="import sys\nsys.path.insert(0, '/home/ann/src')\n",
    append="import sys as system\nsystem.path.append('C:\\\\work')\n",
    share="import sys\nsys.path.append(r'\\\\server\\src')\n",
    imported_path="from sys import path\npath.append('/opt/src')\n",
    extend="import sys\nsys.path.extend(['/opt/src', 'src'])\n",
    add="import sys\nsys.path += ['/opt/src']\n",
    assign="import sys\nsys.path = ['/opt/src', *sys.path]\n",
    assign_sum="import sys\nsys.path = sys.path + ['/opt/src']\n",
    slice_="import sys\nsys.path[:0] = ['/opt/src']\n",
    site="import site\nsite.addsitedir('/opt/src')\n",
    in_handler="import sys\ntry:\n    import shop\nexcept ImportError:\n    sys.path.append('/opt/src')\n",
)
LEAVES_ALONE = cases(
    relative="import sys\nsys.path.insert(0, 'src')\n",
    root="import sys\nsys.path.insert(0, '/')\n",
    computed="import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '/src'))\n",
    sum_of_strings="import sys\nsys.path.insert(0, '/home/' + user() + '/src')\n",
    function="import sys\ndef test_a():\n    sys.path.insert(0, '/opt/src')\n",
    main="import sys\nif __name__ == '__main__':\n    sys.path.insert(0, '/opt/src')\n",
    other_list="import sys\npaths = []\npaths.append('/opt/src')\n",
    own_sys="from shop import sys\nsys.path.append('/opt/src')\n",
    argv="import sys\nsys.argv = ['/opt/src']\n",
)


@pytest.mark.parametrize("text", REPORTS)
def test_it_reports(text: str) -> None:
    assert len(lines_of(RULE, text)) == 1


@pytest.mark.parametrize("text", LEAVES_ALONE)
def test_it_leaves_alone(text: str) -> None:
    assert lines_of(RULE, text) == []
