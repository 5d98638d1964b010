"""In which order commits are measured: so that the first few tell most, or so that few find the one that matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator


def halving_order(count: int) -> Iterator[int]:
    """Yield the numbers below `count`: the first, the last, then the middle of each gap, the widest gaps first.

    However early a reader stops, what it has is spread evenly.
    """
    if count <= 0:
        return
    yield 0
    if count == 1:
        return
    yield count - 1
    gaps = [(0, count - 1)]
    while gaps:
        following = []
        for low, high in gaps:
            if high - low > 1:
                middle = (low + high) // 2
                yield middle
                following += [(low, middle), (middle, high)]
        gaps = sorted(following, key=lambda gap: gap[0] - gap[1])


def place_of_step(count: int, is_after: Callable[[int], bool | None]) -> tuple[int, int]:
    """Return the last of `count` numbers before a step, -1 if none is, and the first one known to be after it.

    Without unknown ones they are neighbours, and about log2 of `count`, rounded up, are asked about. The last number is
    taken to be after the step; it is not asked about.

    Args:
        count: how many there are.
        is_after: whether a number is after the step; None if that is unknown: then the next nearest one is asked about.
    """
    low, high = -1, count - 1
    unknown = set[int]()
    while candidates := sorted(
        set(range(low + 1, high)) - unknown, key=lambda each: (abs(2 * each - low - high), each)
    ):
        asked = candidates[0]
        answer = is_after(asked)
        if answer is None:
            unknown.add(asked)
        elif answer:
            high = asked
        else:
            low = asked
    return low, high
