"""Renders the first configuration as TOML and adds it to a pyproject.toml. Text in, text out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from collectbench.config.syntax import dotted, own_table, parse, quote
from collectbench.model.errors import UsageError
from collectbench.model.target import Target


def render_targets_table(targets: Sequence[Target]) -> str:
    """Return `[tool.collectbench]` and one table for each target: its paths, and the paths below that pytest ignores.

    Raises:
        UsageError: names or paths are not Unicode, which TOML cannot hold.
    """
    mistakes = [
        f"{quote(text)} is not Unicode, so TOML cannot hold it; rename or remove it"
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
    """Return the text of a pyproject.toml with `table` at its end; all other characters stay as they are.

    `text` must have been read with its own line ends (`newline=""`); the table gets the same.

    Raises:
        UsageError: the text is not TOML, has the table already, or cannot take it.
    """
    try:
        present = own_table(parse(text))
    except ValueError as error:
        raise UsageError(f"pyproject.toml: not valid TOML: {error}") from None
    if present is not None:
        raise UsageError("pyproject.toml: [tool.collectbench] exists already; edit or remove it")
    newline = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    result = text + _gap(text, newline) + table.replace("\n", newline)
    if not _holds(result, table):
        raise UsageError(
            "pyproject.toml: a table cannot be added to `tool` in the form that it is written in; "
            "write it as [tool.…] tables, or put the targets into a collectbench.toml"
        )
    return result


def _gap(text: str, newline: str) -> str:
    """The line ends that finish the last line and leave one blank line before the table."""
    if not text or text.endswith(newline * 2):
        return ""
    return newline if text.endswith("\n") else newline * 2


def _holds(result: str, table: str) -> bool:
    try:
        return own_table(parse(result)) == own_table(parse(table))
    except ValueError:
        return False
