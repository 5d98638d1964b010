"""Which calls of a line are remembered, and the source that results."""

from __future__ import annotations

import builtins

import pytest

from collectbench.experiments import INTERVENTIONS, NotTestableError, Setting
from collectbench.experiments.remembered_values import calls_on, remembering
from collectbench.sources.parsing import parse
from made_evidence import evidence

CASES = {
    "a statement": ("burn(0.6)\n", 1, ["burn(0.6)"]),
    "an assignment": ("A = f(1)\n", 1, ["f(1)"]),
    "the outermost call": ("A = f(g(1))\n", 1, ["f(g(1))"]),
    "two calls": ("A, B = f(), g()\n", 1, ["f()", "g()"]),
    "a call over lines": ("A = f(\n    1,\n)\n", 2, ["f(\n    1,\n)"]),
    "the arguments of a mark": ("@pytest.mark.parametrize('v', values())\ndef test_it(v): pass\n", 1, ["values()"]),
    "a keyword of a mark": ("@mark.skipif(condition=probe(), reason='x')\ndef test_it(): pass\n", 1, ["probe()"]),
    "a mark over lines": (
        "@pytest.mark.parametrize(\n    'v',\n    [*f(), g(h())],\n)\ndef test_it(v): pass\n",
        1,
        ["f()", "g(h())"],
    ),
    "a line of a mark": ("@pytest.mark.parametrize(\n    'v',\n    [*f(),\n    g()],\n)\ndef t(v): pass\n", 4, ["g()"]),
    "a mark within a mark": ("@mark.parametrize('v', [\n    pytest.param(f()),\n])\ndef t(v): pass\n", 1, ["f()"]),
    "a parameter": ("A = [pytest.param(f(1))]\n", 1, ["f(1)"]),
    "in a class": ("class C:\n    x = f(1)\n", 2, ["f(1)"]),
    "characters of several bytes": ("A = f('é', 1); B = g('é')\n", 1, ["f('é', 1)", "g('é')"]),
    "no call": ("A = 1\nB = f()\n", 1, []),
    "only in a string": ("A = f'{g()}'\n", 1, []),
}


@pytest.mark.parametrize(("source", "line", "calls"), CASES.values(), ids=CASES)
def test_the_outermost_calls_on_a_line_are_remembered(source, line, calls) -> None:
    found = list(calls_on(parse(source.encode()), line))
    lines = source.encode().splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    texts = [
        source.encode()[starts[c.lineno - 1] + c.col_offset : starts[c.end_lineno - 1] + c.end_col_offset].decode()
        for c in found
    ]
    assert texts == calls


@pytest.mark.parametrize(("source", "line", "calls"), CASES.values(), ids=CASES)
def test_no_line_moves_and_the_rest_of_the_source_stays(source, line, calls) -> None:
    after = remembering(source.encode(), list(calls_on(parse(source.encode()), line))).decode()
    parse(after.encode())
    assert after.count("\n") == source.count("\n")
    assert (after == source) is (not calls)


def test_a_remembered_call_is_not_made_again(monkeypatch) -> None:
    source = b"class C:\n    x = [1]\n    y = f(x)\n"
    code = compile(remembering(source, list(calls_on(parse(source), 3))), "a.py", "exec")
    kept, made = {}, []
    monkeypatch.setattr(builtins, "__collectbench_has__", lambda number: number in kept, raising=False)
    monkeypatch.setattr(builtins, "__collectbench_get__", lambda number: kept[number], raising=False)
    monkeypatch.setattr(builtins, "__collectbench_put__", kept.setdefault, raising=False)
    for _ in range(2):
        names = {"f": lambda x: made.append(x) or 5}
        exec(code, names)
        assert names["C"].y == 5
    assert made == [[1]]


@pytest.fixture
def setting(tmp_path) -> Setting:
    return Setting(
        root=tmp_path,
        work=tmp_path,
        addopts=(),
        pytest_args=(),
        variables={},
        read=lambda path: path.read_bytes(),
        rewrite=lambda *_: (),
        evidence=evidence,
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [("A = 1\n", "there is no call on line 1 of a.py"), ("def (\n", "a.py cannot be parsed")],
)
def test_a_line_without_a_call_is_no_experiment(setting, tmp_path, source, reason) -> None:
    (tmp_path / "a.py").write_text(source)
    (kind,) = (kind for kind in INTERVENTIONS if kind.id == "calls-remembered")
    with pytest.raises(NotTestableError, match=reason):
        kind.arms("a.py:1", setting)


def test_both_arms_serve_the_file_and_only_the_bound_one_is_a_bound(setting, tmp_path) -> None:
    (tmp_path / "a.py").write_text("f()\n")
    by_id = {kind.id: kind for kind in INTERVENTIONS}
    remembered, skipped = (by_id[name].arms("a.py:1", setting) for name in ("calls-remembered", "wait-skipped"))
    assert (remembered.bound, skipped.bound) == (True, False)
    assert remembered.head.served == {str(tmp_path / "a.py"): b"f()\n"}
    assert remembered.base.served.keys() == remembered.head.served.keys()
    assert remembered.base.actions == (("values", str(tmp_path / "values"), ""),)
