"""Edits as unified diffs."""

from __future__ import annotations

import difflib
import os

from collectbench.model.fixes import Edit

_NO_NEWLINE = "\\ No newline at end of file"
_ESCAPES = {ord("\a"): r"\a", ord("\b"): r"\b", ord("\t"): r"\t", ord("\n"): r"\n", ord("\v"): r"\v"} | {
    ord("\f"): r"\f",
    ord("\r"): r"\r",
    ord('"'): r"\"",
    ord("\\"): r"\\",
}
_DELETE = 0x7F


def unified_diff(edit: Edit) -> str:
    """Return the diff of one edit as `git apply` and `patch` read it; empty if nothing changes.

    The bytes are kept: those that are not UTF-8 are lone surrogates, as `os.fsdecode` has them.
    """
    old, new = _lines(edit.before or b""), _lines(edit.after)
    from_file = "/dev/null" if edit.before is None else _name("a/", edit.path)
    body = "".join(
        line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}\n"
        for line in difflib.unified_diff(old, new, from_file, _name("b/", edit.path))
    )
    return body if edit.before is not None else _made(edit.path) + body


def _made(path: str) -> str:
    """The lines without which an empty new file would have no diff at all."""
    names = [_name(prefix, path) for prefix in ("a/", "b/")]
    names = [f'"{name[:-1]}"' if name.endswith("\t") else name for name in names]  # patch splits the line at spaces
    return f"diff --git {' '.join(names)}\nnew file mode 100644\n"


def _name(prefix: str, path: str) -> str:
    """A path as git writes it: quoted if it has characters that end or mean something, as in quote.c of git.

    A tab follows a name with spaces: patch would take a part of it for a date.
    """
    parts = []
    for character in prefix + path:
        code = ord(character)
        if code in _ESCAPES:
            parts.append(_ESCAPES[code])
        elif code < ord(" ") or code == _DELETE or not _is_text(character):
            parts += (f"\\{byte:03o}" for byte in os.fsencode(character))
        else:
            parts.append(character)
    name = "".join(parts)
    if name != prefix + path:
        return f'"{name}"'
    return f"{name}\t" if " " in name else name


def _is_text(character: str) -> bool:
    return not "\ud800" <= character <= "\udfff"


def _lines(source: bytes) -> list[str]:
    text = source.decode("utf-8", "surrogateescape")
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([rest] if (rest := text.rpartition("\n")[2]) else [])
