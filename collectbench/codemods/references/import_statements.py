"""Import statements with other modules and names in them: comments, parentheses and line ends are kept."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from collectbench.codemods.references.splices import Splice, Text, span_of
from collectbench.codemods.syntax import NotRewritableError

_SPACE = " \t\f\r\n\\"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an alias of a `from` import is to import.

    Attributes:
        source: what stands after `from`, such as `..shop`; None for `import name`.
        name: what is imported.
        bound: the name that it binds.
        is_plain: whether `as` is left out if both names are the same.
    """

    source: str | None
    name: str
    bound: str
    is_plain: bool = True

    @property
    def text(self) -> str:
        """The alias as it is written."""
        return self.name if self.name == self.bound and self.is_plain else f"{self.name} as {self.bound}"


def moved_modules(text: Text, node: ast.Import, modules: Mapping[ast.alias, str]) -> Iterator[Splice]:
    """Yield the splices that put other modules into `import a, b as c`. Names after `as` stay."""
    for alias, module in modules.items():
        written = text.of(alias)
        rest = written[len(alias.name) :] if written.startswith(alias.name) else f" as {alias.asname}"
        yield Splice(*span_of(alias), module + (rest if alias.asname else ""))


def moved_names(text: Text, node: ast.ImportFrom, wanted: Iterable[Wanted]) -> Iterator[Splice]:
    """Yield the splices that make a `from` import bring `wanted`, one for each alias.

    Raises:
        NotRewritableError: the statement has to be split, and LibCST cannot read it.
    """
    wanted = tuple(wanted)
    sources = {each.source for each in wanted}
    source = next(iter(sources))
    if len(sources) == 1 and source is not None:
        yield _header(text, node, source)
        for alias, each in zip(node.names, wanted, strict=True):
            if (each.name, each.bound) != (alias.name, alias.asname or alias.name):
                yield Splice(*span_of(alias), each.text)
        return
    segment = text.of(node)
    row = text.rows[node.lineno - 1].decode()
    before = text.rows[node.lineno - 1][: node.col_offset].decode()
    after = text.rows[(node.end_lineno or 0) - 1][node.end_col_offset or 0 :].decode()
    is_alone = not before.strip() and (not after.strip() or after.lstrip().startswith("#"))
    joint = f"\n{row[: len(before)]}" if is_alone else "; "
    yield Splice(*span_of(node), joint.join(_split(segment, wanted)))


def _header(text: Text, node: ast.ImportFrom, source: str) -> Splice:
    """Put another module between `from` and `import`."""
    segment = text.of(node)
    word = re.search(r"\bimport\b", segment)
    first = segment.index("from") + len("from")
    last = word.start() if word else first
    between = segment[first:last]
    lead = between[: len(between) - len(between.lstrip(_SPACE))] or " "
    trail = between[len(between.rstrip(_SPACE)) :] or " "
    start, end = _position(node, segment[:first]), _position(node, segment[:last])
    return Splice(*start, *end, f"{lead}{source}{trail}".replace("\r\n", "\n"))


def _position(node: ast.ImportFrom, before: str) -> tuple[int, int]:
    """The line and the column behind the first characters of a statement."""
    lines = before.count("\n")
    column = len(before.rpartition("\n")[2].encode())
    return node.lineno + lines, column + (0 if lines else node.col_offset)


def _split(segment: str, wanted: Sequence[Wanted]) -> Iterator[str]:
    """Yield one statement for each source, with the aliases that come from it, and their comments."""
    import libcst  # slow to import, and seldom needed

    try:
        line = libcst.parse_module(segment.replace("\r\n", "\n")).body[0]
    except libcst.ParserSyntaxError:
        raise NotRewritableError("LibCST cannot read a statement that has to be split") from None
    node = line.body[0] if isinstance(line, libcst.SimpleStatementLine) else None
    if not isinstance(node, libcst.ImportFrom) or isinstance(node.names, libcst.ImportStar):
        raise NotRewritableError("LibCST cannot read a statement that has to be split")
    own = "." * len(node.relative) + (libcst.Module([]).code_for_node(node.module) if node.module else "")
    by_source: dict[str | None, list[int]] = {own: []} if any(each.source == own for each in wanted) else {}
    for index, each in enumerate(wanted):
        by_source.setdefault(each.source, []).append(index)
    last = node.names[-1].comma
    for number, (source, indexes) in enumerate(by_source.items()):
        if source is None:
            yield from (f"import {wanted[index].text}" for index in indexes)
            continue
        aliases = [_alias(node.names[index], wanted[index]) for index in indexes]
        if number and not any("#" in libcst.Module([]).code_for_node(each) for each in aliases):
            yield f"from {source} import {', '.join(wanted[index].text for index in indexes)}"
            continue
        aliases[-1] = aliases[-1].with_changes(comma=_last_comma(aliases[-1].comma, last, is_open=node.lpar is None))
        changed = node.with_changes(names=aliases)
        if number and isinstance(node.lpar, libcst.LeftParen):  # its comment stays in the first statement
            space = node.lpar.whitespace_after
            if isinstance(space, libcst.ParenthesizedWhitespace):
                space = space.with_changes(first_line=libcst.TrailingWhitespace(), empty_lines=())
            changed = changed.with_changes(lpar=libcst.LeftParen(whitespace_after=space))
        part = libcst.Module([]).code_for_node(changed)
        yield re.sub(r"^from\b.*?\bimport\b", f"from {source} import", part, count=1, flags=re.DOTALL)


def _alias(node, wanted: Wanted):  # type: ignore[no-untyped-def]
    import libcst

    asname = None
    if wanted.name != wanted.bound or not wanted.is_plain:
        asname = libcst.AsName(name=libcst.Name(wanted.bound))
    return node.with_changes(name=libcst.Name(wanted.name), asname=asname)


def _last_comma(own, last, *, is_open: bool):  # type: ignore[no-untyped-def]
    """The comma of an alias that became the last one: with its comment, but before the closing parenthesis."""
    import libcst

    if is_open or not isinstance(own, libcst.Comma):
        return libcst.MaybeSentinel.DEFAULT
    space = own.whitespace_after
    if not isinstance(last, libcst.Comma):
        if "#" not in libcst.Module([]).code_for_node(own):
            return libcst.MaybeSentinel.DEFAULT
        return own.with_changes(
            whitespace_after=space.with_changes(indent=False, last_line=libcst.SimpleWhitespace(""))
        )
    end = last.whitespace_after
    if isinstance(space, libcst.ParenthesizedWhitespace) and isinstance(end, libcst.ParenthesizedWhitespace):
        return own.with_changes(whitespace_after=space.with_changes(indent=end.indent, last_line=end.last_line))
    if isinstance(space, libcst.SimpleWhitespace):
        return libcst.MaybeSentinel.DEFAULT
    return own
