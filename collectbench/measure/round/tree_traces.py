"""What a tree consists of, and what rounds left in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path


class Owner(Enum):
    """Whose a tree is: in a checkout of our own everything is put back, since nobody else writes there."""

    USER = "user"
    OURS = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeScope:
    """What a tree consists of.

    Attributes:
        roots: the real paths of its directories, pytest's rootdir first.
        cache_dir: pytest's cache, if it is known.
    """

    roots: tuple[Path, ...] = ()
    cache_dir: Path | None = None
    owner: Owner = Owner.USER


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Where an entry is now that was moved out of the tree, and the path that the tests made with a name like it."""

    copy: Path
    alike: Path


@dataclass(slots=True, kw_only=True)
class Traces:
    """What the rounds left in the tree.

    Attributes:
        changed: paths that existed before, and that a round changed.
        left: new entries that are not known to be the tests' own. They stay.
        aside: new entries that were moved out of the tree.
        unkept: paths that could not be removed or put back, with the reason.
        is_complete: whether new entries could be looked for.
    """

    changed: dict[Path, None] = field(default_factory=dict)
    left: dict[Path, None] = field(default_factory=dict)
    aside: dict[Path, Aside] = field(default_factory=dict)
    unkept: dict[Path, str] = field(default_factory=dict)
    is_complete: bool = True
