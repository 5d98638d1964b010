"""The outline of a module: what it imports, defines, binds and exports."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from collectbench.sources.outline import Class, Guard, Import, Method, Outline
from collectbench.sources.parsing import parse
from collectbench.sources.reading import read_outline


def outline(text: str) -> Outline:
    source = dedent(text).encode()
    return read_outline(source, parse(source))


def class_of(text: str, name: str = "A") -> Class:
    (found,) = [each for each in outline(text).classes if each.name == name]
    return found


def test_imports_are_read_in_order_with_names_levels_and_guards() -> None:
    text = """
        import a.b, c as d
        from .. import e as f, g
        from .h import *
        try:
            import i
        except ImportError:
            i = None
        class A:
            from j import k
        def hidden():
            import l
        """
    assert outline(text).imports == (
        Import(2, 0, "a.b", (), "", ""),
        Import(2, 0, "c", (), "d", ""),
        Import(3, 2, "", (("e", "f"), ("g", "g")), "", ""),
        Import(4, 1, "h", (("*", "*"),), "", ""),
        Import(6, 0, "i", (), "", Guard.FALLBACK),
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a = b = 1", {"a", "b"}),
        ("a, (b, *c), [d] = x", {"a", "b", "c", "d"}),
        ("a: int = 1\nb: int", {"a"}),
        ("a += 1", {"a"}),
        ("a.b = 1\na[0] = 2", set()),
        ("import a.b, c.d as e\nfrom f import g, h as i\nfrom j import *", {"a", "e", "g", "i"}),
        ("def a(): b = 1\nasync def c(): ...\nclass d: e = 1", {"a", "c", "d"}),
        ("def a():\n    global b, c\n    b = 1", {"a", "b", "c"}),
        ("class A:\n    def f(self):\n        global b", {"A", "b"}),
        ("for a, b in x:\n    c = 1\nelse:\n    d = 1", {"a", "b", "c", "d"}),
        ("while x:\n    a = 1\nelse:\n    b = 1", {"a", "b"}),
        ("with x as a, y as (b, c), z:\n    d = 1", {"a", "b", "c", "d"}),
        ("if x:\n    a = 1\nelif y:\n    b = 1\nelse:\n    c = 1", {"a", "b", "c"}),
        (
            "try:\n    a = 1\nexcept E as b:\n    c = 1\nelse:\n    d = 1\nfinally:\n    e = 1",
            {"a", "b", "c", "d", "e"},
        ),
        ("try:\n    a = 1\nexcept* E as b:\n    c = 1", {"a", "b", "c"}),
        (
            "match x:\n    case [a, *b]:\n        c = 1\n    case {'k': d, **e}:\n        f = 1",
            {"a", "b", "c", "d", "e", "f"},
        ),
        ("if (a := 1) and x[(b := 2)]:\n    c = (d := 3)", {"a", "b", "c", "d"}),
        ("print(a := 1)", {"a"}),
        ("for x in (a := y): pass\nwhile (b := z): pass\nwith (c := w): pass", {"x", "a", "b", "c"}),
    ],
)
def test_all_names_that_a_module_binds_are_known(text: str, names: set[str]) -> None:
    assert outline(text).bindings == names


def test_classes_know_their_bases_decorators_methods_and_attributes() -> None:
    text = """
        @deco.rator(1)
        @plain
        class A(Base, Generic[T], make(), x[0], metaclass=M):
            one = two = 1
            three: int = 1
            four: int
            import five
            if x:
                def m(self): ...
            else:
                def m(self): ...
            try:
                six = 1
            except E:
                def n(self): ...
            @property
            async def o(self): ...
            class B:
                def p(self): ...
            del seven
        """
    found = class_of(text)
    assert (found.line, found.first, found.end) == (4, 2, 21)
    assert found.bases == ("Base", "Generic", "make", "x")
    assert found.decorators == ("deco.rator", "plain")
    assert found.has_keywords
    assert [(each.name, each.line, each.decorators) for each in found.methods] == [
        ("m", 10, ()),
        ("m", 12, ()),
        ("n", 16, ()),
        ("o", 18, ("property",)),
    ]
    first, second, third, last = (each.block for each in found.methods)
    assert len({first, second, third, last}) == 4
    assert found.attributes == ("B", "five", "one", "seven", "six", "three", "two")
    assert class_of(text, "A.B").methods[0].name == "p"


def test_other_expressions_as_bases_are_unknown() -> None:
    assert class_of("class A(a or b, f().g, *c): ...").bases == ("?", "?", "?")


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("class A: ...", ""),
        ("class A:\n    __test__ = False", "False"),
        ("class A:\n    __test__: bool = True", "True"),
        ("class A:\n    __test__ = x", "?"),
        ("class A:\n    if x:\n        __test__ = False", "False"),
    ],
)
def test_the_flag_of_tests_is_read(text: str, flag: str) -> None:
    assert class_of(text).test_flag == flag


def test_what_is_no_test_by_assignment_is_known() -> None:
    assert outline("A.__test__ = False\nf.__test__ = True").not_tests == {"A"}
    assert outline("__test__ = False").not_tests == {""}
    assert outline("__test__ = True").not_tests == frozenset()


def test_functions_are_those_of_the_module_alone() -> None:
    text = "@fixture()\ndef a(): ...\nif x:\n    def b(): ...\nclass A:\n    def c(self): ...\n"
    found = outline(f"{text}def d():\n    def e(): ...\n").functions
    assert found == (Method("a", 2, ("fixture",), 1), Method("b", 4, (), 2), Method("d", 7, (), 1))


def test_aliases_and_calls_are_noted() -> None:
    found = outline(
        "a = b\nc = d = e.f\ng = h()\ni: X = j.k(1)\nl = [m()]\nn.o = p()\nif TYPE_CHECKING:\n    q = r()\n"
    )
    assert found.aliases == (("a", "b"), ("c", "e.f"), ("d", "e.f"))
    assert found.made == ((3, "g", "h"), (4, "i", "j.k"))


@pytest.mark.parametrize(
    ("text", "exports"),
    [
        ("a = 1", None),
        ("__all__ = ['a', 'b']", ("a", "b")),
        ("__all__ = ('a',)\n__all__ += ['b']", ("a", "b")),
        ("__all__: list[str] = []", ()),
        ("__all__ = ['a']\n__all__.append('b')\n__all__.extend(['c', 'd'])", ("a", "b", "c", "d")),
    ],
)
def test_a_literal_list_of_exports_is_known(text: str, exports: tuple[str, ...] | None) -> None:
    found = outline(text)
    assert (found.exports, found.is_dynamic) == (exports, False)


@pytest.mark.parametrize(
    "text",
    [
        "__all__ = [name for name in x]",
        "__all__ = ['a', b]",
        "__all__ = ['a'] + shop.__all__",
        "__all__ += shop.__all__",
        "__all__ = ['a']\n__all__.extend(shop.__all__)",
        "__all__ = ['a']\n__all__.remove('a')",
        "def __getattr__(name): ...",
        "globals()['a'] = 1",
        "def f():\n    globals().update(x)",
        "vars()['a'] = 1",
        "exec('a = 1')",
        "sys.modules[__name__] = A()",
        "import lazy_loader\nx = lazy_loader.attach(__name__)",
    ],
)
def test_names_that_come_in_other_ways_make_a_module_dynamic(text: str) -> None:
    found = outline(text)
    assert found.is_dynamic
    assert found.exports is None or "__all__" not in text


@pytest.mark.parametrize(
    ("condition", "first", "second"),
    [
        ("TYPE_CHECKING", Guard.TYPE_CHECKING, ""),
        ("typing.TYPE_CHECKING", Guard.TYPE_CHECKING, ""),
        ("not TYPE_CHECKING", "", Guard.TYPE_CHECKING),
        ("False", Guard.TYPE_CHECKING, ""),
        ("__name__ == '__main__'", Guard.MAIN, ""),
        ("sys.version_info >= (3, 11)", Guard.CONDITION, Guard.CONDITION),
        ("sys.platform == 'win32'", Guard.CONDITION, Guard.CONDITION),
        ("os.environ.get('CI')", Guard.CONDITION, Guard.CONDITION),
        ("importlib.util.find_spec('numpy')", Guard.CONDITION, Guard.CONDITION),
        ("HAS_NUMPY", Guard.CONDITION, Guard.CONDITION),
        ("x > 1", "", ""),
    ],
)
def test_conditions_guard_what_stands_in_them(condition: str, first: str, second: str) -> None:
    found = outline(f"if {condition}:\n    import a\nelse:\n    import b\n")
    assert [each.guard for each in found.imports] == [first, second]


@pytest.mark.parametrize(
    ("handler", "inner", "inside"),
    [
        ("except ImportError:\n    a = None", Guard.FALLBACK, Guard.FALLBACK),
        ("except (KeyError, ModuleNotFoundError):\n    from c import a", Guard.FALLBACK, Guard.FALLBACK),
        ("except:\n    a = None", Guard.FALLBACK, Guard.FALLBACK),
        ("except Exception as error:\n    use(error)", Guard.FALLBACK, Guard.FALLBACK),
        ("except builtins.ImportError:\n    a = None", Guard.FALLBACK, Guard.FALLBACK),
        ("except ImportError:\n    pass", Guard.SKIP, ""),
        ("except ImportError:\n    ...", Guard.SKIP, ""),
        ("except ImportError:\n    raise", Guard.SKIP, ""),
        ("except ImportError:\n    pytest.skip('no', allow_module_level=True)", Guard.SKIP, ""),
        ("except ImportError:\n    logger.debug('no')\n    warnings.warn('no')\n    print('no')", Guard.SKIP, ""),
        ("except ImportError:\n    sys.exit(1)", Guard.SKIP, ""),
        ("except ImportError:\n    pass\nexcept Exception:\n    a = None", Guard.FALLBACK, Guard.FALLBACK),
        ("except KeyError:\n    a = None", "", ""),
        ("finally:\n    pass", "", ""),
    ],
)
def test_handlers_guard_the_import_that_they_catch(handler: str, inner: str, inside: str) -> None:
    lines = handler.split("\n", 1)
    text = f"try:\n    import a\n{lines[0]}\n    import b\n{lines[1]}\nelse:\n    import d\n"
    if "finally" in handler:
        text = f"try:\n    import a\n{handler}\nimport b\nimport d\n"
    guards = {each.module: each.guard for each in outline(text).imports}
    assert guards["d"] == ""
    if inner == Guard.SKIP:  # an import in the handler is not just giving up
        guards = {each.module: each.guard for each in outline(f"try:\n    import a\n{handler}\n").imports}
        assert guards == {"a": Guard.SKIP}
    else:
        assert (guards["a"], guards["b"]) == (inner, inside)


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ("with pytest.raises(ImportError):", Guard.EXPECTED),
        ("with self.assertRaises((KeyError, ImportError)):", Guard.EXPECTED),
        ("with raises(ModuleNotFoundError) as caught, other:", Guard.EXPECTED),
        ("with contextlib.suppress(ImportError):", Guard.SKIP),
        ("with raises(KeyError):", ""),
        ("with other(ImportError):", ""),
        ("with lock:", ""),
    ],
)
def test_with_guards_what_stands_in_it(text: str, guard: str) -> None:
    assert [each.guard for each in outline(f"{text}\n    import a\n").imports] == [guard]


def test_inner_guards_keep_outer_ones() -> None:
    text = "try:\n    import a\nexcept ImportError:\n    pass\nif x:\n    import b\n"
    found = outline("if TYPE_CHECKING:\n" + indent(text, "    "))
    assert {each.guard for each in found.imports} == {Guard.TYPE_CHECKING}
