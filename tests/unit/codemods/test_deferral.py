"""Imports that move into functions: what the new source is, and what keeps an import where it is."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from collectbench.codemods.deferral.chosen_imports import Wanted
from collectbench.codemods.deferral.deferral import Deferred, Refused, defer, refusal_of
from collectbench.codemods.deferral.deferral_obstacles import Surroundings
from lint_texts import cases


def wanted_in(text: str) -> list[Wanted]:
    """The import statements at the top level with `heavy` in them, and of their names those with `heavy` or all."""
    found = []
    for node in ast.parse(text).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)) and "heavy" in ast.unparse(node):
            is_whole = isinstance(node, ast.ImportFrom) and "heavy" in (node.module or "")
            names = (alias.asname or alias.name.partition(".")[0] for alias in node.names if "heavy" in alias.name)
            found.append(Wanted(node.lineno, frozenset() if is_whole else frozenset(names)))
    return found


def result_of(text: str, surroundings: Surroundings | None = None) -> Deferred | Refused:
    text = dedent(text)
    return defer(text.encode(), wanted_in(text), surroundings)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            """
            import os

            import heavy as pd


            def test_a():
                assert pd.x


            def test_b(): return pd.y


            def test_c():
                assert os.sep
            """,
            """
            import os


            def test_a():
                import heavy as pd

                assert pd.x


            def test_b(): import heavy as pd; return pd.y


            def test_c():
                assert os.sep
            """,
            id="each function that uses it imports it",
        ),
        pytest.param(
            '''
            import heavy


            class TestA:
                async def test_a(self):
                    """Text."""
                    # why
                    yield [heavy.x for _ in "ab"]

                def test_b(self):
                    def inner():
                        return lambda: heavy.x

                    def heavy_free(heavy):
                        return heavy

                    return inner

                def test_c(self):
                    "Text."; x = heavy

                def test_d(self):
                    # type: () -> None
                    import os

                    heavy.start(os)
            ''',
            '''
            class TestA:
                async def test_a(self):
                    """Text."""
                    import heavy

                    # why
                    yield [heavy.x for _ in "ab"]

                def test_b(self):
                    import heavy

                    def inner():
                        return lambda: heavy.x

                    def heavy_free(heavy):
                        return heavy

                    return inner

                def test_c(self):
                    "Text."; import heavy; x = heavy

                def test_d(self):
                    # type: () -> None
                    import heavy
                    import os

                    heavy.start(os)
            ''',
            id="first in the outermost function, but after its docstring",
        ),
        pytest.param(
            """
            from package import (
                heavy,
                # about light
                light,  # why
            )
            import os, heavy.one, heavy.two; import sys  # noqa: E401


            def test_a():
                return heavy.one, heavy.two


            def test_b():
                return light, os, sys
            """,
            None,
            id="two statements bind one name in different ways",
        ),
        pytest.param(
            """
            from package import (
                heavy,
                light,  # why
            )
            import os, heavy_one; import sys  # noqa: E401


            def test_a():
                return heavy, heavy_one


            def test_b():
                return light, os, sys
            """,
            """
            from package import (
                light,  # why
            )
            import os; import sys  # noqa: E401


            def test_a():
                from package import heavy
                import heavy_one  # noqa: E401

                return heavy, heavy_one


            def test_b():
                return light, os, sys
            """,
            id="a statement is divided",
        ),
        pytest.param(
            """
            # about all
            from heavy import (  # noqa: F401
                one,
                two as second
            )

            # about os
            import os
            import heavy.three
            import heavy.four

            X = os


            def test_a():
                return one, heavy.three


            def test_b():
                return second, heavy.four
            """,
            """
            # about all

            # about os
            import os

            X = os


            def test_a():
                from heavy import (  # noqa: F401
                    one
                )
                import heavy.three
                import heavy.four

                return one, heavy.three


            def test_b():
                from heavy import (  # noqa: F401
                    two as second
                )
                import heavy.three
                import heavy.four

                return second, heavy.four
            """,
            id="comments stay or move along, and what binds one name moves together",
        ),
        pytest.param(
            '''
            """Text."""

            from __future__ import annotations

            import os

            import heavy as pd  # why
            from heavy import Frame


            def read(x: pd.DataFrame, y: "Frame") -> Frame:
                return os.x


            def other(x: list[pd.Series]) -> None:
                return pd.y


            class Plain:
                field: pd.DataFrame
            ''',
            '''
            """Text."""

            from __future__ import annotations

            import os
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                import heavy as pd  # why
                from heavy import Frame


            def read(x: pd.DataFrame, y: "Frame") -> Frame:
                return os.x


            def other(x: list[pd.Series]) -> None:
                import heavy as pd  # why

                return pd.y


            class Plain:
                field: pd.DataFrame
            ''',
            id="annotations that nothing evaluates need it for type checkers alone",
        ),
        pytest.param(
            """
            from typing import TYPE_CHECKING

            import heavy

            if TYPE_CHECKING:
                import other


            def read(x: "heavy.X") -> None: ...
            """,
            """
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                import other
                import heavy


            def read(x: "heavy.X") -> None: ...
            """,
            id="the block for type checkers that is there",
        ),
        pytest.param(
            """
            from typing import Any
            import heavy

            def read(x: "heavy.X") -> Any: ...
            """,
            """
            from typing import TYPE_CHECKING, Any

            if TYPE_CHECKING:
                import heavy

            def read(x: "heavy.X") -> Any: ...
            """,
            id="the import from typing that is there",
        ),
    ],
)
def test_an_import_moves(before: str, after: str | None) -> None:
    result = result_of(before)
    if after is None:
        assert isinstance(result, Refused)
        return
    assert isinstance(result, Deferred), result
    assert result.source.decode() == dedent(after)


REASONS = {
    "in a base class": """
        class TestA(heavy.Base): ...
        """,
    "in a decorator": """
        @heavy.mark
        def test_a(): ...
        """,
    "in an argument of parametrize": """
        @pytest.mark.parametrize("x", [heavy.x])
        def test_a(x): ...
        """,
    "in a default value": """
        def test_a(x=heavy.x): ...
        """,
    "in a class body": """
        class TestA:
            x = heavy.x
        """,
    "in a lambda outside of functions": """
        make = lambda: heavy.x
        """,
    "outside of functions": """
        X = [heavy.x for _ in "ab"]
        """,
    "if __name__": """
        if __name__ == "__main__":
            heavy.run()
        """,
    "without `from __future__ import annotations`": """
        def test_a(x: heavy.X): ...
        """,
    "as well, under a condition": """
        try:
            import heavy
        except ImportError:
            heavy = None

        def test_a():
            return heavy
        """,
    "binds it again": """
        for heavy in "ab": ...

        def test_a():
            return heavy
        """,
    "deletes it": """
        def test_a():
            return heavy

        del heavy
        """,
    "declares it global": """
        def test_a():
            global heavy
            return heavy
        """,
    "in a class body that binds it too": """
        def test_a():
            class A:
                heavy = heavy
        """,
    "exports heavy in __all__": """
        __all__ = ["heavy"]

        def test_a():
            return heavy
        """,
    "does not use": """
        X = 1
        """,
    "in make(), which line 5 calls while the file is imported": """
        def make():
            return heavy.x
        X = make()
        """,
    "in inner(), which make() may call": """
        def inner():
            return heavy.x

        def make():
            return inner()

        @make
        def test_a(): ...
        """,
    "in Box.__init__(), which line 7 calls": """
        class Box:
            def __init__(self):
                heavy.start()

        X = Box()
        """,
    "in Box.open(), which line 6 calls": """
        class Box:
            def open(self):
                heavy.start()
        X = Box().open()
        """,
    "in pytest_configure(), which pytest calls while it collects": """
        def pytest_configure(config):
            heavy.start()
        """,
    "calls globals()": """
        def test_a():
            return heavy, globals()["x"]
        """,
    "in text for eval()": """
        def test_a():
            return heavy, eval("heavy.x")
        """,
    "calls exec(), which may use heavy": """
        def test_a(text):
            exec(text)
            return heavy
        """,
    "in text for skipif()": """
        @pytest.mark.skipif("heavy.x")
        def test_a():
            return heavy
        """,
    "docstring whose examples use heavy": '''
        def test_a():
            """Text.

            >>> heavy.x
            """
            return heavy
        ''',
    "makes the path of heavy in this module": """
        def test_a(monkeypatch):
            monkeypatch.setattr(f"{__name__}.heavy", 1)
            return heavy
        """,
    "reads the namespace of a frame": """
        import sys

        def test_a():
            return heavy, sys._getframe(1)
        """,
    "reads this module as an object": """
        import sys

        def test_a():
            return heavy, sys.modules[__name__]
        """,
    "imports this module as an object": """
        import importlib

        def test_a():
            return heavy, importlib.import_module(__name__)
        """,
    "and the file uses sys.modules": """
        import sys

        def test_a(monkeypatch):
            monkeypatch.setitem(sys.modules, "heavy", None)
            return heavy
        """,
}


@pytest.mark.parametrize(("reason", "text"), REASONS.items(), ids=REASONS)
def test_an_import_stays(reason: str, text: str) -> None:
    result = result_of("import heavy\n" + dedent(text))
    assert isinstance(result, Refused)
    assert reason in result.obstacles[0].reason, result.obstacles
    assert result == refusal_of(("import heavy\n" + dedent(text)).encode(), [Wanted(1)])


NAMES = {
    "which pytest may collect from here": ("TestBase", "def test_a():\n    return TestBase"),
    "may collect": ("OrderTestCase", "def test_a():\n    return OrderTestCase"),
    "which may be a fixture": ("client", "def test_a(client):\n    return 1\ndef test_b():\n    return client"),
    "may be a fixture": ("db", "@pytest.mark.usefixtures('db')\ndef test_b():\n    return db"),
    "which may be a hook": ("pytest_runtest_setup", "def test_b():\n    return pytest_runtest_setup"),
    "replaces heavy.read, so that": ("read", "@patch('heavy.read')\ndef test_b(mock):\n    return read"),
    "replaces read, so that": (
        "read",
        "def test_b(monkeypatch):\n    monkeypatch.setattr(h, 'read', 1)\n    return read",
    ),
    "reloads a module": ("read", "def test_b():\n    importlib.reload(h)\n    return read"),
    "imports read once more": ("read", "from other import read\ndef test_b():\n    return read"),
}


@pytest.mark.parametrize(("reason", "case"), NAMES.items(), ids=NAMES)
def test_a_name_from_a_module_stays(reason: str, case: tuple[str, str]) -> None:
    name, text = case
    surroundings = Surroundings(is_collected=lambda name: name.startswith("Test"))
    result = result_of(f"from heavy import {name}\n{text}\n", surroundings)
    assert isinstance(result, Refused)
    assert any(reason in each.reason for each in result.obstacles), result.obstacles


HINTS = {
    "which its class may evaluate": "class A(Base):\n    x: heavy.X",
    "that the decorator app.get may evaluate": "@app.get('/')\ndef read(x: heavy.X): ...",
    "and line 3 may evaluate annotations": "import pydantic\ndef read(x: heavy.X): ...",
    "and line 5 may evaluate annotations": "def read(x: heavy.X): ...\n\ntyping.get_type_hints(read)",
}


@pytest.mark.parametrize(("reason", "text"), HINTS.items(), ids=HINTS)
def test_annotations_that_something_evaluates_keep_an_import(reason: str, text: str) -> None:
    result = result_of(f"from __future__ import annotations\nimport heavy\n{text}\n")
    assert isinstance(result, Refused)
    assert reason in result.obstacles[0].reason, result.obstacles


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("from heavy import *", 1, "star import"),
        ("from __future__ import annotations", 1, "__future__"),
        ("pd = pytest.importorskip('heavy')", 1, "importorskip"),
        ("try:\n    import heavy\nexcept ImportError: ...", 2, "under `try`"),
        ("if x:\n    import heavy", 2, "under `if`"),
        ("def f():\n    import heavy", 2, "runs during collection"),
        ("class A:\n    import heavy", 2, "class body"),
        ("X = load()", 1, "by a call"),
        ("X = 1\n\n", 2, "no statement"),
        ("def f(:", 1, "cannot be parsed"),
        ("import heavy.a\ndef f():\n    return heavy.b", 1, "by this name"),
        ("import heavy as __h\ndef f():\n    return __h", 1, "differently"),
    ],
)
def test_a_line_that_is_no_plain_import_stays(text: str, line: int, reason: str) -> None:
    result = defer(text.encode(), [Wanted(line)])
    assert isinstance(result, Refused)
    assert reason in result.obstacles[0].reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("from x import (\n    heavy,\n    # about b\n    b,\n)\ndef f():\n    return heavy\nX = b\n", "be divided"),
        ("import heavy  # why\ndef f(): return heavy\n", "would lose the comment # why"),
    ],
)
def test_no_comment_is_lost_or_comes_to_another_name(text: str, reason: str) -> None:
    result = defer(text.encode(), [Wanted(1, frozenset({"heavy"}))])
    assert isinstance(result, Refused)
    assert reason in result.obstacles[0].reason


def test_names_used_from_outside_stay() -> None:
    surroundings = Surroundings(used_outside={"heavy": "tests/test_b.py:3 imports it from here"})
    result = result_of("import heavy\n\n\ndef test_a():\n    return heavy\n", surroundings)
    assert isinstance(result, Refused)
    assert result.obstacles[0].reason == "imports heavy, and tests/test_b.py:3 imports it from here"


@pytest.mark.parametrize(
    "text",
    cases(
        argument_of_the_same_name="""
            import heavy
            def test_a(heavy): return heavy
            def test_b(): return heavy.x
            """,
        local_of_the_same_name="""
            import heavy
            def test_a():
                heavy = 1
                return [heavy for heavy in "ab"], heavy
            def test_b(): return heavy.x
            """,
        attribute_of_the_class="""
            import heavy
            class TestA:
                heavy = 1
                def test_b(self): return heavy.x
            """,
        a_hook_after_collection="""
            import heavy
            def pytest_runtest_setup(item): heavy.start()
            """,
        a_function_that_is_only_named="""
            import heavy
            def make(): return heavy.x
            @pytest.mark.parametrize("f", [make])
            def test_a(f): ...
            """,
        a_method_that_nobody_calls="""
            import heavy
            class Box:
                def open(self): heavy.start()
            X = Box()
            """,
        text_that_is_like_it="""
            import heavy
            def test_a(): return heavy.x, ".heavy", "heavy.x", eval("1")
            """,
        an_example_that_imports_it='''
            import heavy
            def test_a():
                """
                >>> import heavy
                >>> heavy.x
                """
                return heavy
            ''',
        walrus_and_match="""
            import heavy
            def test_a(x):
                match x:
                    case [heavy, *rest] if (y := heavy): return y, rest
                    case {"a": 1, **heavy_rest}: return heavy_rest
            def test_b(): return heavy
            """,
    ),
)
def test_no_false_obstacle(text: str) -> None:
    result = result_of(text)
    assert isinstance(result, Deferred), result


def test_functions_that_replace_something_are_named() -> None:
    result = result_of(
        """
        import heavy

        def test_a(monkeypatch): return heavy

        @freeze_time("2026-01-01")
        def test_b(): return heavy

        def test_c(): return heavy
        """
    )
    assert isinstance(result, Deferred)
    assert [(each.function, each.line, each.risk) for each in result.places] == [
        ("test_a", 4, "monkeypatch"),
        ("test_b", 7, "freeze_time"),
        ("test_c", 9, ""),
    ]


def test_line_endings_and_encoding_are_kept() -> None:
    source = "# -*- coding: latin-1 -*-\r\nimport heavy\r\n\r\ndef f():\r\n    return heavy, 'é'\r\n"
    result = defer(source.encode("latin-1"), [Wanted(2)])
    assert isinstance(result, Deferred)
    expected = "# -*- coding: latin-1 -*-\r\n\r\ndef f():\r\n    import heavy\r\n\r\n    return heavy, 'é'\r\n"
    assert result.source == expected.encode("latin-1")
