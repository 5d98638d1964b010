"""What a cause is: its id, its documentation, and a function from evidence to candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from collectbench.causes.candidate import Candidate
from collectbench.causes.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A known reason for slow collection.

    Attributes:
        id: as users write it.
        doc: the documentation page: the docstring of the cause's module.
        find: yields the instances of the cause.
    """

    id: str
    doc: str
    find: Callable[[Evidence], Iterator[Candidate]]

    @property
    def title(self) -> str:
        """The first sentence of the documentation."""
        return self.doc.strip().partition("\n")[0].rstrip(".")
