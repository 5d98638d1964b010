"""heavy-import: sets of lines, all of which have to go before anything is saved."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from codemod_texts import notes_of, results_of, rewritten_texts, skips_of
from collectbench.codemods import Choices
from collectbench.codemods.heavy_import import CODEMOD
from collectbench.model.fixes import Edit
from import_profiles import cut_of, profile_from
from lint_texts import evidence_of

USES = "import heavy\n\n\ndef test_a():\n    assert heavy.x\n"
MOVED = "def test_a():\n    import heavy\n\n    assert heavy.x\n"
NEEDS = "import heavy\n\n\nclass TestA(heavy.Base):\n    pass\n"
SECONDS = {"heavy": 1.2}


def many(count: int, text: str = USES) -> dict[str, str]:
    return {f"tests/test_{number:02}.py": text for number in range(count)}


def test_all_lines_of_a_complete_set_are_rewritten() -> None:
    texts = many(3)
    profile = profile_from(texts, SECONDS)
    assert rewritten_texts(CODEMOD, texts, profile=profile) == dict.fromkeys(texts, MOVED)
    assert notes_of(CODEMOD, texts, profile=profile) == [
        (
            "heavy: 3 lines rewritten; after these edits nothing imports it any more: about 1.20 s saved, as the "
            "profile of tests measured"
        )
    ]


def test_nothing_is_rewritten_while_one_line_has_to_stay() -> None:
    texts = {**many(3), "tests/test_z.py": NEEDS}
    profile = profile_from(texts, SECONDS)
    assert rewritten_texts(CODEMOD, texts, profile=profile) == {}
    assert skips_of(CODEMOD, texts, profile=profile) == [("tests/test_z.py", 1, "line 4 uses heavy in a base class")]
    assert notes_of(CODEMOD, texts, profile=profile) == [
        (
            "heavy: 3 lines could be rewritten, but 1 more line imports it (tests/test_z.py:1): 0 s of about 1.20 s "
            "saved, so none of them is"
        )
    ]


def test_the_user_may_want_the_others_all_the_same() -> None:
    texts = {**many(3), "tests/test_z.py": NEEDS}
    profile = profile_from(texts, SECONDS)
    choices = Choices(partial=True)
    assert set(rewritten_texts(CODEMOD, texts, profile=profile, choices=choices)) == set(many(3))
    assert notes_of(CODEMOD, texts, profile=profile, choices=choices) == [
        "heavy: 3 lines rewritten; 1 more line imports it (tests/test_z.py:1): 0 s of about 1.20 s saved so far"
    ]


def test_before_the_last_importer_nothing_is_saved() -> None:
    texts = many(30)
    profile = profile_from(texts, SECONDS)
    focus = frozenset(sorted(texts)[:29])
    choices = Choices(partial=True)
    edited = rewritten_texts(CODEMOD, texts, profile=profile, focus=focus, choices=choices)
    assert len(edited) == 29
    assert notes_of(CODEMOD, texts, profile=profile, focus=focus, choices=choices) == [
        "heavy: 29 lines rewritten; 1 more line imports it (tests/test_29.py:1): 0 s of about 1.20 s saved so far"
    ]
    last = notes_of(CODEMOD, texts | edited, profile=profile)
    assert last == [
        (
            "heavy: 1 line rewritten; after this edit nothing imports it any more: about 1.20 s saved, as the "
            "profile of tests measured"
        )
    ]


def test_many_lines_that_are_left_are_named_by_the_first() -> None:
    texts = many(8)
    (note,) = notes_of(CODEMOD, texts, profile=profile_from(texts, SECONDS), focus=frozenset(sorted(texts)[:2]))
    assert "6 more lines import it (tests/test_02.py:1, tests/test_03.py:1, tests/test_04.py:1, …)" in note


def test_a_profile_of_files_that_were_rewritten_since_is_understood() -> None:
    texts = many(2)
    profile = profile_from(texts, SECONDS)
    after = dict.fromkeys(texts, MOVED)
    assert notes_of(CODEMOD, after, profile=profile) == [
        "heavy: the lines that the profile names do not import it any more: profile again"
    ]


def test_a_line_that_has_moved_since_is_found() -> None:
    texts = many(1)
    profile = profile_from(texts, SECONDS)
    shifted = {path: f"import os\n{text}" for path, text in texts.items()}
    assert rewritten_texts(CODEMOD, shifted, profile=profile) == dict.fromkeys(texts, f"import os\n\n\n{MOVED}")


def test_files_that_the_profile_did_not_load_are_named() -> None:
    texts = many(1)
    profile = profile_from(texts, SECONDS)
    more = texts | {"tests/test_new.py": NEEDS}
    assert notes_of(CODEMOD, more, profile=profile)[1] == (
        "heavy: 1 line in files that the profile of tests did not load, such as tests/test_new.py:1, imports it too: "
        "a run of these saves nothing"
    )


TREE = {
    "shop/__init__.py": "",
    "shop/frames.py": "import heavy\n\n\ndef read():\n    return heavy.x\n",
    "tests/test_a.py": "import os\nfrom shop import frames, light\n\n\ndef test_a():\n    return frames, os, light\n",
    "shop/light.py": "",
}


def test_the_cut_of_the_profile_is_taken_where_it_can_be() -> None:
    profile = profile_from(TREE, SECONDS, cuts=[cut_of("heavy", 1.3, "tests/test_a.py:2")])
    assert rewritten_texts(CODEMOD, TREE, profile=profile) == {
        "tests/test_a.py": dedent(
            """\
            import os
            from shop import light


            def test_a():
                from shop import frames

                return frames, os, light
            """
        )
    }
    assert "about 1.30 s saved" in notes_of(CODEMOD, TREE, profile=profile)[0]


def test_where_it_cannot_be_the_lines_nearest_to_the_module_are_tried() -> None:
    texts = TREE | {"tests/test_a.py": "from shop import frames\n\nX = frames\n"}
    profile = profile_from(texts, SECONDS, cuts=[cut_of("heavy", 1.3, "tests/test_a.py:1")])
    assert set(rewritten_texts(CODEMOD, texts, profile=profile)) == {"shop/frames.py"}


def test_lines_lead_through_installed_packages() -> None:
    texts = {"tests/test_a.py": USES.replace("heavy", "middle")}
    profile = profile_from(texts, SECONDS | {"middle": 0.0}, others={"heavy": ["<site-packages>/middle.py:3"]})
    assert set(rewritten_texts(CODEMOD, texts, profile=profile)) == set(texts)


@pytest.mark.parametrize(
    ("others", "floor", "reason"),
    [
        ({"heavy": ["<string>:1"]}, (), "<string> imports it"),
        ({"heavy": ["<site-packages>/plugin.py:3"], "plugin": []}, (), "pytest loads plugin, which imports it"),
        ({"heavy": ["<site-packages>/base.py:3"], "base": []}, ("base",), "base imports it, which pytest needs"),
    ],
)
def test_a_module_that_others_import_too_is_not_worth_it(
    others: dict[str, list[str]], floor: tuple[str, ...], reason: str
) -> None:
    texts = many(1)
    (note,) = notes_of(CODEMOD, texts, profile=profile_from(texts, SECONDS, others=others, floor=floor))
    assert note == f"heavy: 1 line could be rewritten, but {reason}: 0 s of about 1.20 s saved, so none of them is"


def test_modules_that_only_a_plugin_loads_are_passed_over_unless_they_are_named() -> None:
    texts = {"tests/test_a.py": "def test_a(): ...\n"}
    profile = profile_from(texts, SECONDS, cuts=[cut_of("heavy", 1.2, "plugin:0")])
    assert notes_of(CODEMOD, texts, profile=profile) == []
    (note,) = notes_of(CODEMOD, texts, profile=profile, choices=Choices(names=("heavy",)))
    assert note == "heavy: the plugin plugin loads it: there is nothing to rewrite"


def test_an_unknown_module_is_named_with_those_that_are_like_it() -> None:
    texts = many(1)
    choices = Choices(names=("heavi",))
    assert notes_of(CODEMOD, texts, profile=profile_from(texts, SECONDS), choices=choices) == [
        "heavi: nothing imports a module of this name; did you mean heavy?"
    ]
    assert notes_of(CODEMOD, texts, choices=choices) == ["heavi: nothing imports a module of this name"]


def test_modules_with_the_same_lines_are_one_note_and_those_behind_them_none() -> None:
    texts = {**many(1), "heavy/__init__.py": "from heavy.engine import *", "heavy/engine.py": ""}
    texts["tests/test_b.py"] = "import other\n\n\ndef test_a():\n    return other\n"
    profile = profile_from(texts, {"heavy": 0.1, "heavy.engine": 1.1, "other": 0.5})
    assert notes_of(CODEMOD, texts, profile=profile) == [
        (
            "other: 1 line rewritten; after this edit nothing imports it any more: about 500 ms saved, as the profile "
            "of tests measured"
        ),
        (
            "heavy: 1 line rewritten; after this edit nothing imports it any more: about 100 ms saved, as the profile "
            "of tests measured"
        ),
        "all these edits together: about 1.70 s saved, as the profile measured",
    ]


def test_without_a_profile_the_lines_are_those_of_tests_and_of_what_they_import() -> None:
    texts = TREE | many(2) | {"shop/unused.py": "import heavy\nX = heavy\n"}
    values: dict[str, Any] = {"heavy": {"heavy": None}}
    assert set(rewritten_texts(CODEMOD, texts, **values)) == {"shop/frames.py", *many(2)}
    assert notes_of(CODEMOD, texts, **values) == [
        (
            "heavy: 3 lines rewritten; after these edits nothing imports it any more in the files of the project. What "
            "that saves was not measured: collectbench profile tells"
        )
    ]
    assert notes_of(CODEMOD, {"tests/test_a.py": ""}, **values) == []


def test_importorskip_decides_and_is_named() -> None:
    texts = {"tests/test_a.py": "import pytest\nheavy = pytest.importorskip('heavy')\n"}
    profile = profile_from(texts, SECONDS, others={"heavy": ["tests/test_a.py:2"]})
    assert skips_of(CODEMOD, texts, profile=profile) == [
        (
            "tests/test_a.py",
            2,
            "it calls importorskip, which decides at import whether the tests of the file are skipped",
        )
    ]
    assert notes_of(CODEMOD, texts, profile=profile) == [
        "heavy: 1 line imports it (tests/test_a.py:2), which cannot be rewritten: 0 s of about 1.20 s saved"
    ]


OTHERS = {
    "imports it from here": "from tests.test_a import heavy",
    "imports * from here": "from tests.test_a import *",
    "uses it as test_a.heavy": "from tests import test_a\n\n\ndef test_b():\n    return test_a.heavy",
    "uses it as tests.test_a.heavy": "import tests.test_a\n\n\ndef test_b():\n    return tests.test_a.heavy",
    "names it in setattr": "import tests.test_a as t\n\n\ndef test_b():\n    setattr(t, 'heavy', 1)",
    "names it as 'tests.test_a.heavy.x'": "@patch('tests.test_a.heavy.x')\ndef test_b(): ...",
}


@pytest.mark.parametrize(("how", "text"), OTHERS.items(), ids=OTHERS)
def test_what_other_files_use_stays(how: str, text: str) -> None:
    texts = {"tests/__init__.py": "", "tests/test_a.py": USES, "tests/b.py": text}
    ((path, line, reason),) = skips_of(CODEMOD, texts, heavy={"heavy": None})
    assert (path, line) == ("tests/test_a.py", 1)
    assert reason.startswith("tests/b.py:")
    assert how in reason


def test_a_file_may_name_itself() -> None:
    text = f"{USES}\n\ndef test_b(monkeypatch):\n    monkeypatch.setattr('tests.test_a.heavy', 1)\n"
    texts = {"tests/__init__.py": "", "tests/test_a.py": text}
    assert "names it as 'tests.test_a.heavy'" in skips_of(CODEMOD, texts, heavy={"heavy": None})[0][2]


def test_a_rootless_module_may_be_meant_by_its_last_name() -> None:
    texts = {"a/test_a.py": USES, "b/test_a.py": "", "b/test_b.py": "from test_a import heavy\n"}
    assert skips_of(CODEMOD, texts, heavy={"heavy": None})[0][:2] == ("a/test_a.py", 1)


def test_fixtures_and_test_cases_of_the_tree_stay_in_the_namespace() -> None:
    texts = {
        "shop/__init__.py": "",
        "shop/kit.py": """
            import unittest, pytest
            class Shop(unittest.TestCase):
                def test_a(self): ...
            class Plain: ...
            @pytest.fixture
            def clerk(): ...
            """,
        "tests/test_a.py": """
            from shop.kit import Shop
            from shop.kit import clerk
            from shop.kit import Plain
            def test_a(): return Shop, clerk, Plain
            """,
    }
    assert skips_of(CODEMOD, texts, heavy={"shop.kit": None}) == [
        ("tests/test_a.py", 2, "it imports Shop, which pytest may collect from here"),
        ("tests/test_a.py", 3, "it imports clerk, which may be a fixture"),
    ]


def test_functions_that_replace_something_are_named() -> None:
    texts = {"tests/test_a.py": "import heavy\n\n\ndef test_a(monkeypatch):\n    return heavy\n"}
    assert notes_of(CODEMOD, texts, heavy={"heavy": None})[1] == (
        "these functions import while something else is replaced or observed, so run their tests: "
        "tests/test_a.py:4 test_a (monkeypatch)"
    )


def test_a_set_with_a_file_that_cannot_be_written_is_not_complete() -> None:
    texts = many(2) | {"tests/test_z.py": "import heavy  # why\ndef test_a(): return heavy\n"}
    values: dict[str, Any] = {"heavy": {"heavy": None}}
    assert [each for each in results_of(CODEMOD, texts, **values) if isinstance(each, Edit)] == []
    assert ("tests/test_z.py", 1, "line 1 would lose the comment # why") in skips_of(CODEMOD, texts, **values)


def test_a_file_that_cannot_be_read_is_named() -> None:
    texts = many(1)
    profile = profile_from(texts, SECONDS)
    broken = {"tests/test_00.py": "import heavy\ndef f(:\n"}
    assert evidence_of(broken).codebase.outline("tests/test_00.py") is None
    assert "the file cannot be parsed" in skips_of(CODEMOD, broken, profile=profile)[0][2]


def test_a_statement_that_has_come_into_the_line_of_another_one_stays() -> None:
    texts = many(1)
    profile = profile_from(texts, SECONDS)
    (path,) = texts
    other = {
        path: "from shop.fakes import Fake\n\n\ndef test_a():\n    assert Fake\n",
        "shop/__init__.py": "",
        "shop/fakes.py": "class Fake: ...\n",
    }
    assert rewritten_texts(CODEMOD, other, profile=profile) == {}
    assert notes_of(CODEMOD, other, profile=profile) == [
        "heavy: the lines that the profile names do not import it any more: profile again"
    ]
