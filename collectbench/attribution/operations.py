"""Names of commands and addresses, short and without secrets, since baselines that hold them are committed."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from posixpath import basename

SUBPROCESS, SOCKET = "subprocess", "socket"
LONGEST = 60
"""Characters of a command."""
NAMED_EVENTS = frozenset((
    "subprocess.Popen", "os.system", "os.posix_spawn", "os.fork",
    "socket.connect", "socket.getaddrinfo", "socket.gethostbyname",
))  # fmt: skip
"""The events of a traced round that begin an operation."""
SHELLS = frozenset(("sh", "bash", "dash", "zsh"))
SECRETS = (
    (re.compile(r"(\w://)[^/@\s]+@"), r"\1…@"),
    (re.compile(r"(?i)((?:passw(?:or)?d|token|secret|api-?_?key|authorization)\S*?[=:]\s*)\S.*"), r"\1…"),
)
"""Users and passwords in URLs, and the rest of a command from a secret on."""


def words_of(event: str, detail: str) -> tuple[str, ...]:
    """The words of a command or the parts of an address, from the detail of an event: it is cut if it is long."""
    if not detail:
        return (event.rpartition(".")[2],)
    try:
        value = ast.literal_eval(detail)
    except (ValueError, SyntaxError):
        return (detail.lstrip("[(").replace("'", "").replace(",", ""),)
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (detail,)


def kind_of(event: str) -> str:
    """The kind of operation that an audit event of a counted round begins."""
    return SOCKET if event.startswith("socket.") else SUBPROCESS


def subprocess_name(words: Sequence[str]) -> str:
    """A command in a few words: the program without its directory, and the arguments; of a shell, what it runs."""
    program, arguments = basename(words[0]), words[1:]
    if program in SHELLS and arguments[:1] == ("-c",) and arguments[1:]:
        text = arguments[1]
    elif not arguments:
        text = words[0] if " " in words[0] else program
    else:
        text = " ".join((program, *arguments))
    return _cut(_without_secrets(" ".join(text.split()))) or "unknown"


def socket_name(parts: Sequence[str]) -> str:
    """`host:port`, or the path of a local socket."""
    return _cut(":".join(part for part in parts[:2] if part)) or "unknown"


def _without_secrets(text: str) -> str:
    for pattern, replacement in SECRETS:
        text = pattern.sub(replacement, text)
    return text


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"
