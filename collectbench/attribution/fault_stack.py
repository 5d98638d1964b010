"""Stacks in the form of faulthandler."""

from __future__ import annotations

import re
from typing import NamedTuple

_CALL = re.compile(r'File "(?P<path>.*)", line (?P<line>\d+) in (?P<function>.*)')


class Call(NamedTuple):
    """A call of a stack; the path is as Python knows it."""

    path: str
    line: int
    function: str


def responsible_call(stack: str, root: str) -> Call | None:
    """The project's innermost call, else the innermost one; None without a stack."""
    calls = [Call(match["path"], int(match["line"]), match["function"]) for match in _CALL.finditer(stack)]
    prefix = root.rstrip("/") + "/"
    of_project = (
        call for call in calls if call.path.startswith(prefix) and "/site-packages/" not in call.path[len(prefix) :]
    )
    return next(of_project, calls[0] if calls else None)
