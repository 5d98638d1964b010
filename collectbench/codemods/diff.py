"""Edits as unified diffs."""

from __future__ import annotations

import difflib
import io
import tokenize

from collectbench.model.fixes import Edit

_NO_NEWLINE = "\\ No newline at end of file"


def unified_diff(edit: Edit) -> str:
    """Return the diff of one edit as `git apply` and `patch` read it.

    Bytes that the file's encoding does not know are shown as replacement characters.
    """
    old, new = _lines(edit.before or b""), _lines(edit.after)
    from_file = "/dev/null" if edit.before is None else f"a/{edit.path}"
    return "".join(
        line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}\n"
        for line in difflib.unified_diff(old, new, from_file, f"b/{edit.path}")
    )


def _lines(source: bytes) -> list[str]:
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(source).readline)[0]
        text = source.decode("utf-8" if encoding == "utf-8-sig" else encoding, "replace")
    except (SyntaxError, LookupError):
        text = source.decode("utf-8", "replace")
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([rest] if (rest := text.rpartition("\n")[2]) else [])
