"""The waterfall of a profile: the shares of the traced round, which add up to the whole."""

from __future__ import annotations

from collectbench.model.costs import Profile, Share
from collectbench.render.parts.quantities import MISSING, pluralize, time_scale
from collectbench.render.parts.tables import Column, Labels, Table

BAR = 30
"""Columns of the bar that stands for the whole round: with a name, a time and a percentage it fits 80."""
ONCE = "each moment counts once: imports by whose module runs, hooks by whose plugin"
EIGHTHS: tuple[str, ...] = ("", *"▏▎▍▌▋▊▉")


def waterfall(profile: Profile, top: int) -> Table:
    """The `top` largest shares with their bars, the rest in one, and the whole below."""
    whole_s = profile.traced_wall_s
    shares = _largest(profile.shares, top)
    rows = (*shares, Share(name="traced round", seconds=whole_s))
    scale = time_scale([whole_s])
    return Table(
        labels=(Labels(title="part", texts=tuple(row.name for row in rows)),),
        columns=(
            Column(title="time", cells=tuple(scale.amount(row.seconds) for row in rows), drop=0, footnote=ONCE),
            Column(title="share", cells=tuple(_percent(row.seconds, whole_s) for row in rows), drop=1),
            Column(title="", cells=(*(_bar(row.seconds, whole_s) for row in shares), ""), drop=2, right=False),
        ),
        parts=len(shares),
    )


def _largest(shares: tuple[Share, ...], top: int) -> tuple[Share, ...]:
    """The `top` largest shares in the order in which they stand, and the sum of the others."""
    if len(shares) <= top + 1:
        return shares
    order = sorted(range(len(shares)), key=lambda position: -shares[position].seconds)
    kept, rest = sorted(order[:top]), order[top:]
    others = Share(name=pluralize(len(rest), "other"), seconds=sum(shares[position].seconds for position in rest))
    return (*(shares[position] for position in kept), others)


def _percent(seconds: float, whole_s: float) -> str:
    return f"{round(100 * seconds / whole_s, 1) + 0.0:.1f} %" if whole_s else MISSING


def _bar(seconds: float, whole_s: float) -> str:
    share = min(max(seconds / whole_s, 0.0), 1.0) if whole_s else 0.0
    eighths = round(8 * BAR * share)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8]
