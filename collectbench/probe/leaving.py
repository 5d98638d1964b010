"""Reports where the process leaves pytest for good: `os._exit`, `os.execv` and `os.execve`. Only runner.py loads it.

All other functions of `os` that replace the process call the last two. They are wrapped, since an audit hook would cost
time at each event. Each function here stands for the one of its name: it gets the real one, and the arguments.
"""

import os
import sys

DEEPEST = 100  # frames of a stack in the report
LONGEST = 300  # characters of a command in the report
IN_OS = os.execl.__code__.co_filename


def _exit(real, record, finish, arguments, named):
    """Report the stack of the call that ends the process; `finish` writes all that is measured until then."""
    try:
        record("exited", stack_of(sys._getframe(2)))
        finish()
    except Exception:
        pass  # on a full disk, for example: the process must end all the same
    real(*arguments, **named)


def execv(real, record, runner, parameters, arguments, named):
    """Report the stack and the command that replace the process; if they start pytest again, let it be measured.

    `parameters` are those of `runner`: the directory, the mode and the number of the signal.
    """
    if not named and len(arguments) > 1:
        program, argv, *env = arguments
        try:
            words = [os.fsdecode(word) for word in argv]
            record("replaced", (stack_of(sys._getframe(2)), " ".join(words)[:LONGEST]))
            arguments = (program, measured(os.fsdecode(program), words, runner, parameters) or argv, *env)
        except (OSError, TypeError):
            pass  # the call itself fails, or is not reported
    try:
        return real(*arguments, **named)
    finally:
        record("replaced", ())  # it has failed, the process goes on


execve = execv


def measured(program, words, runner, parameters):
    """The words of a command that starts pytest under the probe; None if they do not start pytest as Python does.

    Python puts the directory of a script in front of `sys.path`, so the mode names it.
    """
    if program != sys.executable and not os.path.basename(program).startswith(("python", "pypy")):
        return None
    at = 1
    while at < len(words) and words[at].startswith("-") and words[at] not in ("-", "-c", "-m"):
        at += 2 if words[at] in ("-W", "-X") else 1
    directory, mode, number = parameters
    if words[at : at + 2] == ["-m", "pytest"]:
        return [*words[:at], runner, directory, mode, number, *words[at + 2 :]]
    if at < len(words) and words[at].endswith("/pytest/__main__.py"):
        mode = f"{mode}:{os.path.dirname(words[at])}"
        return [*words[:at], runner, directory, mode, number, *words[at + 1 :]]
    return None


def stack_of(frame):
    """The frames from `frame` outwards in the form of faulthandler, without those of the module `os`."""
    lines = []
    while frame is not None and len(lines) < DEEPEST:
        code = frame.f_code
        if code.co_filename != IN_OS:
            lines.append(f'File "{code.co_filename}", line {frame.f_lineno} in {code.co_name}')
        frame = frame.f_back
    return "\n".join(lines)
