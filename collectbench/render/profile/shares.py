"""The waterfall of a profile: the shares of the traced round, which add up to the whole."""

from __future__ import annotations

from dataclasses import replace

from collectbench.model.costs import Profile, Share
from collectbench.render.parts.quantities import MISSING, pluralize, time_scale
from collectbench.render.parts.tables import Column, Labels, Table
from collectbench.render.profile.waiting import WAITING_NOTE, waiting_column

BAR, SHORT_BAR = 30, 19
"""Columns of the bar for the whole round: with a name, a time, a percentage and a wait a row fits 80 columns."""
LEAST_SHARES = 3
"""So many of the largest shares are never summed up, whatever the number of rows."""
ONCE_NOTE = "Each moment counts once: for the innermost module, collector or hook that runs."
EIGHTHS: tuple[str, ...] = ("", *"▏▎▍▌▋▊▉")


def waterfall(profile: Profile, top: int) -> Table:
    """Return the `top` largest shares with their bars, the sum of the others, and the whole below."""
    whole_s = profile.traced_wall_s
    shares = _largest(profile.shares, max(top, LEAST_SHARES))
    rows = (*shares, Share(name="traced round", seconds=whole_s, waited_s=profile.waited_s or 0.0))
    scale = time_scale([whole_s])
    waiting = [*waiting_column(((row.waited_s, row.seconds) for row in rows), scale, 2)]
    bar = SHORT_BAR if waiting else BAR
    return Table(
        labels=(Labels(title="part", texts=tuple(row.name for row in rows)),),
        columns=(
            Column(title="time", cells=tuple(scale.amount(row.seconds) for row in rows), drop=0, footnote=ONCE_NOTE),
            Column(title="share", cells=tuple(_percent(row.seconds, whole_s) for row in rows), drop=1),
            *(replace(column, footnote=WAITING_NOTE) for column in waiting),
            Column(title="", cells=(*(_bar(row.seconds, whole_s, bar) for row in shares), ""), drop=3, right=False),
        ),
        parts=len(shares),
    )


def _largest(shares: tuple[Share, ...], top: int) -> tuple[Share, ...]:
    """Return the `top` largest shares in their original order, and the sum of the others."""
    if len(shares) <= top + 1:
        return shares
    order = sorted(range(len(shares)), key=lambda position: -shares[position].seconds)
    largest, others = sorted(order[:top]), order[top:]
    rest = Share(
        name=pluralize(len(others), "other"),
        seconds=sum(shares[position].seconds for position in others),
        waited_s=sum(shares[position].waited_s for position in others),
    )
    return (*(shares[position] for position in largest), rest)


def _percent(seconds: float, whole_s: float) -> str:
    return f"{round(100 * seconds / whole_s, 1) + 0.0:.1f} %" if whole_s else MISSING


def _bar(seconds: float, whole_s: float, columns: int) -> str:
    share = min(max(seconds / whole_s, 0.0), 1.0) if whole_s else 0.0
    eighths = round(8 * columns * share)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8]
