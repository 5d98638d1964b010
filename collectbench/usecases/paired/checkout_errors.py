"""Errors of checkouts as errors of the option that asked for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from collectbench.model.errors import CheckoutError, UsageError


@contextmanager
def checkout_errors_name_the_option(ref: str) -> Iterator[None]:
    """Put `--against REF:` in front of each problem of a CheckoutError in the block.

    Raises:
        UsageError: instead of the CheckoutError, with the same ways out.
    """
    try:
        yield
    except CheckoutError as error:
        option = f"--against {ref or repr(ref)}"
        raise UsageError(*(replace(problem, fact=f"{option}: {problem.fact}") for problem in error.problems)) from error
