from __future__ import annotations

import pytest

from collectbench.lint import duplicate_class
from collectbench.model.lint_settings import LintSettings
from lint_texts import evidence_of, violations_in

HELPER = """\
import json
from shop.http import get

class ApiHelper:
    def __init__(self, client):
        self.client = client
        self.calls = 0

    def load(self, path):
        self.calls += 1
        return json.loads(get(self.client, path))

    def reset(self):
        self.calls = 0
        self.client.reset()
"""
SHOP = {
    "shop/__init__.py": "",
    "shop/http.py": "def get(client, path): ...\n",
    "shop/other.py": "def get(client, path): ...\n",
}
INHERITS = "\n\nclass TestApi(ApiHelper):\n    __init__ = object.__init__\n    def test_a(self): ...\n"


def reported(*texts: str, **values: object) -> list[tuple[str, str]]:
    """The file and the message of each violation in test files with these texts."""
    files = {f"tests/test_{letter}.py": text for letter, text in zip("abcdef", texts, strict=False)}
    return [
        (each.path, each.message)
        for each in violations_in(duplicate_class.RULE, evidence_of({**SHOP, **files}, **values))
    ]


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(HELPER, id="the same text"),
        pytest.param(HELPER.replace("self.calls = 0", "self.calls = 0  # none yet"), id="comments"),
        pytest.param(HELPER.replace("client):\n", 'client):\n        """Make one."""\n'), id="docstrings"),
        pytest.param(HELPER.replace("class ApiHelper:", "class ApiHelper:\n\n"), id="layout"),
        pytest.param(
            HELPER.replace("class ApiHelper:", "@pytest.mark.slow\nclass ApiHelper:"), id="a mark on the class"
        ),
        pytest.param(HELPER.replace("    def load", "    @pytest.mark.slow\n    def load"), id="a mark on a method"),
        pytest.param(
            HELPER.replace("from shop.http import get", "from shop.http import post, get"), id="other imports"
        ),
        pytest.param("import os\n\n\ndef local(): ...\n" + HELPER, id="another place"),
        pytest.param(
            HELPER.replace("    def reset(self):\n        self.calls = 0\n        self.client.reset()\n", "").replace(
                "    def load",
                "    def reset(self):\n        self.calls = 0\n        self.client.reset()\n\n    def load",
            ),
            id="the order of methods",
        ),
    ],
)
def test_copies_are_equal_whatever_means_nothing(copy: str) -> None:
    message = "the class ApiHelper is the same in 2 files"
    assert reported(HELPER, copy) == [("tests/test_a.py", message), ("tests/test_b.py", message)]


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        pytest.param(HELPER, HELPER.replace("shop.http", "shop.other"), id="a name that is imported from elsewhere"),
        pytest.param(
            HELPER.replace("from shop.http import get", "def get(client, path): return 1"),
            HELPER.replace("from shop.http import get", "def get(client, path): return 2"),
            id="a local function that differs",
        ),
        pytest.param(
            HELPER.replace("from shop.http import get", "LIMIT = 1\ndef get(client, path): return LIMIT"),
            HELPER.replace("from shop.http import get", "LIMIT = 2\ndef get(client, path): return LIMIT"),
            id="what a local function uses differs",
        ),
        pytest.param(
            HELPER + INHERITS,
            HELPER.replace("    def load", "    @pytest.mark.slow\n    def load") + INHERITS,
            id="a mark that a test inherits",
        ),
    ],
)
def test_copies_that_only_look_equal_are_near_copies(text: str, copy: str) -> None:
    messages = [message for _, message in reported(text, copy)]
    assert messages
    assert all("% the same as in tests/test_a.py" in message for message in messages)


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(
            "class ApiHelper:\n    def __init__(self): ...\n    def other(self): ...\n", id="another class of that name"
        ),
        pytest.param(HELPER.replace("ApiHelper", "OtherHelper"), id="another name"),
        pytest.param("TEXT = '''\n" + HELPER + "'''\n", id="a copy in a string"),
        pytest.param("".join(f"# {line}\n" for line in HELPER.splitlines()), id="a copy in comments"),
        pytest.param(
            "def test_a():\n" + "".join(f"    {line}\n" for line in HELPER.splitlines()), id="a copy in a function"
        ),
    ],
)
def test_classes_that_are_no_copies_are_left_alone(copy: str) -> None:
    assert reported(HELPER, copy) == []


def test_tests_that_pytest_runs_are_left_alone() -> None:
    tests = "class TestOrders:\n" + "".join(
        f"    def test_{letter}(self, order): assert order\n" for letter in "abcdef"
    )
    assert reported(tests, tests) == []


def test_small_classes_are_left_alone_as_the_settings_say() -> None:
    small = "class Client:\n    def __init__(self):\n        self.calls = 0\n"
    assert reported(small, small) == []
    assert len(reported(small, small, settings=LintSettings(min_statements=2))) == 2


def test_a_near_copy_tells_how_much_is_the_same_and_where_most_copies_are() -> None:
    near = HELPER.replace("self.client.reset()", "self.client.clear()")
    (message,) = [message for path, message in reported(HELPER, HELPER, near) if path == "tests/test_c.py"]
    assert message == "the class ApiHelper is 92 % the same as in 2 files, such as tests/test_a.py"


def test_copies_outside_of_tests_are_left_alone() -> None:
    evidence = evidence_of({**SHOP, "shop/a.py": HELPER, "shop/b.py": HELPER})
    assert violations_in(duplicate_class.RULE, evidence) == []
