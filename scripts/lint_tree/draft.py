"""A file that is being written, block by block, and what stands where in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something in a block that truth.json lists.

    Attributes:
        subject: the class, module or name.
        form: how it is written.
        rule: the rule that reports it, or would report it wrongly.
        line: of the name itself, from 0 in the block.
        first: first line of the whole statement; the same as `line` if None.
        last: last line of the whole statement; the same as `line` if None.
        listed: the list in truth.json.
        more: further entries.
    """

    subject: str
    form: str
    rule: str = ""
    line: int = 0
    first: int | None = None
    last: int | None = None
    listed: str = "planted"
    more: dict[str, object] = field(default_factory=dict)

    def row(self, path: str, start: int) -> dict[str, object]:
        """Return the row of truth.json for a block that starts on line `start`."""
        row: dict[str, object] = {"rule": self.rule, "path": path, "line": start + self.line}
        row |= {"subject": self.subject, "form": self.form}
        row["first"] = start + (self.line if self.first is None else self.first)
        row["last"] = start + (self.line if self.last is None else self.last)
        return row | self.more


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Whole lines of text, and what is in them."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(slots=True, kw_only=True)
class Draft:
    """A Python file in the making.

    Attributes:
        path: relative to the root of the tree.
        target: bytes that it shall have.
        doc: its docstring.
        imports: lines that are sorted, each once.
        head: what follows the imports.
        body: blocks with two empty lines before each.
        known: names that functions may use.
        used: names of the module that are taken.
        broken: it cannot be imported, so no other file may import it and pytest collects nothing in it.
    """

    path: str
    target: int = 0
    doc: str = ""
    imports: dict[str, None] = field(default_factory=dict)
    head: list[Block] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    broken: bool = False
    size: int = 0

    @property
    def package(self) -> str:
        """The dotted package that it lies in."""
        return self.path.rpartition("/")[0].replace("/", ".")

    @property
    def dotted(self) -> str:
        """Its dotted name."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def stem(self) -> str:
        """Its name without folders, suffix and the prefix of tests."""
        return self.path.rpartition("/")[2].removesuffix(".py").removeprefix("test_")

    def needs(self, *lines: str) -> None:
        """Add import lines."""
        for line in lines:
            self.imports[line] = None

    def add(self, text: str, *marks: Mark) -> None:
        """Add a block to the body."""
        self.body.append(Block(text=text, marks=marks))
        self.size += len(text) + 2

    def add_head(self, text: str, *marks: Mark) -> None:
        """Add a block right after the imports."""
        self.head.append(Block(text=text, marks=marks))
        self.size += len(text)

    def blocks(self) -> Iterator[tuple[str, tuple[Mark, ...]]]:
        """Yield the text of the file in its order, with the marks of each piece."""
        if self.doc:
            yield f'"""{self.doc}"""\n\n', ()
        future = [line for line in self.imports if line.startswith("from __future__")]
        rest = sorted(line for line in self.imports if line not in future)
        if future:
            yield f"{future[0]}\n\n", ()
        if rest:
            yield "\n".join(rest) + "\n", ()
        for block in self.head:
            yield block.text, block.marks
        for block in self.body:
            yield "\n\n", ()
            yield block.text, block.marks

    def render(self) -> tuple[str, dict[str, list[dict[str, object]]]]:
        """Return the text, and the rows of each list of truth.json."""
        rows: dict[str, list[dict[str, object]]] = {}
        line, texts = 1, []
        for text, marks in self.blocks():
            for mark in marks:
                rows.setdefault(mark.listed, []).append(mark.row(self.path, line))
            line += text.count("\n")
            texts.append(text)
        return "".join(texts), rows
