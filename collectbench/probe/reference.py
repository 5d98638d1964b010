"""A fixed piece of work, similar to collection. It runs between rounds and shows how quick the machine is just now.

Started by path in the interpreter that owns the tests, with `-I -S`: the project, the environment and installed
packages take no part, so its time changes only with the machine and the Python. It does three kinds of work, each for
about a third of its time: it imports modules of the standard library, compiles source, and asks the file system.
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
    """Find, read and run modules, as an import of a test module does."""
    for name in MODULES:
        __import__(name)


def compile_source():
    """Parse and compile functions that look like tests."""
    for repetition in range(COMPILED):
        source = "".join([FUNCTION.format(n=number + 40 * repetition) for number in range(40)])
        compile(source, "<reference>", "exec")


def ask_the_file_system():
    """List the directory of the standard library and stat each entry, as collectors and finders do."""
    directory = os.path.dirname(os.__file__)
    for _ in range(STATTED):
        for name in os.listdir(directory):
            try:
                os.stat(os.path.join(directory, name))
            except OSError:
                pass


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    import_modules()
    compile_source()
    ask_the_file_system()
