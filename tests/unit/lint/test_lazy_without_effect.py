"""lazy-without-effect: what it reports, and what it leaves alone."""

from __future__ import annotations

import pytest

from collectbench.lint.lazy_without_effect import RULE
from lint_texts import cases, lines_of, module_of

REPORTS = cases(
    import_="lazy import json\n",
    from_="lazy from json import loads, dumps\n",
    relative="lazy from . import tools\n",
    lines="lazy from json import (\n    loads,\n    dumps,\n)\n",
    condition="import sys\nif sys.version_info > (3, 15):\n    lazy import json\n",
    list_="__lazy_modules__ = ['json']\nimport json\n",
    computed="from shop import names\n__lazy_modules__ = names()\n",
    annotated="__lazy_modules__: list[str] = ['json']\n",
    among_functions="def test_a():\n    pass\n\n\nlazy import json\n",
)
LEAVES_ALONE = cases(
    eager="import json\n",
    string="X = '''\nlazy import json\n'''\n",
    string_in_function="def test_a():\n    run('''\nlazy import json\n''')\n",
    comment="# lazy import json\nimport json\n",
    name="lazy = 1\nimport json\n",
    type_checking="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    lazy import json\n",
    empty="__lazy_modules__ = []\n",
    other_list="lazy_modules = ['json']\n",
    declared="__lazy_modules__: list[str]\n",
    attribute="import shop\nshop.__lazy_modules__ = ['json']\n",
)


@pytest.mark.parametrize("text", REPORTS)
def test_it_reports(text: str) -> None:
    assert len(lines_of(RULE, text)) == 1


@pytest.mark.parametrize("text", LEAVES_ALONE)
def test_it_leaves_alone(text: str) -> None:
    assert lines_of(RULE, text) == []


def test_the_subject_holds_what_is_imported() -> None:
    violations = RULE.in_file(
        module_of("lazy import a.b\nlazy from c import d\nlazy from . import e\nlazy from .f import g\n")
    )
    assert [each.subject for each in violations] == ["a.b", "c.d", ".e", ".f.g"]
