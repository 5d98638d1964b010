"""The forms of the values in a probe's report, as in PROTOCOL.md: tests can append lines of their own to the file."""

from __future__ import annotations

from collections.abc import Mapping

_LARGEST = 2**63
"""No stamp, count or exit code reaches it."""

_PAIRS = [(str, str)]

FORMS: Mapping[str, object] = {
    "pytest": (str, str),
    "conftest-failed": (str, str),
    "counts": (int, int, int),
    "peak-rss": int,
    "done": int,
    "work": [(str, int)],
    "uncounted": str,
    "profile-taken": [(str, int, int)],
    "sampling-failed": str,
    "raised": str,
    "unwritten": str,
    "exited": str,
    "tools": _PAIRS,
    "collected-with": (str, str, [(str, bool)]),
    "python": (str, str, str),
    "rootdir": str,
    "inifile": str,
    "testpaths": [str],
    "norecursedirs": [str],
    "addopts": [str],
    "arguments": [str],
    "patterns": [str],
    "ignore": [str],
    "ignore-glob": [str],
    "cache-dir": str,
    "pyargs": bool,
    "modules": _PAIRS,
    "in-virtualenv": bool,
    "custom-collectors": bool,
    "plugins": _PAIRS,
    "distributions": _PAIRS,
    "dont-write-bytecode": bool,
    "stdlib": [str],
    "installed": [str],
    "pycache-prefix": str,
    "collect-error": (str, str),
    "warning": (str, str, str, int, str),
    "start": str,
    "phase": (str, str, str, float, str),
    "end": str,
    "stopped": str,
    "finished": int,
    "intervened": [(str, int)],
}
"""A type, a tuple of forms, or a list of any length with its form."""


def has_form(key: str, value: object) -> bool:
    """Whether a value can be that of its key. Unknown keys are left to their readers."""
    if key.startswith("stamp."):
        return _has(value, int)
    if key == "replaced":
        return value == () or _has(value, (str, str))
    return key not in FORMS or _has(value, FORMS[key])


def _has(value: object, form: object) -> bool:
    if isinstance(form, tuple):
        return isinstance(value, tuple) and len(value) == len(form) and all(map(_has, value, form))
    if isinstance(form, list):
        return isinstance(value, list) and all(_has(entry, form[0]) for entry in value)
    if isinstance(value, int) and abs(value) >= _LARGEST:
        return False
    return isinstance(form, type) and isinstance(value, form)
