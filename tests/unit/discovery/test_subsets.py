"""Subsets of test files: nested, spread over the directories, the same each time."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from collectbench.discovery.subsets import quarters, subsets
from collectbench.model.subsets import Size

FILES = {f"tests/{folder}/test_{number}.py": 1 + number for folder in "abc" for number in range(9)}
anything = st.dictionaries(
    st.builds("{}/test_{}.py".format, st.sampled_from(["a", "a/b", "c"]), st.integers(0, 99)),
    st.integers(1, 50),
    min_size=8,
)


@given(anything)
def test_a_quarter_is_part_of_its_half_and_that_of_the_whole(files) -> None:
    found = {(lap, size): set(paths) for lap, size, paths in subsets(files, 4)}
    for lap in range(4):
        assert found[lap, Size.QUARTER] <= found[lap, Size.HALF] <= found[lap, Size.WHOLE] == set(files)


@given(anything)
def test_each_file_is_in_as_many_subsets_of_a_size_as_any_other(files) -> None:
    for size in Size:
        counts = Counter(path for _, each, paths in subsets(files, 8) if each is size for path in paths)
        assert counts == dict.fromkeys(files, 2 * size)


@given(anything)
def test_a_directory_of_four_files_is_in_each_quarter(files) -> None:
    found = quarters(files)
    for folder in ("a", "a/b", "c"):
        own = [quarter for file, quarter in found.items() if file.rpartition("/")[0] == folder]
        assert len(set(own)) == min(4, len(own))


def test_quarters_have_about_as_many_items_and_do_not_depend_on_the_order() -> None:
    found = quarters(FILES)
    items = Counter()
    for file, quarter in found.items():
        items[quarter] += FILES[file]
    assert max(items.values()) - min(items.values()) <= 9
    assert quarters(dict(reversed(FILES.items()))) == found


def test_files_keep_their_order() -> None:
    order = list(FILES)
    for _, _, paths in subsets(FILES, 4):
        assert list(paths) == [file for file in order if file in paths]
