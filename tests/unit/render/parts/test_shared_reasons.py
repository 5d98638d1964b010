"""What is true of several targets is said once."""

from __future__ import annotations

from collectbench.render.parts.prose import _by_reason, _without_shared_end


def test_a_reason_of_all_targets_names_none_of_them() -> None:
    pairs = [(name, "the base has no figure") for name in "abcd"]
    assert list(_by_reason(pairs, 4)) == ["all targets: the base has no figure"]
    assert list(_by_reason(pairs, 5)) == ["a, b, c and 1 more: the base has no figure"]
    assert list(_by_reason(pairs[:2], 2)) == ["a, b: the base has no figure"]


def test_a_remedy_that_ends_all_reasons_is_a_reason_of_its_own() -> None:
    pairs = [("a", "CPU +1 %; 2 pairs are few; omit --rounds"), ("b", "CPU +9 %; 2 pairs are few; omit --rounds")]
    assert list(_by_reason(_without_shared_end(pairs), 2)) == [
        "a: CPU +1 %",
        "b: CPU +9 %",
        "a, b: 2 pairs are few; omit --rounds",
    ]


def test_reasons_that_are_the_same_or_share_no_end_stay_whole() -> None:
    same, other = [("a", "x; y"), ("b", "x; y")], [("a", "x; y"), ("b", "x; z")]
    assert list(_without_shared_end(same)) == same
    assert list(_without_shared_end(other)) == other
    assert list(_without_shared_end([])) == []
