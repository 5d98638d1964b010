"""Values that outlive the process in a file."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import pytest

from collectbench.measure.round.saved_values import load, save


class Color(Enum):
    RED = "red"


class Pair(NamedTuple):
    left: int
    names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    path: Path
    color: Color


@dataclass(slots=True, kw_only=True)
class Changing:
    entries: dict[Path, Frozen | None] = field(default_factory=dict)
    ids: dict[Path, set[tuple[int, int]]] = field(default_factory=dict)


class Plain:
    def __init__(self, pairs: dict[str, Pair]) -> None:
        self.pairs = pairs


CLASSES = {kind.__name__: kind for kind in (Color, Pair, Frozen, Changing, Plain)}
ODD = Path(os.fsdecode(b"/odd \xff\n"))


def test_values_are_the_same_after_they_were_saved_and_loaded(tmp_path) -> None:
    changing = Changing(entries={ODD: Frozen(path=ODD, color=Color.RED), Path("/b"): None}, ids={ODD: {(1, 2)}})
    plain = Plain({"a": Pair(1, frozenset({"x", "y"}))})
    save((changing, plain, None, True, 1.5, ()), tmp_path / "state")
    save((changing, plain, None, True, 1.5, ()), tmp_path / "state")  # replaces the file
    first, second, *rest = load(tmp_path / "state", CLASSES)
    assert first == changing
    assert second.pairs == plain.pairs
    assert type(second.pairs["a"]) is Pair
    assert rest == [None, True, 1.5, ()]
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


@pytest.mark.parametrize(
    "text", ['{"object": ["Popen", {}]}', '{"other": 1}', '{"path": 1, "set": []}', "{", '{"map": 1}']
)
def test_what_another_program_wrote_is_refused(text, tmp_path) -> None:
    (tmp_path / "state").write_text(text)
    with pytest.raises(ValueError, match=r"version|delimiter|Expecting|unpack"):
        load(tmp_path / "state", CLASSES)


def test_a_value_that_cannot_be_written_is_not_saved(tmp_path) -> None:
    save(1, tmp_path / "missing" / "state")
    assert not (tmp_path / "missing").exists()
