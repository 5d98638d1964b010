from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.attribution.parts import Part
from collectbench.causes import Candidate, Cause, Claim, claims_on
from collectbench.causes.ledger import ranked, settle

A, B = Part("frame", 1), Part("frame", 2)
FIRST, SECOND = (Cause(id=name, doc=f"{name}.\n\nMore.", find=lambda _: iter(())) for name in ("first", "second"))


def candidate(subject: str, *claims: Claim, **fields) -> Candidate:
    return Candidate(subject=subject, title=subject, fix="change it", claims=claims, **fields)


def test_a_second_that_two_causes_claim_belongs_to_the_first() -> None:
    ledger = settle(
        [(FIRST, [candidate("a", Claim(A))]), (SECOND, [candidate("b", Claim(A), Claim(B))])], {A: 1.0, B: 0.5}, 0.1
    )
    assert [(each.cause, each.subject, each.estimated_saving_s) for each in ledger.findings] == [
        ("first", "a", 1.0),
        ("second", "b", 0.5),
    ]
    assert [each.estimated_by_itself_s for each in ledger.findings] == [1.0, 1.5]
    assert ledger.left == {A: 0.0, B: 0.0}


def test_a_small_claim_leaves_its_seconds_to_others() -> None:
    ledger = settle([(FIRST, [candidate("a", Claim(A, 0.05))]), (SECOND, [candidate("b", Claim(A))])], {A: 1.0}, 0.1)
    assert [(each.subject, each.estimated_saving_s) for each in ledger.findings] == [("b", 1.0)]


def test_a_note_is_reported_although_it_saves_nothing() -> None:
    ledger = settle([(FIRST, [candidate("a", is_note=True)])], {A: 1.0}, 0.1)
    assert [(each.subject, each.estimated_saving_s) for each in ledger.findings] == [("a", 0.0)]


def test_the_larger_of_two_candidates_of_a_cause_gets_what_both_claim() -> None:
    small, large = candidate("small", Claim(A)), candidate("large", Claim(A), Claim(B))
    ledger = settle([(FIRST, [small, large])], {A: 1.0, B: 1.0}, 0.1)
    assert [each.subject for each in ledger.findings] == ["large"]


def test_a_part_that_a_candidate_claims_twice_counts_once() -> None:
    ledger = settle([(FIRST, [candidate("a", *claims_on([A, A]))])], {A: 1.0}, 0.1)
    assert [each.estimated_saving_s for each in ledger.findings] == [1.0]


def test_a_single_line_never_saves_more_than_all_lines_together() -> None:
    ledger = settle([(FIRST, [candidate("a", Claim(A), alone_s=3.0)])], {A: 1.0}, 0.1)
    assert [each.saving_alone_s for each in ledger.findings] == [1.0]


def test_the_largest_saving_comes_first_and_notes_last() -> None:
    claims = [candidate("note", is_note=True), candidate("b", Claim(B)), candidate("a", Claim(A))]
    ledger = settle([(FIRST, [each]) for each in claims], {A: 2.0, B: 1.0}, 0.1)
    assert [each.subject for each in ranked(ledger.findings)] == ["a", "b", "note"]


CLAIMS = st.builds(Claim, st.builds(Part, st.just("frame"), st.integers(0, 4)), st.floats(0, 3))
CANDIDATES = st.lists(
    st.builds(lambda claims, note: candidate("x", *claims, is_note=note), st.lists(CLAIMS), st.booleans())
)


@given(
    found=st.lists(CANDIDATES, max_size=4),
    parts=st.dictionaries(st.builds(Part, st.just("frame"), st.integers(0, 4)), st.floats(0, 5)),
)
def test_findings_and_the_rest_add_up_to_all_parts(found, parts) -> None:
    ledger = settle([(FIRST, candidates) for candidates in found], parts, 0.1)
    total = sum(each.estimated_saving_s for each in ledger.findings) + sum(ledger.left.values())
    assert total == pytest.approx(sum(parts.values()))
    assert all(seconds >= -1e-9 for seconds in ledger.left.values())


def test_a_note_gets_no_seconds_that_are_noise() -> None:
    ledger = settle([(FIRST, [candidate("a", Claim(A, 0.05), is_note=True)])], {A: 1.0}, 0.1)
    assert [each.estimated_saving_s for each in ledger.findings] == [0.0]
    assert ledger.left == {A: 1.0}
