"""Times the code that Python runs before the first statement: lines of .pth files, sitecustomize and usercustomize.

Started by path with `-S -X importtime`: it then does what Python does without `-S`. PROTOCOL.md describes the lines
that it writes to stderr, between those of importtime. Standard library only, Python 3.9 syntax.
"""

import sys
from time import CLOCK_MONOTONIC, clock_gettime_ns


def say(key, *values):
    """Write a line."""
    sys.stderr.write(f"collectbench-{key} {values!a}\n")
    sys.stderr.flush()


def timed(run, path_of, text):
    """Run some code between two lines; `path_of` tells at the end which file it is, or an empty text."""
    say("begin")
    begin = clock_gettime_ns(CLOCK_MONOTONIC)
    try:
        return run()
    finally:
        say("end", path_of(), text, clock_gettime_ns(CLOCK_MONOTONIC) - begin)


def watch(site):
    """Time each line and each module that `site` executes."""

    def execute(line, *scopes):
        path = sys._getframe(1).f_locals.get("fullname", "")
        return timed(lambda: exec(line, *(scopes or (vars(site),))), lambda: str(path), str(line))  # noqa: S102

    site.exec = execute
    for name in ("sitecustomize", "usercustomize"):
        watch_module(site, name)


def watch_module(site, name):
    """Time the import of a module that the user or the system may provide."""
    run = getattr(site, "exec" + name)

    def path_of():
        return getattr(sys.modules.get(name), "__file__", None) or ""

    setattr(site, "exec" + name, lambda: timed(run, path_of, name))


if not getattr(sys.flags, "safe_path", False) and not sys.flags.isolated:
    del sys.path[0]  # the directory of this file: Python adds one only after all this
import site  # noqa: E402

watch(site)
site.main()
