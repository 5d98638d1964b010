"""The output of a measured process, read from the end of its file."""

from __future__ import annotations

import re
from pathlib import Path

MOST_BYTES = 64 * 2**10
"""Only the end of a longer output is read: it explains a failure."""


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


def last_lines(path: Path, count: int = 20) -> str:
    """The last `count` lines of an output file, without blank ones."""
    lines = [line.rstrip() for line in read_output(path).splitlines() if line.strip()]
    return "\n".join(lines[-count:])


_USAGE = re.compile(r"(?:.*\s)?(?:\S*/)?(?:pytest|py\.test|__main__\.py): error: (?P<error>.+)")
"""How argparse begins an error about an option: with the name of the program, which each pytest gives otherwise."""

_INIFILE = "inifile: "
"""How pytest begins the line with the file that may hold that option."""

_COLLECTING = re.compile(r"_+ ERROR collecting (?P<path>.+?) _+")


def gist(output: str) -> str:
    """The line that says best why pytest did not start: its first `ERROR`, else the last line of a traceback."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for line in lines:
        if usage := _USAGE.fullmatch(line):
            chosen = usage["error"]
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
    """`path: error` of the first collection error that pytest shows; empty if it shows none, as with --tb=no."""
    lines = output.splitlines()
    headers = [(index, match["path"]) for index, line in enumerate(lines) if (match := _COLLECTING.fullmatch(line))]
    if not headers:
        return ""
    (begin, path), *rest = headers
    end = rest[0][0] if rest else len(lines)
    block = [line for line in lines[begin + 1 : end] if line.strip()]
    errors = [line[1:] for line in block if line.startswith("E  ")][-1:] or block[:1]
    return f"{path}: {errors[0].strip().rstrip(':')}" if errors else path


def fatal_stack(output: str) -> str:
    """The stack of the thread in which the process crashed, as written by faulthandler, which pytest switches on."""
    _, _, rest = output.partition("Fatal Python error: ")
    _, _, rest = rest.partition("Current thread ")
    return rest.partition("\n\n")[0]
