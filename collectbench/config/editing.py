"""The first configuration: rendered as TOML and added to a pyproject.toml. Text in, text out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from collectbench.config.syntax import dotted, own_table, parse, quote
from collectbench.model.errors import UsageError
from collectbench.model.target import Target


def render_targets_table(targets: Sequence[Target]) -> str:
    """`[tool.collectbench]` and one table for each target: its paths, and what pytest is to leave out below them.

    Raises:
        UsageError: names or paths that are not Unicode, which TOML cannot hold.
    """
    mistakes = [
        f"{quote(text)} is not Unicode, so that TOML cannot hold it; rename it or leave it out"
        for target in targets
        for text in dict.fromkeys((target.name, *target.paths, *target.ignored))
        if any("\ud800" <= character <= "\udfff" for character in text)
    ]
    if mistakes:
        raise UsageError(*mistakes)
    tables = ["[tool.collectbench]\n"]
    for target in targets:
        header = dotted("tool", "collectbench", "targets", target.name)
        table = f"[{header}]\npaths = {_array(target.paths)}\n"
        if target.ignored:
            table += f"pytest-args = {_array(f'--ignore={path}' for path in target.ignored)}\n"
        tables.append(table)
    return "\n".join(tables)


def _array(texts: Iterable[str]) -> str:
    return f"[{', '.join(quote(text) for text in texts)}]"


def add_to_pyproject(text: str, table: str) -> str:
    """The text of a pyproject.toml with `table` at its end and not one other character changed.

    `text` is to be read with its own line ends (`newline=""`), which the table then takes on too.

    Raises:
        UsageError: the text is not TOML, has the table already, or cannot take it.
    """
    try:
        present = own_table(parse(text))
    except ValueError as error:
        raise UsageError(f"pyproject.toml: not valid TOML: {error}") from None
    if present is not None:
        raise UsageError("pyproject.toml: [tool.collectbench] is there already; edit or remove it")
    newline = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    result = text + _gap(text, newline) + table.replace("\n", newline)
    if not _holds(result, table):
        raise UsageError(
            "pyproject.toml: `tool` is written in a form that no table can be added to; "
            "turn it into [tool.…] tables, or put the targets into a collectbench.toml"
        )
    return result


def _gap(text: str, newline: str) -> str:
    """What ends the last line and leaves one blank line before the table."""
    if not text or text.endswith(newline * 2):
        return ""
    return newline if text.endswith("\n") else newline * 2


def _holds(result: str, table: str) -> bool:
    try:
        return own_table(parse(result)) == own_table(parse(table))
    except ValueError:
        return False
