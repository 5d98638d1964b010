"""The lines of a counted round that start processes or use sockets. Only tracing_counts.py loads this file.

No function of the standard library is called, since function starts are counted.
"""

from os import fspath

MOST_WORDS, LONGEST_WORD = 30, 200
DETAILS = {
    "subprocess.Popen": lambda args: args[1] if args[1] is not None else args[0],
    "os.system": lambda args: args[0],
    "os.posix_spawn": lambda args: args[1],
    "os.fork": lambda args: "fork",
    "os.forkpty": lambda args: "fork",
    "pty.spawn": lambda args: args[0],
    "socket.connect": lambda args: args[1],
    "socket.bind": lambda args: args[1],
    "socket.sendto": lambda args: args[1],
    "socket.sendmsg": lambda args: args[1],
    "socket.getaddrinfo": lambda args: args[:2],
    "socket.gethostbyname": lambda args: args[0],
    "socket.gethostbyaddr": lambda args: args[0],
    "socket.getnameinfo": lambda args: args[0],
}
"""The command, or the address, in the arguments of an audit event."""


def word(value):
    """A word of a command or a part of an address, as text."""
    kind = type(value)
    if kind is not str and kind is not int and kind is not bytes and value is not None:
        value = fspath(value)
    if type(value) is bytes:
        value = value.decode("utf-8", "backslashreplace")
    return "" if value is None else str(value)[:LONGEST_WORD]


def words_of(event, args):
    """The words of a command or the parts of an address; none if they are of a kind that is not known."""
    try:
        detail = DETAILS[event](args)
        if type(detail) not in (list, tuple):
            return [word(detail)]
        return [word(value) for value in detail[:MOST_WORDS]]
    except Exception:
        return []


def noter(file, stack_of):
    """A function that notes an operation and where it begins."""

    def note(event, args, caller):
        if event in DETAILS:
            file.put("O", stack_of(caller, file.field), event, file.field("\x1f".join(words_of(event, args))))

    return note
