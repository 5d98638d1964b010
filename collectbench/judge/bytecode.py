"""Advice if Python keeps no compiled test files: collecting sympy/core/tests then takes ten times as long."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectbench.model.run import Environment


def bytecode_advice(environment: Environment) -> Iterator[str]:
    """The cause and the remedy in a sentence; nothing if bytecode is written."""
    if environment.bytecode == "disabled":
        variable = "PYTHONDONTWRITEBYTECODE"
        if variable in environment.flags:
            cause, remedy = f"{variable} is set", "unset it"
        else:
            cause, remedy = "Python is set not to write bytecode (-B)", "remove that option"
        yield (
            f"{cause}, so pytest rewrites every test file without bytecode in every run: {remedy}"
            " (PYTHONPYCACHEPREFIX keeps bytecode out of the source tree), then run again"
        )
    elif environment.bytecode == "unwritable":
        yield (
            "__pycache__ cannot be written, so pytest rewrites every test file without bytecode in every run:"
            " set PYTHONPYCACHEPREFIX to a writable directory, then run again"
        )
