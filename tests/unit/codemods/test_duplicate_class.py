"""duplicate-class: what moves, what it brings along, what stays, and which homes are refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from codemod_texts import notes_of, results_of, rewritten_texts, skips_of
from collectbench.codemods import Choices
from collectbench.codemods.duplicate_class import CODEMOD
from collectbench.model.fixes import Edit, Effect
from collectbench.model.lint_settings import Collection
from collectbench.sources.modules import Modules
from lint_texts import evidence_of

BODY = """\
    def __init__(self, client):
        self.client = client
        self.calls = 0

    def load(self, path):
        self.calls += 1
        return self.client.get(path)

    def reset(self):
        self.calls = 0
        self.client.reset()
"""
HELPER = f"class ApiHelper:\n{BODY}"
TEST = "\n\ndef test_it():\n    assert ApiHelper(1)\n"
FILE = f"import os\n\n\n{HELPER}{TEST}"
IMPORTED = f"import os\nfrom tests.support import ApiHelper\n{TEST}"
INIT = {"tests/__init__.py": ""}
TO = Choices(to="tests.support")


def tree(*texts: str, **more: str) -> dict[str, str]:
    """A package of tests with these test files, and more files in which `__` stands for `/`."""
    files = {f"tests/test_{letter}.py": text for letter, text in zip("abcdef", texts, strict=False)}
    return INIT | files | {f"{name.replace('__', '/')}.py": text for name, text in more.items()}


def after(*texts: str, choices: Choices = TO, **more: str) -> dict[str, str]:
    return rewritten_texts(CODEMOD, tree(*texts, **more), choices=choices)


def reasons(*texts: str, choices: Choices = TO, **more: str) -> list[str]:
    return [f"{path}: {reason}" for path, _, reason in skips_of(CODEMOD, tree(*texts, **more), choices=choices)]


def test_equal_copies_move_to_a_new_module_and_are_imported() -> None:
    home = '"""Classes that several test files use."""\n\n\n' + HELPER
    assert after(FILE, FILE) == {"tests/support.py": home, "tests/test_a.py": IMPORTED, "tests/test_b.py": IMPORTED}


def test_the_home_is_needed_by_the_files_and_made_with_its_packages() -> None:
    results = results_of(CODEMOD, tree(FILE, FILE), choices=Choices(to="tests.kit.api"))
    edits = [each for each in results if isinstance(each, Edit)]
    assert [(each.path, each.before, each.needs) for each in edits[:2]] == [
        ("tests/kit/__init__.py", None, ()),
        ("tests/kit/api.py", None, ("tests/kit/__init__.py",)),
    ]
    assert {each.needs for each in edits[2:]} == {("tests/kit/__init__.py", "tests/kit/api.py")}


def test_a_class_named_like_a_test_is_marked_in_its_home_and_its_warnings_may_go() -> None:
    copy = FILE.replace("ApiHelper", "TestApi")
    assert "class TestApi:\n    __test__ = False\n\n    def __init__" in after(copy, copy)["tests/support.py"]
    edits = [each for each in results_of(CODEMOD, tree(copy, copy), choices=TO) if isinstance(each, Edit)]
    permits = {(each.effect, each.path, each.subject) for edit in edits for each in edit.permits}
    assert permits == {(Effect.WARNING_GONE, f"tests/test_{each}.py", "TestApi") for each in "ab"}


def test_marks_stay_behind_and_their_warnings_may_go() -> None:
    marked = f"import pytest\n\n\n@pytest.mark.slow\n{HELPER}{TEST}".replace(
        "    def load", "    # why\n    @pytest.mark.odd\n    def load"
    )
    found = after(marked, marked)
    assert "pytest" not in found["tests/support.py"]
    assert "    # why\n    def load" in found["tests/support.py"]
    assert found["tests/test_a.py"] == f"from tests.support import ApiHelper\n{TEST}"
    results = results_of(CODEMOD, tree(marked, marked), choices=TO)
    edits = {each.path: each for each in results if isinstance(each, Edit)}
    assert {each.subject for each in edits["tests/test_a.py"].permits} == {
        "ApiHelper",
        "pytest.mark.slow",
        "pytest.mark.odd",
    }


def test_marks_that_a_test_inherits_go_along() -> None:
    marked = f"import pytest\n\n\n@pytest.mark.slow\n{HELPER}\n\nclass TestIt(ApiHelper):\n"
    marked += "    __init__ = object.__init__\n    def test_a(self): ...\n"
    home = after(marked, marked)["tests/support.py"]
    assert "import pytest\n\n\n@pytest.mark.slow\nclass ApiHelper:" in home


@pytest.mark.parametrize(
    ("uses", "above", "home", "left"),
    [
        pytest.param("json.loads(path)", "import json", "import json", "", id="an import"),
        pytest.param("loads(path)", "from json import loads", "from json import loads", "", id="a name"),
        pytest.param("j.loads(path)", "import json as j", "import json as j", "", id="an alias"),
        pytest.param(
            "os.path.join(path)", "import os\nimport os.path", "import os\nimport os.path", "", id="parts of a package"
        ),
        pytest.param(
            "get(path)",
            "from .http import get",
            "from tests.http import get",
            "",
            id="a relative import becomes absolute",
        ),
        pytest.param("LIMIT", "LIMIT = 3", "LIMIT = 3", "", id="a constant"),
        pytest.param("LIMIT", "LIMIT: int = 3", "LIMIT: int = 3", "", id="an annotated constant"),
        pytest.param(
            "get(path)",
            "from json import loads\n\n\ndef get(path):\n    return loads(path)",
            "from json import loads\n\n\ndef get(path):\n    return loads(path)",
            "",
            id="a function with what it needs",
        ),
        pytest.param(
            "Fault(path)",
            "class Fault(Exception):\n    code = 3",
            "class Fault(Exception):\n    code = 3",
            "",
            id="a class that nothing else uses",
        ),
        pytest.param(
            "json.loads(path)", "import json\nX = json", "import json", "import json\nX = json\n", id="used on"
        ),
        pytest.param(
            "get(path)",
            "from shop.http import get",
            "from shop.http import get",
            "",
            id="first-party, imported in the home",
        ),
    ],
)
def test_what_the_class_needs_goes_along(uses: str, above: str, home: str, left: str) -> None:
    copy = f"{above}\n\n\n{HELPER.replace('self.client.get(path)', uses)}{TEST}"
    more = {"tests__http": "def get(path): ...\n", "shop____init__": "", "shop__http": "def get(path): ...\n"}
    found = after(copy, copy, **more)
    assert home in found["tests/support.py"]
    first = f"{left}" if left else ""
    assert found["tests/test_a.py"].replace("from tests.support import ApiHelper\n", "").lstrip("\n") == (
        first + TEST if first else TEST.lstrip("\n")
    )


def test_names_in_annotations_go_along_also_for_type_checkers_alone() -> None:
    copy = (
        "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\n"
        "if TYPE_CHECKING:\n    from shop import Client\n\n\n"
        + HELPER.replace("path)", 'path: "Client | None")', 1).replace("self, client", "self, client: Client")
        + TEST
    )
    home = after(copy, copy)["tests/support.py"]
    assert home.startswith(
        '"""Classes that several test files use."""\n\nfrom __future__ import annotations\n\n'
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from shop import Client\n\n\nclass ApiHelper:"
    )


def test_imports_stay_that_somebody_may_miss() -> None:
    above = "import json\nimport plugin\nfrom shop import client\n"
    copy = f"{above}\n\n{HELPER.replace('self.client.get(path)', 'json')}\n\ndef test_a(client): ...\n"
    other = "from tests.test_b import json\n"
    found = after(copy, copy, copy, tests__test_z=other)
    assert found["tests/test_a.py"].startswith("import plugin\nfrom shop import client\nfrom tests.support")
    assert reasons(copy, copy, copy, tests__test_z=other) == [
        "tests/test_b.py: an import in tests/test_z.py:1 names json of this file"
    ]


def test_the_text_that_most_files_have_is_kept_and_comments_above_stay() -> None:
    plain = f"# section\n\n# the helper\n{HELPER}"
    rich = FILE.replace("self.calls += 1", "self.calls += 1  # one more")
    found = after(f"import os\n\n\n{plain}{TEST}", rich, rich)
    assert "# one more" in found["tests/support.py"]
    assert found["tests/test_a.py"] == f"import os\nfrom tests.support import ApiHelper\n\n\n# section\n{TEST}"


def test_a_copy_at_the_end_of_a_file_without_imports() -> None:
    found = after('"""Tests."""\n\n' + HELPER, HELPER + "# end\n")
    assert found["tests/test_a.py"] == '"""Tests."""\n\nfrom tests.support import ApiHelper\n'
    assert found["tests/test_b.py"] == "from tests.support import ApiHelper\n# end\n"


def test_line_ends_of_each_file_are_kept() -> None:
    edits = {each.path: each for each in results_of(CODEMOD, tree(FILE.replace("\n", "\r\n"), FILE), choices=TO)}
    assert edits["tests/test_a.py"].after == IMPORTED.replace("\n", "\r\n").encode()
    assert b"\r" not in edits["tests/support.py"].after


def test_a_class_may_get_another_name_in_its_home() -> None:
    copy = FILE.replace("self.calls += 1", "ApiHelper.load").replace(
        "def reset(self)", 'def reset(self) -> "ApiHelper"'
    )
    found = after(copy, copy, choices=Choices(to="tests.support:Api"))
    assert "class Api:" in found["tests/support.py"]
    assert "        Api.load\n" in found["tests/support.py"]
    assert '-> "Api":' in found["tests/support.py"]
    assert "from tests.support import Api as ApiHelper\n" in found["tests/test_a.py"]


def test_a_home_with_an_equal_class_is_used_as_it_is() -> None:
    home = f"import sys\n\n\n{HELPER}"
    found = after(FILE, FILE, tests__support=home)
    assert found == {"tests/test_a.py": IMPORTED, "tests/test_b.py": IMPORTED}
    assert after(FILE, tests__support=home) == {"tests/test_a.py": IMPORTED}


def test_an_equal_class_of_another_name_in_the_home_is_used() -> None:
    found = after(
        FILE, FILE, tests__support=HELPER.replace("ApiHelper", "Api"), choices=Choices(to="tests.support:Api")
    )
    assert sorted(found) == ["tests/test_a.py", "tests/test_b.py"]


def test_a_class_at_home_that_pytest_would_warn_about_is_marked_there() -> None:
    copy, home = FILE.replace("ApiHelper", "TestApi"), HELPER.replace("ApiHelper", "TestApi")
    found = after(copy, copy, tests__support=home)
    assert found["tests/support.py"] == home.replace(":\n", ":\n    __test__ = False\n\n", 1)


def test_a_home_with_other_things_gets_the_class_and_the_imports_that_it_lacks() -> None:
    copy = f"import json\nimport re\n\n\n{HELPER.replace('self.client.get(path)', 'json, re')}{TEST}"
    home = '"""Support."""\n\nimport json\n\nNAME = json.dumps("a")\n'
    expected = (
        home.replace("import json\n", "import json\nimport re\n")
        + "\n\n"
        + HELPER.replace("self.client.get(path)", "json, re")
    )
    assert after(copy, copy, tests__support=home)["tests/support.py"] == expected


@pytest.mark.parametrize(
    ("home", "reason"),
    [
        pytest.param(HELPER.replace("+= 1", "+= 2"), "has another class ApiHelper", id="another class"),
        pytest.param("ApiHelper = 3\n", "has something else named ApiHelper", id="another thing"),
        pytest.param(
            f"if 1:\n    x = 2\n{HELPER}ApiHelper = None\n", "changes its ApiHelper", id="a class that is replaced"
        ),
        pytest.param("json = 1\n", "json means something else there", id="a name that means something else"),
        pytest.param("def f(:\n", "", id="a home that does not parse"),
    ],
)
def test_a_home_that_does_not_fit_is_refused(home: str, reason: str) -> None:
    copy = FILE.replace("import os", "import json")
    if "json" in home:
        copy = copy.replace("self.client.get(path)", "json")
    assert after(copy, copy, tests__support=home) == {}
    found = [each for each in reasons(copy, copy, tests__support=home) if "test_" in each.partition(":")[0]]
    assert found or "def f(" in home
    assert all(reason in each for each in found)


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        pytest.param("tests.test_home", "pytest collects this file", id="a test file"),
        pytest.param("tests.conftest", "pytest loads a conftest.py itself", id="a conftest"),
        pytest.param("tests", "", id="a package that holds nothing yet"),
        pytest.param("json.tool", "json is a module outside of this tree", id="the standard library"),
        pytest.param("tests/support.py", "is not the name of a module", id="a path"),
        pytest.param("tests.support:a.b", "a.b is not the name of a class", id="no name of a class"),
        pytest.param("tests.plain.api", "tests/plain.py is a module, so nothing can lie in it", id="below a module"),
        pytest.param("tests.bare", "tests.bare is a directory; name a module in it", id="a directory"),
    ],
)
def test_a_home_is_refused_that_cannot_hold_a_class(to: str, reason: str) -> None:
    more = {"tests__plain": "", "tests__bare__x": ""}
    if to == "tests":
        assert sorted(after(FILE, FILE, choices=Choices(to=to))) == [
            "tests/__init__.py",
            "tests/test_a.py",
            "tests/test_b.py",
        ]
        return
    assert after(FILE, FILE, choices=Choices(to=to), **more) == {}
    assert reason in reasons(FILE, FILE, choices=Choices(to=to), **more)[0]


STAYS = "tests/test_b.py: "


@pytest.mark.parametrize(
    ("copy", "reason"),
    [
        pytest.param(
            f'{FILE}\n@patch("tests.test_b.ApiHelper.load")\ndef test_b(): ...\n',
            "a string in tests/test_b.py:21 names ApiHelper of this file",
            id="patched by its own file",
        ),
        pytest.param(
            f'{FILE}\ndef test_b(monkeypatch): monkeypatch.setattr(__name__ + ".ApiHelper", 1)\n',
            "line 21 may patch one of its names: ApiHelper",
            id="patched by the name of the module",
        ),
        pytest.param(
            f"{FILE}\nApiHelper.limit = 1\n",
            "line 21 changes the class, which all files would share",
            id="changed later",
        ),
        pytest.param(
            f"{FILE}\ndef test_b(): ApiHelper.limit += 1\n",
            "line 21 changes the class, which all files would share",
            id="changed by a test",
        ),
        pytest.param(
            f"{FILE}\nApiHelper = wrapped(ApiHelper)\n",
            "the file changes the class, or binds its name again",
            id="bound again",
        ),
        pytest.param(
            f"{FILE}\ndef test_b(): assert ApiHelper.__module__ == __name__\n",
            "the file uses __module__, which tells a copy from the class in another module",
            id="asked for its module",
        ),
        pytest.param(
            f"{FILE}\ndef test_b(): sys.modules[__name__].x = 1\n",
            "the file changes names of its own module in a way that nobody can read",
            id="a module that changes itself",
        ),
        pytest.param(
            FILE.replace("    def load", '    def more(self): """>>> 1"""\n    def load')
            .replace('    def more(self): """>>> 1"""\n', "")
            .replace("def load(self, path):\n", 'def load(self, path):\n        """>>> 1"""\n'),
            "its docstring has examples, which pytest may run as tests of this file",
            id="doctests",
        ),
        pytest.param(
            FILE + "\ndef make():\n    class TestIt(ApiHelper):\n        def test_a(self): ...\n    return TestIt\n",
            "a function may derive a class from it, whose tests would inherit what it says",
            id="a hidden heir",
        ),
    ],
)
def test_a_copy_stays_that_something_refers_to_or_changes(copy: str, reason: str) -> None:
    found = after(FILE, copy, FILE)
    assert sorted(found) == ["tests/support.py", "tests/test_a.py", "tests/test_c.py"]
    assert reasons(FILE, copy, FILE) == [STAYS + reason]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        pytest.param(
            "from tests.test_b import ApiHelper\n",
            "an import in tests/test_z.py:1 names ApiHelper of this file",
            id="from",
        ),
        pytest.param(
            "from .test_b import *\nApiHelper\n",
            "tests/test_z.py:1 imports this file as a whole and may use its ApiHelper",
            id="a star",
        ),
        pytest.param(
            "import tests.test_b as b\nb.ApiHelper\n",
            "tests/test_z.py:1 imports this file as a whole and may use its ApiHelper",
            id="the module",
        ),
        pytest.param(
            "from tests import test_b\ndef test_a(): test_b.ApiHelper\n",
            "tests/test_z.py:1 imports this file as a whole and may use its ApiHelper",
            id="the module from its package",
        ),
        pytest.param(
            "def test_a(monkeypatch): monkeypatch.setattr('tests.test_b.ApiHelper.load', 1)\n",
            "a string in tests/test_z.py:1 names ApiHelper of this file",
            id="a string",
        ),
    ],
)
def test_a_copy_stays_that_another_file_names(other: str, reason: str) -> None:
    assert reasons(FILE, FILE, FILE, tests__test_z=other) == [STAYS + reason]


def test_names_in_comments_of_other_files_do_not_count() -> None:
    other = "# from tests.test_b import ApiHelper\n'''\nfrom tests.test_b import ApiHelper\n'''\n"
    assert reasons(FILE, FILE, tests__test_z=other) == []


def test_a_copy_stays_whose_needs_are_patched_in_its_file() -> None:
    copy = f"import requests\n\n\n{HELPER.replace('self.client.get', 'requests.get')}{TEST}"
    patched = f'{copy}\n@patch("tests.test_b.requests.get")\ndef test_b(): ...\n'
    assert reasons(copy, patched, copy) == [STAYS + "a string in tests/test_b.py:21 names requests of this file"]


@pytest.mark.parametrize(
    ("change", "above", "reason"),
    [
        pytest.param(
            ("    def __init__", "    seen = []\n    def __init__"),
            "",
            None,
            id="a list that nobody changes",
        ),
        pytest.param(
            ("self.calls += 1", "self.seen.append(1)"),
            "seen = []",
            "line 11 may change its attribute seen, which all files would share",
            id="a list that is changed",
        ),
        pytest.param(
            ("self.calls += 1", "self.seen += [1]"),
            "seen = []",
            "line 11 may change its attribute seen, which all files would share",
            id="a list that grows in place",
        ),
        pytest.param(
            ("self.calls += 1", "len(self.seen), self.seen.get(1), {**self.seen}"), "seen = {}", None, id="read"
        ),
        pytest.param(
            ("self.calls += 1", "next(self.seen)"),
            "seen = itertools.count()",
            "line 11 may change its attribute seen, which all files would share",
            id="an iterator",
        ),
        pytest.param(
            ("self.calls += 1", "type(self).total += 1"),
            "total = 0",
            "line 11 changes the class, which all files would share",
            id="a counter of the class",
        ),
        pytest.param(
            ("def load(self, path)", "def load(self, path, seen={})"),
            "",
            "load has the default {}, which all calls share",
            id="a default that is kept",
        ),
        pytest.param(
            ("    def load", "    @register\n    def load"),
            "",
            "its decorator register may do something in each file",
            id="a decorator",
        ),
        pytest.param(
            ("    def load", "    print(1)\n    def load"),
            "",
            "line 9 of it runs code when the class is made",
            id="code in the body",
        ),
        pytest.param(
            ("self.calls += 1", "return __file__"),
            "",
            "it uses __file__, which means something else in another module",
            id="its place",
        ),
        pytest.param(
            ("self.calls += 1", "from .other import x"),
            "",
            "it has a relative import in a function",
            id="a relative import",
        ),
        pytest.param(
            ("self.calls += 1", "value = LIMITS"),
            "LIMITS = []",
            "its LIMITS of this file cannot move with it: files would share its value",
            id="a local list",
        ),
    ],
)
def test_a_class_stays_if_one_for_all_would_behave_in_another_way(
    change: tuple[str, str], above: str, reason: str | None
) -> None:
    text = HELPER.replace(*change)
    if above.startswith(("seen", "total")):
        text = text.replace("    def __init__", f"    {above}\n    def __init__")
    elif above:
        text = f"{above}\n{text}"
    found = reasons(f"import os\n\n\n{text}{TEST}", f"import os\n\n\n{text}{TEST}")
    assert found == ([] if reason is None else [f"tests/test_{each}.py: {reason}" for each in "ab"])


@pytest.mark.parametrize(
    ("above", "reason"),
    [
        pytest.param(
            "try:\n    import json\nexcept ImportError:\n    json = None",
            "its json is bound in a condition, or more than once",
            id="condition",
        ),
        pytest.param("import json\njson = 1", "its json is bound in a condition, or more than once", id="twice"),
        pytest.param("from shop import *", "nothing in the file says what its json is", id="a star"),
        pytest.param(
            "from .gone import json", "its json comes from a relative import whose module is not found", id="gone"
        ),
        pytest.param(
            "class json(Exception):\n    x = 1\nX = json()",
            "it uses the class json, which the rest of the file uses too",
            id="a class that is used",
        ),
        pytest.param("def json(): ...\njson.x = []", "", id="a function with an attribute"),
        pytest.param(
            "json, y = 1, 2", "its json of this file cannot move with it: files would share its value", id="two names"
        ),
        pytest.param(
            "for json in (): ...",
            "its json of this file cannot move with it: it is bound in another way than by a definition",
            id="a loop",
        ),
    ],
)
def test_a_class_stays_whose_names_cannot_be_told(above: str, reason: str) -> None:
    copy = f"{above}\n\n\n{HELPER.replace('self.client.get(path)', 'json')}{TEST}"
    found = reasons(copy, copy)
    if reason:
        assert found == [f"tests/test_{each}.py: {reason}" for each in "ab"]


def test_a_helper_with_tests_that_never_run_is_not_silenced() -> None:
    copy = FILE.replace("    def reset", "    def test_a(self): ...\n    def reset").replace("ApiHelper", "TestApi")
    assert all("it holds tests that never run" in each for each in reasons(copy, copy))


def test_near_copies_are_named_with_their_similarity() -> None:
    near = FILE.replace("self.calls += 1", "self.calls += 2")
    assert reasons(FILE, FILE, near) == [
        "tests/test_c.py: it is only 92 % the same as in 2 files, such as tests/test_a.py"
    ]
    assert sorted(after(FILE, FILE, near)) == ["tests/support.py", "tests/test_a.py", "tests/test_b.py"]


def test_of_two_variants_the_one_with_more_copies_gets_the_home() -> None:
    other = FILE.replace("self.calls += 1", "self.calls += 2")
    found = after(other, FILE, other, FILE, FILE)
    assert sorted(found) == ["tests/support.py", "tests/test_b.py", "tests/test_d.py", "tests/test_e.py"]
    assert reasons(other, FILE, other, FILE, FILE) == [
        f"tests/test_{each}.py: tests.support has something else named ApiHelper; choose another module or name"
        for each in "ac"
    ]


def test_two_classes_move_to_one_home_and_each_file_gets_one_edit() -> None:
    both = f"import json\n\n\n{HELPER}\n\n{HELPER.replace('ApiHelper', 'Other').replace('+= 1', '+= json')}{TEST}"
    found = after(both, both)
    assert found["tests/test_a.py"].count("from tests.support import") == 2
    assert found["tests/support.py"].count("class ") == 2
    only = after(both, both, choices=Choices(to="tests.support", names=("Other",)))
    assert found["tests/support.py"] != only["tests/support.py"]
    assert "class ApiHelper" in only["tests/test_a.py"]


def test_a_single_copy_that_could_move_stays() -> None:
    other = f'{FILE}\n@patch("tests.test_b.ApiHelper.load")\ndef test_b(): ...\n'
    assert after(FILE, other) == {}
    assert "no other copy can move" in reasons(FILE, other)[1]


def test_annotations_that_are_read_in_another_way_do_not_move() -> None:
    plain = FILE.replace("(self, path)", "(self, path: os)")
    late = f"from __future__ import annotations\n{plain}"
    assert reasons(plain, late, plain) == [
        STAYS + "its annotations are read in another way there (from __future__ import annotations)"
    ]


@pytest.mark.parametrize(
    ("collection", "files", "moved"),
    [
        pytest.param({}, {"tests/__init__.py": ""}, True, id="the package of the tests"),
        pytest.param({}, {}, False, id="no package: each file's own directory alone is on sys.path"),
        pytest.param({"search": ("",)}, {}, True, id="pythonpath"),
        pytest.param({"import_mode": "importlib"}, {"tests/__init__.py": ""}, False, id="importlib"),
        pytest.param({"import_mode": "importlib", "search": ("",)}, {"tests/__init__.py": ""}, True, id="both"),
        pytest.param({}, {"conftest.py": ""}, True, id="a conftest in the root"),
        pytest.param({}, {"conftest.py": "import tests.x", "tests/x.py": ""}, True, id="a conftest that imports it"),
    ],
)
def test_a_file_moves_its_copy_only_if_it_can_import_the_home(
    collection: dict[str, object], files: dict[str, str], moved: bool
) -> None:
    texts = {"tests/test_a.py": FILE, "tests/test_b.py": FILE, **files}
    names = frozenset({"tests/test_a.py", "tests/test_b.py"})
    value = Collection(files=names, tests=names | {"tests/support.py"}, **collection)  # type: ignore[arg-type]
    found = rewritten_texts(CODEMOD, texts, choices=TO, collection=value)
    assert bool(found) is moved
    if not moved:
        assert (
            "nothing shows that it can import tests.support"
            in skips_of(CODEMOD, texts, choices=TO, collection=value)[0][2]
        )


def test_a_file_whose_import_shows_the_way_can_import_the_home() -> None:
    importing = f"from kit.other import x\n{FILE}"
    texts = {
        "tests/test_a.py": importing,
        "tests/test_b.py": importing,
        "kit/__init__.py": "",
        "kit/other.py": "x = 1\n",
    }
    assert sorted(rewritten_texts(CODEMOD, texts, choices=Choices(to="kit.api"))) == [
        "kit/api.py",
        "tests/test_a.py",
        "tests/test_b.py",
    ]


def test_a_home_that_imports_the_file_is_no_home_for_it() -> None:
    home = f"from tests import kit\n\n\n{HELPER}"
    assert reasons(FILE, FILE, tests__support=home, tests__kit="from tests.test_b import X\n") == [
        "tests/test_b.py: tests.support imports this file itself, directly or through others"
    ]


def test_packages_of_one_name_are_told_apart() -> None:
    texts = {
        **{f"{each}/tests/__init__.py": "" for each in "xy"},
        **{f"{each}/tests/test_{each}.py": FILE for each in "xy"},
        "x/tests/support.py": HELPER,
    }
    found = rewritten_texts(
        CODEMOD, texts, choices=TO, collection=Collection(files=frozenset(texts), tests=frozenset(texts))
    )
    assert found == {}


def test_without_a_home_the_copies_are_listed_with_the_command() -> None:
    other = f"\n\n{HELPER.replace('ApiHelper', 'Other').replace('+= 1', '+= 3')}"
    (note,) = notes_of(CODEMOD, tree(FILE, FILE, FILE, FILE + other, FILE + other))
    assert note == dedent(
        """\
        name the module that they are to move to:
          ApiHelper: 5 copies, in tests/test_a.py, tests/test_b.py, tests/test_c.py and 2 more
          Other: 2 copies, in tests/test_d.py, tests/test_e.py
          collectbench fix duplicate-class --to tests.support --only ApiHelper"""
    )
    assert rewritten_texts(CODEMOD, tree(FILE, FILE)) == {}
    (note,) = notes_of(CODEMOD, tree(FILE, FILE, tests__support="", tests__kit=HELPER))
    assert note.endswith("--to tests.kit")


def test_copies_that_cannot_move_anywhere_are_not_listed() -> None:
    copy = FILE.replace("    def reset", "    def test_a(self): ...\n    def reset").replace("ApiHelper", "TestApi")
    texts = tree(copy, copy)
    assert notes_of(CODEMOD, texts) == []
    assert len(skips_of(CODEMOD, texts)) == 2


def test_a_home_in_a_package_of_the_tree_is_found_beside_an_installed_one(tmp_path: Path) -> None:
    (tmp_path / "site" / "tests" / "support").mkdir(parents=True)
    texts = tree(FILE, FILE)
    evidence = evidence_of(texts)
    modules = Modules(root=tmp_path / "root", paths=sorted(texts), site=(tmp_path / "site",))
    codebase = replace(evidence.codebase, modules=modules)
    results = results_of(CODEMOD, texts, choices=TO, codebase=codebase)
    assert [each.path for each in results if isinstance(each, Edit)] == [
        "tests/support.py",
        "tests/test_a.py",
        "tests/test_b.py",
    ]


def test_a_home_with_assertions_needs_to_be_registered() -> None:
    copy = FILE.replace("self.calls += 1", "assert path")
    (note,) = notes_of(CODEMOD, tree(copy, copy), choices=TO)
    assert 'pytest.register_assert_rewrite("tests.support")' in note


def test_nothing_to_move_is_nothing_to_say() -> None:
    assert results_of(CODEMOD, tree(FILE), choices=TO) == ()


RENAMED = Choices(to="tests.support:Api")


@pytest.mark.parametrize(
    ("copy", "reason"),
    [
        pytest.param(
            FILE + "\ndef test_b(): assert repr(ApiHelper(1)) == 'ApiHelper(1)'\n",
            "line 21 has its name in a string",
            id="its name in a string",
        ),
        pytest.param(
            FILE + "\ndef test_b(): ApiHelper(1)._ApiHelper__x\n",
            "names with two underscores in the file hold the name of the class",
            id="a mangled name",
        ),
    ],
)
def test_a_copy_keeps_its_class_if_the_file_shows_its_name(copy: str, reason: str) -> None:
    assert reasons(FILE, copy, FILE, choices=RENAMED) == [STAYS + reason]


@pytest.mark.parametrize("change", ["def load(self, ApiHelper)", "def ApiHelper(self, path)"])
def test_a_class_gets_no_other_name_if_something_in_it_has_its_name(change: str) -> None:
    copy = FILE.replace("def load(self, path)", change).replace(".get(path)", ".get(1)")
    assert all("something in it is named ApiHelper too" in each for each in reasons(copy, copy, choices=RENAMED))


ABOVE = "import pytest\nfrom tests.kit import x\n\nzoo = pytest.importorskip('zoo')\nimport pony\n\n"


def test_the_import_stands_below_a_statement_that_may_skip_the_file() -> None:
    copy = f"{ABOVE}\n{HELPER.replace('self.client.get(path)', 'pony')}\n\ndef test_a(): pony, x, zoo\n"
    found = after(copy, copy, tests__kit="x = 1\n")
    assert found["tests/test_a.py"].startswith(
        f"{ABOVE.rstrip()}\nfrom tests.support import ApiHelper\n\n\ndef test_a()"
    )


def test_the_import_stands_below_the_last_statement_that_may_skip_the_file() -> None:
    above = "import os\nimport pytest\n\nif os:\n    pytest.skip('no', allow_module_level=True)\n"
    mark = "pytestmark = pytest.mark.skip('no')\n"
    assert after(f"{above}\n{mark}\n{HELPER}", FILE)["tests/test_a.py"].startswith(
        f"{above}from tests.support import ApiHelper\n\n{mark}"
    )


def test_the_import_stands_below_the_imports_that_the_class_needs() -> None:
    text = HELPER.replace("self.client.get(path)", "pony")
    copy = f"import os\n\n\ndef make(): os\n\n\nimport pony\n\n\n{text}\n\n\nX = pony\n"
    assert (
        "\n\n\nimport pony\nfrom tests.support import ApiHelper\n\n\n\nX = pony\n"
        in after(copy, copy)["tests/test_a.py"]
    )
    late = f"import os\n\n\n{HELPER.replace('self.client.get(path)', 'pony')}\n\n\nimport pony\n"
    assert reasons(late, late) == [f"tests/test_{each}.py: its pony is imported below it" for each in "ab"]


def test_a_home_brings_no_package_that_another_file_may_lack() -> None:
    plain = f"{FILE}\n\n{HELPER.replace('ApiHelper', 'Other').replace('+= 1', '+= 7')}"
    rare = f"import pony\n\n\n{HELPER.replace('ApiHelper', 'Rare').replace('self.client.get(path)', 'pony')}"
    found = after(rare, rare, rare, plain, plain)
    assert sorted(found) == ["tests/support.py", "tests/test_a.py", "tests/test_b.py", "tests/test_c.py"]
    assert {each.partition(": ")[2] for each in reasons(rare, rare, rare, plain, plain)} == {
        "tests.support imports pony, which this file does without"
    }
    assert {each.partition(": ")[2] for each in reasons(rare, rare, plain, plain, plain)} == {
        "it needs pony, which tests/test_c.py does without; choose another module"
    }
    assert after(rare, rare, tests__support="x = 1\n") == {}


@pytest.mark.parametrize(
    "value",
    [
        *("-1", "(1, 2)", "1 if os else 2", "1 + 2", "f'{os}'", "os.sep", "frozenset({1})", "lambda: 1", "os['a']"),
        *("{**{}}", "[*()]", "dict(a=1)", "Path('a')"),
    ],
)
def test_values_that_are_only_read_move(value: str) -> None:
    text = HELPER.replace("    def __init__", f"    seen = {value}\n    def __init__").replace(
        "+= 1", "+= len(self.seen)"
    )
    copy = f"import os\nfrom pathlib import Path\n\n\n{text}{TEST}"
    assert "tests/support.py" in after(copy, copy)


READ = "line 12 may change its attribute seen, which all files would share"


@pytest.mark.parametrize(
    ("use", "reason"),
    [
        *((use, "") for use in ("for x in self.seen: pass", "x = [y for y in self.seen]", "x = 1 in self.seen")),
        *((use, "") for use in ("x = self.seen[0]", "x = f(**self.seen)", "x = not self.seen", "x = [*self.seen]")),
        *((use, "") for use in ("assert self.seen", "x = self.seen + [1]", "self.seen = []", "x = {**self.seen}")),
        ("if self.seen: pass", ""),
        *((use, READ) for use in ("self.seen[0].append(1)", "x = self.seen", "f(self.seen)", "self.seen.pop()")),
        *((use, READ) for use in ("x = {1: self.seen}", "return self.seen")),
        ("self.seen[0] = 1", READ),
        ("cls.limit = 1", "line 12 changes the class, which all files would share"),
        ("setattr(self.__class__, 'limit', 1)", "line 12 changes the class, which all files would share"),
        ("del type(self).limit", "line 12 changes the class, which all files would share"),
        ("type(self).table[1] = 2", "line 12 changes the class, which all files would share"),
    ],
)
def test_a_list_of_a_class_moves_only_if_it_is_only_read(use: str, reason: str) -> None:
    text = HELPER.replace("    def __init__", "    seen: list = []\n    def __init__").replace("self.calls += 1", use)
    copy = f"import os\n\n\n\n{text}{TEST}".replace("import os\n", "import os\nf = min\n", 1).replace(
        "\n\n\n\n", "\n\n\n", 1
    )
    found = {each.partition(": ")[2] for each in reasons(copy, copy)}
    assert found == ({reason} if reason else set())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(
            ("ApiHelper:", "ApiHelper(metaclass=type):"),
            "it has a metaclass or other keywords, which may see each class that is made",
            id="a metaclass",
        ),
        pytest.param(
            ("class ApiHelper", "@register\nclass ApiHelper"),
            "its decorator register may do something in each file",
            id="a decorator",
        ),
        pytest.param(
            ("    def load", "    class Inner:\n        print()\n    def load"),
            "line 8 of it runs code when the class is made",
            id="an inner class",
        ),
        pytest.param(
            ("    def load", "    made = make()\n    def load"),
            "its attribute made is made by a call, and all files would share it",
            id="a call",
        ),
        pytest.param(
            ("def load(self, path)", "def load(self, path, *, made=make())"),
            "load has the default make(), which all calls share",
            id="a default",
        ),
    ],
)
def test_a_class_stays_that_may_do_something_when_it_is_made(change: tuple[str, str], reason: str) -> None:
    copy = f"import os\n{HELPER.replace(*change)}{TEST}"
    assert reasons(copy, copy) == [f"tests/test_{each}.py: {reason}" for each in "ab"]


@pytest.mark.parametrize(
    "binding",
    [
        "if (json := 1): pass",
        "with open(1) as json: pass",
        "match 1:\n    case {'a': 1, **json}: pass",
        "match 1:\n    case [*json]: pass",
        "try: pass\nexcept OSError as json: pass",
        "for json in (): pass\nelse: pass",
        "def f():\n    global json\n    json = 1",
        "if 1:\n    def json(): ...",
        "import json\ndef json(): ...",
    ],
)
def test_a_name_that_is_not_always_bound_in_one_way_keeps_the_class(binding: str) -> None:
    copy = f"{binding}\n\n\n{HELPER.replace('self.client.get(path)', 'json')}{TEST}"
    assert reasons(copy, copy)
    assert after(copy, copy) == {}


@pytest.mark.parametrize(
    ("before", "left"),
    [
        pytest.param("import json, os", "import os", id="one of several"),
        pytest.param("import os, json", "import os", id="the last of several"),
        pytest.param("from json import loads as json, dumps", "from json import dumps", id="one of several names"),
        pytest.param(
            "from json import (\n    dumps,\n    loads as json,\n)",
            "from json import (\n    dumps,\n)",
            id="in parentheses",
        ),
        pytest.param("import os; import json", "import os", id="on a line with others"),
        pytest.param("# both\nimport json\nimport os", "# both\nimport os", id="a comment above"),
        pytest.param("import os\n\n# json\nimport json", "import os", id="the last one"),
    ],
)
def test_imports_that_only_the_class_used_leave_alone(before: str, left: str) -> None:
    copy = f"{before}\n\n\n{HELPER.replace('self.client.get(path)', 'json')}\n\ndef test_a(): os, dumps, ApiHelper\n"
    found = after(copy, copy)["tests/test_a.py"]
    assert found.replace("from tests.support import ApiHelper\n", "").startswith(left)
    assert "json" not in found.replace("from json import", "").replace("# json", "")


def test_a_definition_that_an_import_elsewhere_or_another_test_needs_stays() -> None:
    copy = f"import os\n\nLIMIT = 3\n\n\n{HELPER.replace('+= 1', '+= LIMIT')}\n\ndef test_a(): ApiHelper(LIMIT)\n"
    found = after(copy, copy)
    assert "LIMIT = 3" in found["tests/test_a.py"]
    assert "LIMIT = 3" in found["tests/support.py"]


def test_a_file_that_is_imported_whole_keeps_its_imports() -> None:
    copy = f"import json\n\n\n{HELPER.replace('self.client.get(path)', 'json')}\n\ndef test_a(): ...\n"
    found = after(copy, copy, tests__user="import tests.test_a\n")
    assert found["tests/test_a.py"].startswith("import json\n")
    assert not found["tests/test_b.py"].startswith("import json\n")


def test_names_that_a_class_only_has_in_its_own_body_need_nothing() -> None:
    body = "    LIMIT = LIMIT\n    top = LIMIT\n    names = [each for each in (1, 2)]\n\n"
    body += "    def all(self):\n        x = 1\n        return lambda y: x + y\n\n"
    copy = f"LIMIT = 3\n\n\n{HELPER.replace('    def __init__', body + '    def __init__')}{TEST}"
    assert reasons(copy, copy) == []
    assert after(copy, copy)["tests/support.py"].startswith(
        '"""Classes that several test files use."""\n\n\nLIMIT = 3\n'
    )


def test_a_file_that_cannot_be_written_in_its_encoding_is_named() -> None:
    latin = ("# coding: latin-1\n" + FILE).encode("latin-1").decode()
    found = after(latin, FILE)
    assert found["tests/test_a.py"].startswith("# coding: latin-1\n")
