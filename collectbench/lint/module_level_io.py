"""A process, a connection or a file that is opened while pytest imports the module.

What it detects:
    Calls that run when a test file or conftest is imported: of `subprocess`, `os.system`, `os.popen`; `open`,
    `Path(…).read_text()` and the like; `urllib.request`, `requests`, `httpx`; `socket.create_connection`; connections
    of database drivers, and clients of `boto3`. Decorators, default values and bodies of classes are run by an import
    too. One violation is reported for each statement.

    It is silent in functions, under `if __name__ == "__main__"`, in `except`, under conditions on environment
    variables, and for names that do not surely mean these functions.

Why:
    Each run pays for it, also one that selects other tests, and each worker of pytest-xdist once more. If the program
    or the server is missing, none of the tests of the file can be collected.

Example:
    ```python
    import subprocess

    VERSION = subprocess.check_output(["git", "--version"])


    def test_version():
        assert VERSION.startswith(b"git")
    ```

Fix:
    Move it into a fixture:

    ```python
    @pytest.fixture(scope="session")
    def version():
        return subprocess.check_output(["git", "--version"])
    ```

    If parameters are made of it, keep them in the test file, or in a Python module beside it.

Options:
    None.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from collectbench.lint.file_paths import is_path
from collectbench.lint.meanings import Meanings, meanings_of
from collectbench.lint.rule import Module, Rule
from collectbench.lint.subjects import subject_of
from collectbench.model.lint import Violation

_STARTS_PROCESS = frozenset(
    {
        *(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen")),
        *("subprocess.getoutput", "subprocess.getstatusoutput", "os.system", "os.popen"),
    }
)
_USES_NETWORK = frozenset(
    {
        *("urllib.request.urlopen", "urllib.request.urlretrieve", "httpx.stream"),
        *(
            f"{library}.{verb}"
            for library in ("requests", "httpx")
            for verb in ("get", "post", "put", "patch", "delete", "head", "options", "request")
        ),
        *("socket.create_connection", "socket.gethostbyname", "socket.getaddrinfo"),
        *("boto3.client", "boto3.resource"),
    }
)
_OPENS_DATABASE = frozenset(
    f"{driver}.connect"
    for driver in (
        *("sqlite3", "duckdb", "psycopg", "psycopg2", "pymysql", "MySQLdb", "mysql.connector", "mariadb"),
        *("cx_Oracle", "oracledb", "pyodbc", "pymssql", "snowflake.connector"),
    )
)
_OPENS_FILE = frozenset(
    {"builtins.open", "io.open", "codecs.open", "pkgutil.get_data", "importlib.resources.read_text"}
)
_OF_PATHS = frozenset({"open", "read_text", "read_bytes", "write_text", "write_bytes"})
_MODULES = (b"subprocess", b"urllib", b"requests", b"httpx", b"socket", b"boto3", b"connect", b"get_data")
_CALLED = re.compile(
    rb"(?<!def )\b(?:open|popen|system|read_text|read_bytes|write_text|write_bytes)\(|\b(?:%s)" % b"|".join(_MODULES)
)
"""What stands outside of functions in each file that violates the rule; not the name of a test such as `test_open`."""


def check(module: Module) -> Iterator[Violation]:
    """Yield a violation for each statement."""
    meanings = meanings_of(module)
    reported: ast.stmt | None = None
    for statement, call in meanings.calls():
        if statement is reported:
            continue
        if found := _operation(call, meanings):
            reported = statement
            name, what = found
            yield Violation(
                rule=RULE.id,
                path=module.path,
                line=call.lineno,
                subject=subject_of(statement, name),
                message=f"{name} {what} whenever pytest imports this file",
                fix="move it into a fixture",
            )


def _operation(call: ast.Call, meanings: Meanings) -> tuple[str, str] | None:
    """What a call does to the world outside: its name and a verb; None if nothing, or if that is unknown."""
    name = meanings.call(call)
    short = name.removeprefix("builtins.")
    if name in _STARTS_PROCESS:
        return short, "starts a process"
    if name in _USES_NETWORK:
        return short, "uses the network" if not name.startswith("boto3") else "makes a client"
    if name in _OPENS_DATABASE:
        return None if _is_in_memory(call, name) else (short, "opens a database")
    if name in _OPENS_FILE:
        return None if call.args and meanings.name(call.args[0]) == "os.devnull" else (short, "opens a file")
    method = call.func
    if isinstance(method, ast.Attribute) and method.attr in _OF_PATHS and is_path(method.value, meanings):
        return f"Path.{method.attr}", "opens a file"
    return None


def _is_in_memory(call: ast.Call, name: str) -> bool:
    """Whether it is a database that lives in memory alone, which costs next to nothing."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant):
        return first.value == ":memory:"
    return name == "duckdb.connect" and not call.args and not call.keywords


RULE = Rule(id="module-level-io", doc=__doc__, in_file=check, pattern=_CALLED)
