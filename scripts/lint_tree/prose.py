"""Code that nobody runs, in the manner of a large application: functions, classes and tests."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from lint_tree.words import ADJECTIVES, KINDS, NOUNS, SENTENCES, VERBS


def _templates(text: str) -> tuple[str, ...]:
    """Return the pieces between lines of dashes, each line of them indented by `p`."""
    pieces = (piece.splitlines() for piece in text.split("---\n"))
    return tuple("".join(f"{{p}}{line}\n" for line in piece) for piece in pieces)


# a, b, c: words; n, m: numbers; k: a name that the file knows; s: a sentence.
STATEMENTS = _templates(
    '''\
{a}_{b} = {k}("{c}-{n}", limit={m})
---
{a} = {k}({n}, {b}="{c}")
if {a} is None:
    return None
---
{a}_rows = [{{"id": index, "{b}": index * {n}, "{c}": None}} for index in range({m})]
---
for {a}_index, {a} in enumerate(({n}, {m}, {n} + {m})):
    {b}_total = {a}_index * {a} + {n}
    if {b}_total > {m}:
        break
---
{a} = {{
    "{b}": {n},
    "{c}_id": "{c}-{m}",
    "nested": {{"{a}": [{n}, {m}], "kind": "{b}"}},
}}
---
{a}_by_{b} = {{{c}: len({c}) * {n} for {c} in ("{a}", "{b}", "{c}")}}
---
# {s}
{a}_{c} = max({n}, {m}) - min({n}, {m})
---
{a} = {k}(
    {b}_id={n},
    {c}_name="{a} {b} {c}",
    options={{"{b}": True, "limit": {m}}},
)
---
try:
    {a} = int("{n}") // ({m} - {n})
except ZeroDivisionError:
    {a} = {m}
---
with open("{a}-{n}.json", encoding="utf-8") as {b}_file:
    {c} = {b}_file.read().splitlines()[{m}:]
---
{a}_text = f"{a} {{{n} + {m}}} of {b}, {c}: {{{m}!r}}"
---
# {a} = {k}({n})
# if {a}.{b} > {m}:
#     {a}.{c}()
---
{a} = sorted(({{"{b}": {n}}}, {{"{b}": {m}}}), key=lambda {c}: {c}["{b}"], reverse=True)
---
{a}, *{b} = ({n}, {m}, {n} * {m})
---
while {n} < {m} - 1:
    {a} = {k}()
    if not {a}.{b}:
        continue
    return {a}.{c}["{b}"]
---
{a} = "{b}" if {n} > {m} else "{c}"
---
{a}_query = """
    SELECT {a}.id, {b}.{c} FROM {a} JOIN {b} ON {b}.{a}_id = {a}.id
    WHERE {b}.{c} > {n} AND {a}.state IN ('{b}', '{c}') LIMIT {m}
"""
---
{k}.{a}({n}).{b}({m}, {c}=[{n}, {m}])
'''
)
ASSERTS = _templates(
    """\
assert {k}({n}).{a} == "{b}-{m}"
---
assert {{"{a}": {n}, "{b}": {m}}}["{a}"] == {n}, "{s}"
---
assert len([{n}, {m}, {n}]) == 3
---
assert "{a}" in f"{a} {b} {{{n}}}"
assert not {k}({m}, {c}=None)
---
assert {k}("{a}", "{b}") == {{
    "{a}": [{n}, {m}],
    "{b}": "{c}",
    "count": {n},
}}
---
{a} = {k}({n})
assert {a}.{b} is not None
assert {a}.{c} != {m}
---
with pytest.raises(ValueError, match="{a} {n}"):
    {k}({n}, {b}={m})
---
# assert {k}({n}) == {m}
assert isinstance({n}, int) and "{a}" < "{a}{b}"
"""
)


class Prose:
    """Writes text from a source of random numbers."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def pick(self, words: Sequence[str]) -> str:
        """Return one of the words."""
        return words[int(self.rng.random() * len(words))]

    def noun(self) -> str:
        """Return `invoice`."""
        return self.pick(NOUNS)

    def action(self) -> str:
        """Return `merge_open_invoice`."""
        return f"{self.pick(VERBS)}_{self.pick(ADJECTIVES)}_{self.noun()}"

    def constant(self) -> str:
        """Return `INVOICE_TEAM`."""
        return f"{self.noun()}_{self.noun()}".upper()

    def stem(self) -> str:
        """Return `invoice_team_service`."""
        return f"{self.noun()}_{self.noun()}_{self.pick(KINDS)}"

    def sentence(self) -> str:
        """Return half a sentence, without a full stop."""
        return self.pick(SENTENCES)

    def lines(self, templates: Sequence[str], p: str, known: Sequence[str], count: int) -> str:
        """Return some statements that call names which the file knows."""
        texts = []
        random = self.rng.random
        for _ in range(count):
            n = int(random() * 90) + 1
            template = templates[int(random() * len(templates))]
            texts.append(
                template.format(
                    p=p,
                    a=NOUNS[int(random() * len(NOUNS))],
                    b=NOUNS[int(random() * len(NOUNS))],
                    c=NOUNS[int(random() * len(NOUNS))],
                    n=n,
                    m=n + int(random() * 900) + 1,
                    k=known[int(random() * len(known))],
                    s=SENTENCES[int(random() * len(SENTENCES))],
                )
            )
        return "".join(texts)

    def statements(self, p: str, known: Sequence[str], count: int) -> str:
        """Return statements without asserts."""
        return self.lines(STATEMENTS, p, known, count)

    def asserts(self, p: str, known: Sequence[str], count: int) -> str:
        """Return asserts."""
        return self.lines(ASSERTS, p, known, count)

    def function(self, name: str, p: str, known: Sequence[str], first: str = "") -> str:
        """Return a function; a method if `first` is `self`."""
        a, b = self.noun(), self.noun()
        start = f"{first}, " if first else ""
        signature = f"{p}def {name}({start}{a}_id: int, *, {b}_name: str = '{b}', limit=None):\n"
        doc = f'{p}    """{self.sentence().capitalize()}."""\n' if self.rng.random() < 0.6 else ""
        body = self.statements(p + "    ", known, int(self.rng.random() * 8) + 2)
        return f"{signature}{doc}{body}{p}    return {a}_id, limit\n"

    def test(self, name: str, p: str, known: Sequence[str], first: str = "") -> str:
        """Return a test function; a method if `first` is `self`."""
        roll = self.rng.random()
        arguments, above = [first] if first else [], ""
        if roll < 0.14:
            a, b = self.noun(), self.noun()
            values = "".join(f'{p}        ({index}, "{self.noun()}-{index}"),\n' for index in range(2 + int(roll * 40)))
            above = f'{p}@pytest.mark.parametrize(\n{p}    ("{a}_id", "{b}_text"),\n{p}    [\n{values}{p}    ],\n{p})\n'
            arguments += [f"{a}_id", f"{b}_text"]
        elif roll < 0.3:
            arguments.append(self.pick(("tmp_path", "monkeypatch", "capsys", "caplog")))
        elif roll < 0.34:
            above = f"{p}@pytest.mark.{self.pick(('slow', 'smoke', 'integration'))}\n"
        doc = f'{p}    """{self.sentence().capitalize()}."""\n' if self.rng.random() < 0.3 else ""
        inner = p + "    "
        body = self.statements(inner, known, int(self.rng.random() * 7)) + self.asserts(inner, known, 1 + int(roll * 4))
        return f"{above}{p}def {name}({', '.join(arguments)}):\n{doc}{body}"

    def members(self, count: int, known: Sequence[str], *, tests: bool) -> str:
        """Return methods with different names, an empty line between them."""
        prefix, write = ("test_", self.test) if tests else ("", self.function)
        names = dict.fromkeys(f"{prefix}{self.action()}" for _ in range(count))
        return "\n".join(write(name, "    ", known, "self") for name in names)
