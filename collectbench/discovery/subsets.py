"""Chooses subsets of a target's test files: nested, spread over all directories, the same each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from posixpath import dirname

from collectbench.model.subsets import Size

QUARTERS = 4
FEWEST_FILES = 2 * QUARTERS


def subsets(files: Mapping[str, int], laps: int) -> Iterator[tuple[int, Size, tuple[str, ...]]]:
    """Yields lap, size and files of each subset, in the order of `files`, which holds the items of each file.

    Each lap begins with the next quarter. So each quarter is in as many subsets of a size as any other one if `laps` is
    a multiple of four: what a file costs on average does not depend on the size then.
    """
    quarter_of = quarters(files)
    for lap in range(laps):
        for size in Size:
            chosen = {(lap + number) % QUARTERS for number in range(size)}
            yield lap, size, tuple(file for file in files if quarter_of[file] in chosen)


def quarters(files: Mapping[str, int]) -> Mapping[str, int]:
    """Returns the quarter of each file, from 0 to 3. A directory of four files or more has one in each quarter.

    Within a directory, files with many items come first, to the quarters with the fewest so far.
    """
    by_directory = defaultdict[str, list[str]](list)
    for file in sorted(files):
        by_directory[dirname(file)].append(file)
    items, found = [0] * QUARTERS, dict[str, int]()
    for directory in sorted(by_directory):
        largest_first = sorted(by_directory[directory], key=lambda file: -files[file])
        for begin in range(0, len(largest_first), QUARTERS):
            _deal(largest_first[begin : begin + QUARTERS], files, items, found)
    return found


def _deal(some: Sequence[str], files: Mapping[str, int], items: list[int], found: dict[str, int]) -> None:
    """Put at most four files into different quarters."""
    for file, quarter in zip(some, sorted(range(QUARTERS), key=items.__getitem__), strict=False):
        found[file] = quarter
        items[quarter] += files[file]
