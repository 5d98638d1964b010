"""What differs between two collections, and what differs from run to run anyway."""

from __future__ import annotations

from collectbench.judge.collected import differences, unstable_parts
from collectbench.model.collected_state import CollectedState, CollectError, CollectWarning
from collectbench.model.fixes import Difference, Effect, Permit
from collectbench.model.sample import Status


def state(*nodeids: str, errors: tuple[str, ...] = (), warnings: tuple[str, ...] = ()) -> CollectedState:
    return CollectedState(
        nodeids=nodeids,
        errors=tuple(CollectError(nodeid="test_e.py", path="test_e.py", message=each) for each in errors),
        warnings=tuple(
            CollectWarning(category="UserWarning", path="test_w.py", line=3, message=each) for each in warnings
        ),
        status=Status.OK,
        message="",
        exit_code=0,
    )


def found(before: CollectedState, after: CollectedState, again: CollectedState | None = None) -> list[str]:
    compared = differences(before, after) if again is None else differences(before, after, unstable_parts(after, again))
    return [f"{each.effect.value}: {each.text}" for each in compared]


def test_each_kind_of_difference_is_found_lost_ids_first() -> None:
    before = state("a.py::one", "a.py::two", errors=("old",), warnings=("old",))
    after = state("a.py::one", "a.py::three", errors=("new",), warnings=("new",))
    assert found(before, after) == [
        "lost id: a.py::two",
        "new error: new",
        "new warning: UserWarning: new",
        "new id: a.py::three",
        "error gone: old",
        "warning gone: UserWarning: old",
    ]


def test_an_id_that_comes_twice_can_be_lost_once() -> None:
    assert found(state("a.py::one", "a.py::one"), state("a.py::one")) == ["lost id: a.py::one"]


def test_parameters_that_differ_from_run_to_run_count_by_their_number() -> None:
    before, after, again = state("a.py::t[1]", "a.py::t[2]"), state("a.py::t[3]"), state("a.py::t[4]")
    assert found(before, after) != []
    assert found(before, after, again) == ["lost id: a.py::t"]
    assert found(state("a.py::t[1]"), after, again) == []


def test_messages_with_an_address_are_one_warning_or_error_each() -> None:
    before = state(warnings=("at 0x1",), errors=("at 0x1",))
    after, again = state(warnings=("at 0x2",), errors=("at 0x2",)), state(warnings=("at 0x3",), errors=("at 0x3",))
    assert found(before, after, again) == []
    more = state(warnings=("at 0x2", "at 0x4"), errors=("at 0x2",))
    more_again = state(warnings=("at 0x5", "at 0x6"), errors=("at 0x3",))
    assert found(before, more, more_again) == ["new warning: UserWarning"]


def test_a_number_of_ids_that_differs_from_run_to_run_is_nobodys_fault() -> None:
    before, after, again = state("a.py::x", "b.py::y"), state("a.py::x1", "a.py::x2"), state("a.py::x3")
    assert found(before, after, again) == ["lost id: b.py::y"]


def test_a_warning_that_may_go_may_go_as_an_error_too() -> None:
    permit = Permit(effect=Effect.WARNING_GONE, path="", subject="TestClient")
    text = "pytest.PytestCollectionWarning: cannot collect test class 'TestClient'"
    gone = Difference(effect=Effect.ERROR_GONE, path="a.py", text=text)
    assert gone.is_permitted([permit])
    assert not Difference(effect=Effect.ERROR_GAINED, path="a.py", text=text).is_permitted([permit])
    assert not Difference(effect=Effect.ERROR_GONE, path="a.py", text="NameError: TestClient").is_permitted([permit])
