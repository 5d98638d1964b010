"""Test files whose code looks like a violation and is none; see lookalikes.py for the notes."""

from __future__ import annotations

CONFTEST = """
import sys
import types

import pytest

stub = types.ModuleType("app.vendor_stub")
stub.Session = object
sys.modules["app.vendor_stub"] = stub
sys.modules.setdefault("app.other_stub", types.ModuleType("app.other_stub"))


@pytest.fixture
def session():
    from app.vendor_stub import Session  #: missing-module: made at run time in a conftest

    return Session()
"""

STUBS = """
import sys
from unittest.mock import MagicMock, patch

import app.vendor_stub  #: missing-module: made at run time in a conftest
from app.vendor_stub import Session  #: missing-module: made at run time in a conftest


def test_other():
    import app.other_stub  #: missing-module: made at run time by setdefault

    assert app.other_stub and Session


def test_in_dict():
    with patch.dict("sys.modules", {"app.fake_sdk": MagicMock(), "app.fake_sdk.client": MagicMock()}):
        from app.fake_sdk import Client  #: missing-module: patch.dict of sys.modules
        from app.fake_sdk.client import Connection  #: missing-module: patch.dict of sys.modules

        assert Client and Connection


@patch.dict(sys.modules, {"app.fake_kit": MagicMock()})
def test_decorated():
    import app.fake_kit as kit  #: missing-module: patch.dict of sys.modules, decorator

    assert kit


def test_monkeypatched(monkeypatch):
    monkeypatch.setitem(sys.modules, "app.fake_items", MagicMock())
    from app.fake_items import Item  #: missing-module: monkeypatch.setitem of sys.modules

    assert Item
"""

EXPECTED = """
import pytest

optional = pytest.importorskip


def test_import_fails():
    with pytest.raises(ImportError):
        import app.never_there  #: missing-module: pytest.raises(ImportError)
    with pytest.raises(ModuleNotFoundError, match="never"):
        from app.never_there.either import anything  #: missing-module: pytest.raises(ModuleNotFoundError)
    with pytest.raises(ImportError):
        from app.facade import a_name_that_is_not_there  #: missing-name: pytest.raises(ImportError)


def test_optional():
    extra = pytest.importorskip("app.optional_extra")  #: missing-module: pytest.importorskip
    from app.optional_extra import tool  #: missing-module: after pytest.importorskip

    assert extra and tool
"""

NAMES = """
from unittest.mock import patch

from app import facade  #: missing-name: submodule as a name
from app.compat import bindings  #: missing-name: submodule as a name
from app.compat.bindings import BY_FOR, BY_IF, BY_TRY, BY_WALRUS, BY_WITH  #: missing-name: bound in a block
from app.compat.bindings import BY_ANNOTATION, BY_CHAIN_TOO, BY_NESTED, BY_STAR  #: missing-name: bound in a tuple
from app.compat.bindings import BY_CAPTURE, BY_CASE, BY_GLOBAL  #: missing-name: bound by match or global
from app.compat.bindings import BY_SETATTR, BY_VARS  #: missing-name: bound by vars() or setattr
from app.dynamic.flags import FIXED, FLAG_A  #: missing-name: globals().update
from app.facade import Server, _exported, serve, shown  #: missing-name: re-exported by star
from app.lazy import anything, whatever  #: missing-name: module with __getattr__
from app.plain_namespace.alpha import run  #: missing-module: namespace package
import app.plain_namespace.deeper.beta  #: missing-module: namespace package
from app.plain_namespace import alpha  #: missing-name: namespace package
from <PACKAGE> import <STEM>  #: missing-name: submodule as a name


def test_native():
    from app.native._speed import accumulate  #: missing-module: compiled, with a stub
    from app.native import _speed  #: missing-name: compiled, with a stub
    from shared_kit.core import helper  #: missing-module: editable install

    assert accumulate and _speed and helper


@patch("app.native._speed.accumulate")  #: missing-module: compiled, patched
@patch("app._version.version")  #: missing-module: generated, patched
@patch("app.lazy.some_name")  #: missing-name: module with __getattr__, patched
@patch("app.dynamic.flags.FLAG_B")  #: missing-name: globals().update, patched
@patch("<MODULE>.a_new_name", create=True)  #: missing-name: create=True
@patch("<MODULE>.<CLASS>.__init__")  #: missing-name: attribute of a class
@patch("<PACKAGE>.<STEM>")  #: missing-name: submodule patched
@patch("app.facade.Server.port", 3)  #: missing-name: re-exported by star, patched
@patch("app.command.time.sleep")  #: missing-name: through an imported module
def test_patched(*mocks):
    assert mocks


def test_more(monkeypatch):
    monkeypatch.setattr("<MODULE>.another_name", 1, raising=False)  #: missing-name: raising=False
    with patch(target="<MODULE>.third_name", create=True):  #: missing-name: create=True
        assert alpha and bindings
"""

TEXTS = '''
"""How it was used:

    from app.gone_long_ago import helper  #: missing-module: in a docstring
"""

# from app.gone_in_comment import helper  #: missing-module: in a comment
# class TestInComment:  #: uncollected-tests: in a comment
#     def __init__(self): ...

SOURCE = """
import app.gone_in_string  #: missing-module: in a string

class TestInString:  #: uncollected-tests: in a string
    def __init__(self):
        pass

    def test_nothing(self):
        pass
"""


def test_source():
    assert "from app.gone_in_text import x" in SOURCE or SOURCE  #: missing-module: in a string
'''

CLASSES = """
import unittest

from tests.lookalikes.contracts import StorageContract, TestSharedBehaviour


class TestMemoryStorage(StorageContract):
    kind = "memory"


class TestDiskStorage(StorageContract):
    kind = "disk"

    def test_disk_only(self):
        assert self.kind == "disk"


class TestSwitchedOff:  #: uncollected-tests: __test__ = False
    __test__ = False

    def __init__(self, name):
        self.name = name

    def test_connection(self):
        return self.name


class TestSwitchedOffToo(TestSwitchedOff):  #: non-test-class: __test__ = False, inherited
    pass


class TestOfUnittest(unittest.TestCase):  #: uncollected-tests: unittest.TestCase
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.more = 3

    def test_more(self):
        assert self.more == 3


class Helper:  #: non-test-class: no pattern matches its name
    def __init__(self):
        self.calls = 0

    def test_like(self):
        return self.calls


def test_local_class():
    class TestLocal:  #: uncollected-tests: in a function
        def __init__(self):
            self.value = 3

        def test_value(self):
            return self.value

    assert TestLocal().test_value() == 3
"""

CONTRACTS = """
class StorageContract:
    kind = ""

    def test_kind(self):  #: uncollected-tests: inherited by collected classes
        assert self.kind


class TestSharedBehaviour:
    def test_shared(self):  #: uncollected-tests: imported by a collected file
        assert True
"""

BUILDERS = """
class TestDataBuilder:  #: non-test-class: file that is not collected
    def __init__(self, kind):
        self.kind = kind


def make(kind):
    return TestDataBuilder(kind)
"""

PARAMETERS = """
import datetime
import random
import uuid

import pytest


@pytest.mark.parametrize("value", [uuid.uuid4(), datetime.datetime.now()])  #: unstable-parameter: objects, numbered ids
def test_objects(value):
    assert value


@pytest.mark.parametrize("value", [str(uuid.uuid4())], ids=["a fixed id"])  #: unstable-parameter: fixed ids
def test_fixed_ids(value):
    assert value


@pytest.mark.parametrize("value", [pytest.param(random.random(), id="fixed")])  #: unstable-parameter: fixed id
def test_param(value):
    assert value


@pytest.mark.parametrize("value", sorted({"north", "south"}))  #: unstable-parameter: sorted set
def test_sorted(value):
    assert value


@pytest.mark.parametrize("value", [{"north", "south"}])  #: unstable-parameter: a set as one value
def test_set_as_value(value):
    assert value
"""

RECORDER = """
from <MODULE> import <FUNCTION> as encode{number}


class PayloadRecorder:  #: duplicate-class: same text, other bindings
    def record(self, payload):
        self.last = convert(payload)
        return self.last


def convert(payload):
    return {value}


def test_recorder_{number}():
    assert PayloadRecorder().record(3) == encode{number}
"""

TESTS: dict[str, str] = {
    "tests/lookalikes/__init__.py": "",
    "tests/lookalikes/conftest.py": CONFTEST,
    "tests/lookalikes/contracts.py": CONTRACTS,
    "tests/lookalikes/builders.py": BUILDERS,
    "tests/lookalikes/test_stubs.py": STUBS,
    "tests/lookalikes/test_expected.py": EXPECTED,
    "tests/lookalikes/test_names.py": NAMES,
    "tests/lookalikes/test_texts.py": TEXTS,
    "tests/lookalikes/test_classes.py": CLASSES,
    "tests/lookalikes/test_parameters.py": PARAMETERS,
    "tests/lookalikes/test_recorder_one.py": RECORDER.format(number=1, value="str(payload)"),
    "tests/lookalikes/test_recorder_two.py": RECORDER.format(number=2, value="repr(payload)"),
    "tests/lookalikes_without_init/test_loose_lookalikes.py": "from app.facade import serve\n\n\ndef test_loose():\n"
    "    from tests.lookalikes import builders\n\n    assert serve and builders\n",
    "tests/support/__init__.py": "",
    "tests/support/bases_one.py": "",
    "tests/support/bases_two.py": "",
}
