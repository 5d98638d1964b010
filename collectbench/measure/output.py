"""What a measured process printed, from the end of its output file."""

from __future__ import annotations

from pathlib import Path

MOST_BYTES = 64 * 2**10
"""Of a longer output only the end is read: the words that explain a failure stand there."""


def read_output(path: Path) -> str:
    """The end of an output file; bytes that are not UTF-8 are shown as escapes."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - MOST_BYTES))
            text = file.read().decode("utf-8", "backslashreplace")
    except FileNotFoundError:
        return ""
    return text if size <= MOST_BYTES else f"[…]\n{text.partition(chr(10))[2]}"


def last_words(path: Path, lines: int = 20) -> str:
    """The last lines of an output file that say anything."""
    said = [line.rstrip() for line in read_output(path).splitlines() if line.strip()]
    return "\n".join(said[-lines:])


def gist(output: str) -> str:
    """The one line that best says why pytest did not start: its first `ERROR`, else the last line of a traceback."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for line in lines:
        if line.startswith(("ERROR: ", "INTERNALERROR> ")) and not line.startswith("INTERNALERROR> Traceback"):
            chosen = line
            break
    else:
        errors = [line for line in lines if line.startswith("E  ")] or lines
        chosen = errors[-1] if errors else ""
    return chosen.removeprefix("E  ").strip()
