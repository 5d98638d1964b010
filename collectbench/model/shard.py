"""The part of a plan that one run measures."""

from __future__ import annotations

from dataclasses import dataclass, field

from collectbench.model.omission import OMIT_DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """The part of a plan that a run measured: the `index`-th (from 1) of `count`.

    `plan` names all targets in their order, then the suite if there is one. `own` are those of this part; None in older
    files: every `count`-th name. `digest` tells how the whole plan is divided: parts of the same one fit together.
    """

    index: int
    count: int
    plan: tuple[str, ...]
    own: tuple[str, ...] | None = field(default=None, metadata=OMIT_DEFAULT)
    digest: str = field(default="", metadata=OMIT_DEFAULT)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of this part, in the order of the plan."""
        return self.plan[self.index - 1 :: self.count] if self.own is None else self.own
