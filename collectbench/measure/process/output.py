"""What a measured process printed, from the end of its output file."""

from __future__ import annotations

import re
from pathlib import Path

MOST_BYTES = 64 * 2**10
"""Of a longer output only the end is read: the words that explain a failure stand there."""


_COLOR = re.compile(r"\x1b\[[0-9;:]*m")
"""Select Graphic Rendition of ECMA-48, which pytest writes under --color=yes and FORCE_COLOR."""


def read_output(path: Path) -> str:
    """The end of an output file, without colours; bytes that are not UTF-8 are shown as escapes."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - MOST_BYTES))
            text = _COLOR.sub("", file.read().decode("utf-8", "backslashreplace"))
    except FileNotFoundError:
        return ""
    return text if size <= MOST_BYTES else f"[…]\n{text.partition(chr(10))[2]}"


def last_words(path: Path, lines: int = 20) -> str:
    """The last lines of an output file that say anything."""
    said = [line.rstrip() for line in read_output(path).splitlines() if line.strip()]
    return "\n".join(said[-lines:])


_USAGE, _INIFILE = "pytest: error: ", "inifile: "
"""How argparse begins what is wrong with an option, and the line in which pytest names the file that may hold it."""

_COLLECTING = re.compile(r"_+ ERROR collecting (?P<path>.+?) _+")


def gist(output: str) -> str:
    """The one line that best says why pytest did not start: its first `ERROR`, else the last line of a traceback."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for line in lines:
        if _USAGE in line:
            chosen = line.partition(_USAGE)[2]
            inifile = next((line for line in lines if line.startswith(_INIFILE)), "")
            return f"{chosen} ({inifile})" if inifile else chosen
    for line in lines:
        if line.startswith(("ERROR: ", "INTERNALERROR> ")) and not line.startswith("INTERNALERROR> Traceback"):
            chosen = line
            break
    else:
        errors = [line for line in lines if line.startswith("E  ")] or lines
        chosen = errors[-1] if errors else ""
    return chosen.removeprefix("E  ").strip()


def collection_error(output: str) -> str:
    """`path: error` of the first collection error that pytest shows; empty where it shows none, as with --tb=no."""
    lines = output.splitlines()
    headers = [(index, match["path"]) for index, line in enumerate(lines) if (match := _COLLECTING.fullmatch(line))]
    if not headers:
        return ""
    (begin, path), *rest = headers
    end = rest[0][0] if rest else len(lines)
    block = [line for line in lines[begin + 1 : end] if line.strip()]
    words = [line[1:] for line in block if line.startswith("E  ")][-1:] or block[:1]
    return f"{path}: {words[0].strip().rstrip(':')}" if words else path


def fatal_stack(output: str) -> str:
    """The stack that faulthandler, which pytest switches on, wrote for the thread in which the process crashed."""
    _, _, rest = output.partition("Fatal Python error: ")
    _, _, rest = rest.partition("Current thread ")
    return rest.partition("\n\n")[0]
