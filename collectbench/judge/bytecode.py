"""What to do where compiled test files are not kept: sympy/core/tests takes ten times as long there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectbench.model.run import Environment


def bytecode_advice(environment: Environment) -> Iterator[str]:
    """The cause and the way out, in a sentence; nothing where bytecode is written."""
    again = "then run again"
    if environment.bytecode == "disabled":
        culprit = "PYTHONDONTWRITEBYTECODE"
        cause, unset = f"{culprit} is set", "unset it"
        if culprit not in environment.flags:
            cause, unset = "Python is told not to write bytecode (-B)", "leave that out"
        yield (
            f"{cause}, so every test file without bytecode is rewritten at every run: {unset}"
            f" (PYTHONPYCACHEPREFIX keeps bytecode out of the source tree), {again}"
        )
    elif environment.bytecode == "unwritable":
        yield (
            "__pycache__ cannot be written, so every test file without bytecode is rewritten at every run:"
            f" set PYTHONPYCACHEPREFIX to a writable folder, {again}"
        )
