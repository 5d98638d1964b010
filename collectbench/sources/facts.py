"""What is known of one file without any other: its outline, what it may refer to, and its comments for lint."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from typing import Any, NamedTuple

from collectbench.sources.outline import Class, Import, Method, Outline
from collectbench.sources.parsing import UnparsableError, parse, try_to_parse
from collectbench.sources.reading import read_outline
from collectbench.sources.references import as_skimmed, read_references
from collectbench.sources.skimming import skim
from collectbench.sources.stripping import strip_functions

_COMMENT = re.compile(r"#\s*collectbench:\s*ignore(?:\[([^\[\]]*)\])?(?=\s|$|[,;.])")
_DOTTED = re.compile(rb"""["']([A-Za-z_]\w*(?:\.\w+)+)\.?["']""")
_AT_MARGIN = re.compile(rb"^(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::|=)", re.MULTILINE)
MAKES_MODULES = "<makes modules>"
"""Is among the made modules of a file that makes any, so that such files are found by this word."""
_MAKES_MODULES = (b"sys.modules", b"ModuleType", b"module_from_spec", b"meta_path", b"path_hooks")


class Ignore(NamedTuple):
    """A comment `# collectbench: ignore[rule, …]`.

    Attributes:
        line: of the comment, from 1.
        rules: empty if it names none.
        is_alone: whether nothing else is in its line; then it is about the next one.
    """

    line: int
    rules: tuple[str, ...]
    is_alone: bool


class Facts(NamedTuple):
    """What is known of one file.

    Attributes:
        outline: the module without the bodies of its functions; None if it cannot be parsed, and `problem` says why.
        mentions: what it may refer to, as `skim` returns it.
        made_modules: dotted names in a file that makes modules at run time, and `MAKES_MODULES`.
        changes_path: whether it changes the `__path__` of a package.
        ignores: its comments for lint.
        problem: why it cannot be read; empty if it can.
        light_names: if it was only skimmed, so that it has no outline: names that it binds at the left margin; else
            None.
    """

    outline: Outline | None
    mentions: frozenset[str]
    made_modules: frozenset[str]
    changes_path: bool
    ignores: tuple[Ignore, ...]
    problem: str = ""
    light_names: frozenset[str] | None = None


NO_FACTS = Facts(None, frozenset(), frozenset(), False, ())
"""Those of a file that cannot be read."""


class Read(NamedTuple):
    """A file that was read.

    Attributes:
        facts: about it.
        outside: its source without the bodies of most functions.
        tree: of that, or of the whole source; None if it cannot be parsed.
    """

    facts: Facts
    outside: bytes
    tree: ast.Module | None


def read_file(source: bytes, *, with_mentions: bool = True) -> Read:
    """Return what is known of a file with this source.

    Without mentions, which take a quarter of the time, `mentions` are only those of imports outside of functions.
    """
    mentions = skim(source) if with_mentions else frozenset[str]()
    outside, tree = source, None
    try:
        if mentions is not None:
            outside = strip_functions(source)
            tree = try_to_parse(outside)
        if tree is None:  # some line in parentheses is less deep than its function, or the source has mistakes
            outside, tree = source, parse(source)
        if mentions is None:
            mentions = as_skimmed(read_references(source, tree))
    except UnparsableError as error:
        return Read(NO_FACTS._replace(problem=str(error)), source, None)
    outline = read_outline(source, tree)
    facts = _facts(source, outline, mentions if with_mentions else frozenset(_mentions(outline)))
    return Read(facts, outside, tree)


def skim_file(source: bytes) -> Facts | None:
    """Return facts about a file without its outline, but with the names that it binds at the left margin.

    That takes a third of the time. None if only a parser can read the imports of this source.
    """
    mentions = skim(source)
    if mentions is None:
        return None
    names = (name for pair in _AT_MARGIN.findall(source) for name in pair if name)
    return _facts(source, None, mentions)._replace(
        light_names=frozenset(each.decode("utf-8", "replace") for each in names)
    )


def _facts(source: bytes, outline: Outline | None, mentions: frozenset[str]) -> Facts:
    makes_modules = any(word in source for word in _MAKES_MODULES)
    return Facts(
        outline=outline,
        mentions=mentions,
        made_modules=_made_modules(source) if makes_modules else frozenset(),
        changes_path=b"__path__" in source or makes_modules,
        ignores=tuple(_ignores(source)) if b"collectbench:" in source else (),
    )


def _made_modules(source: bytes) -> frozenset[str]:
    return frozenset((MAKES_MODULES, *(name.decode() for name in _DOTTED.findall(source))))


def _mentions(outline: Outline) -> Iterator[str]:
    """The imports of an outline in the form of `skim`."""
    for each in outline.imports:
        module = "." * each.level + each.module
        yield from (f"{module}:{name}" for name, _ in each.names) if each.names else (module,)


def _ignores(source: bytes) -> Iterator[Ignore]:
    """Comments, not strings that look like them."""
    if b"\r" in source:  # tokenize does not end lines there, syntax trees do
        source = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
            if token.type == tokenize.COMMENT:
                for match in _COMMENT.finditer(token.string):
                    rules = tuple(filter(None, (rule.strip() for rule in (match.group(1) or "").split(","))))
                    yield Ignore(token.start[0], rules, not token.line[: token.start[1]].strip())
    except (tokenize.TokenError, SyntaxError):
        return  # the tree was read, so this is a quirk of tokenize at the end of the file


def to_plain(facts: Facts) -> tuple[Any, ...]:
    """Return facts as plain tuples, which `marshal` can write."""
    outline = facts.outline
    rows = (
        None
        if outline is None
        else (
            tuple(map(tuple, outline.imports)),
            tuple((*each[:5], tuple(map(tuple, each.methods)), *each[6:]) for each in outline.classes),
            tuple(map(tuple, outline.functions)),
            *outline[3:],
        )
    )
    return rows, facts.mentions, *facts[2:4], tuple(map(tuple, facts.ignores)), facts.problem, facts.light_names


def from_plain(data: tuple[Any, ...]) -> Facts:
    """Return the facts that `to_plain` was given."""
    outline, mentions, made, changes, ignores, problem, light_names = data
    return Facts(
        outline=None if outline is None else _outline(outline),
        mentions=mentions,
        made_modules=made,
        changes_path=changes,
        ignores=tuple(Ignore(*each) for each in ignores),
        problem=problem,
        light_names=light_names,
    )


def _outline(data: tuple[Any, ...]) -> Outline:
    imports, classes, functions, *rest = data
    return Outline(
        tuple(Import(*each) for each in imports),
        tuple(Class(*each)._replace(methods=tuple(Method(*method) for method in each[5])) for each in classes),
        tuple(Method(*each) for each in functions),
        *rest,
    )
