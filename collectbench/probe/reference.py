"""A fixed piece of work of the kind that collection does, run beside rounds to tell how quick the machine is just now.

Started by path in the interpreter that owns the tests, with `-I -S`: nothing of the project, of the environment or of
installed packages takes part, so that it changes with the machine and the Python alone. Three kinds of work, each about
a third of its time: importing modules of the standard library, compiling source, asking the file system.
"""

import os
import sys

MODULES = (
    "argparse", "ast", "configparser", "csv", "dataclasses", "difflib", "email.message", "fractions", "inspect", "json",
    "logging", "pprint", "statistics", "subprocess", "tempfile", "unittest", "urllib.request",
)  # fmt: skip
COMPILED, STATTED = 5, 30
FUNCTION = """
def test_{n}(value={n}, *names, **options):
    result = [name.upper() for name in names if name not in options] or {{"key": value}}
    try:
        assert value == {n}, f"{{value}} is not {n}: {{result!r}}"
    except (KeyError, ValueError) as error:
        raise RuntimeError(str(error)) from error
    with open(str(result)) as lines:
        return lambda line: (line, *lines)[value:{n} + 1]
"""


def import_modules():
    """Find, read and run modules, as test modules and what they import are."""
    for name in MODULES:
        __import__(name)


def compile_source():
    """Parse and compile functions that look like tests."""
    for repetition in range(COMPILED):
        source = "".join([FUNCTION.format(n=number + 40 * repetition) for number in range(40)])
        compile(source, "<reference>", "exec")


def ask_the_file_system():
    """List the standard library's folder, and look at every entry, as collectors and finders do."""
    folder = os.path.dirname(os.__file__)
    for _ in range(STATTED):
        for name in os.listdir(folder):
            try:
                os.stat(os.path.join(folder, name))
            except OSError:
                pass


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    import_modules()
    compile_source()
    ask_the_file_system()
