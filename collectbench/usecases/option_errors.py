"""Errors of other rooms as errors of the option that caused them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from collectbench.model.errors import UsageError


@contextmanager
def naming_the_option(option: str, error_type: type[UsageError]) -> Iterator[None]:
    """Put the option, such as `--against main: `, in front of each mistake of such an error in the block.

    Raises:
        UsageError: instead of that error, with the same remedies.
    """
    try:
        yield
    except error_type as error:
        raise UsageError(*(replace(reason, fact=f"{option}{reason.fact}") for reason in error.reasons)) from error
