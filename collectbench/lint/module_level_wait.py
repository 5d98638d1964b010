"""A wait while pytest imports the module.

What it detects:
    Calls that run when a test file or conftest is imported and wait: `time.sleep`, `asyncio.run(asyncio.sleep(…))`,
    `wait()` of a `threading.Event` or `Condition`, `join()` of a thread or process, and locks of `filelock`.
    Decorators, default values and bodies of classes are run by an import too. One violation is reported for each
    statement.

    It is silent in functions, under `if __name__ == "__main__"`, in `except`, under conditions on environment
    variables, and for `sleep(0)`.

Why:
    Each run waits, also one that selects other tests, and nothing else happens meanwhile: pytest imports one file after
    the other.

Example:
    ```python
    import time

    time.sleep(2)  # until the server is up


    def test_server(): ...
    ```

Fix:
    Wait in the fixture that starts what is waited for, and only until it is ready.

Options:
    None.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from collectbench.lint.meanings import Meanings, meanings_of
from collectbench.lint.rule import Module, Rule
from collectbench.lint.subjects import subject_of
from collectbench.model.lint import Violation

_SLEEPS = frozenset({"time.sleep", "gevent.sleep", "eventlet.sleep"})
_COROUTINES = frozenset({"asyncio.sleep", "anyio.sleep", "trio.sleep"})
_RUNNERS = frozenset({"asyncio.run", "anyio.run", "trio.run"})
_LOCKS = frozenset(f"filelock.{name}" for name in ("FileLock", "SoftFileLock", "UnixFileLock", "WindowsFileLock"))
_WAITING_METHODS = {
    "wait": frozenset({"threading.Event", "threading.Condition", "multiprocessing.Event"}),
    "join": frozenset({"threading.Thread", "multiprocessing.Process"}),
    "acquire": _LOCKS,
}


def check(module: Module) -> Iterator[Violation]:
    """Yield a violation for each statement."""
    meanings = meanings_of(module)
    reported: ast.stmt | None = None
    for statement, call in meanings.calls():
        if statement is not reported and (name := _wait(call, meanings)):
            reported = statement
            yield _violation(module, call, subject_of(statement, name), name)
    for node, _, is_certain in meanings.runs:
        if is_certain and isinstance(node, ast.With):
            for item in node.items:
                lock = meanings.call(meanings.value(item.context_expr))
                if lock in _LOCKS:
                    yield _violation(module, item.context_expr, lock, lock)


def _violation(module: Module, node: ast.expr, subject: str, name: str) -> Violation:
    return Violation(
        rule=RULE.id,
        path=module.path,
        line=node.lineno,
        subject=subject,
        message=f"{name} waits whenever pytest imports this file",
        fix="move it into a fixture",
    )


def _wait(call: ast.Call, meanings: Meanings) -> str:
    """The name of what a call waits by; empty if it does not, or if that is unknown."""
    name = meanings.call(call)
    first = call.args[0] if call.args else None
    if name in _SLEEPS:
        return "" if _is_zero(first) else name
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name in _RUNNERS or method == "run_until_complete":
        inner = meanings.call(first) or meanings.name(first)  # trio.run(trio.sleep, 1)
        is_long = inner in _COROUTINES and not (isinstance(first, ast.Call) and first.args and _is_zero(first.args[0]))
        return inner if is_long else ""
    if isinstance(call.func, ast.Attribute) and method in _WAITING_METHODS:
        maker = meanings.call(meanings.value(call.func.value))
        return f"{maker}.{method}" if maker in _WAITING_METHODS[method] else ""
    return ""


def _is_zero(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


RULE = Rule(
    id="module-level-wait",
    doc=__doc__,
    in_file=check,
    words=(b"sleep", b".wait(", b".join(", b"filelock"),
)
