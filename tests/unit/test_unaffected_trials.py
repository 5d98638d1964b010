"""scripts/unaffected.py: what counts as changed, as wrong and as outdated, with scripted answers of the command."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from changed_trees.kind import Kind
from changed_trees.rows import sides_of, unaffected_in
from changed_trees.scene import Answer, Document, Scene
from changed_trees.table import Tally, report, table
from changed_trees.trial import Subject, Trial, take

RESULT: Document = {
    "status": "ok",
    "counts": {"items": 2},
    "nodeids_sha256": "ids",
    "loaded_sha256": "loaded",
    "counters": {"opens": 7, "modules": 3},
    "unstable": [],
}
UNAFFECTED = {"files": 3, "baseline": "main", "commit": "c0ffee", "created": "today"}


def result(name: str, **other: Any) -> Document:
    return {"name": name, **RESULT, **other}


def document(base: list[Document], head: list[Document], unaffected: tuple[str, ...] = ()) -> Document:
    names = dict.fromkeys(each["name"] for each in (*base, *head))
    rows = [{"name": name, **({"unaffected": UNAFFECTED} if name in unaffected else {})} for name in names]
    return {"targets": rows, "suite": None, "base_run": {"targets": base}, "head_run": {"targets": head}}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedScene(Scene):
    """A scene without files, whose commands answer what a test says."""

    answers: list[Document | None]
    commands: list[tuple[str, ...]] = field(default_factory=list)

    def command(self, *words: str, env: object) -> Answer:
        self.commands.append(words)
        return Answer(document=self.answers[len(self.commands) - 1], errors="error: it does not work")

    def spared(self, ref: str, env: object) -> int:
        return 1

    def git(self, *words: str, within: str = ".") -> str:
        return "docs/guide.md | 1 +\n"

    def env(self) -> dict[str, str]:
        return {}

    def restore(self) -> None:
        self.commands.append(("restored",))


def subject_with(*answers: Document | None, **known: tuple[str, ...]) -> Subject:
    of_scene = {name: frozenset(names) for name, names in known.items()}
    scene = ScriptedScene(folder=Path("/nowhere"), python="python", answers=list(answers), **of_scene)
    kind = Kind(name="nothing", make=lambda tree: None, way="uncommitted")
    return Subject(name="made", scene=scene, seed=1, kinds=(kind,), baseline={"api": result("api")})


def trial_of(base: Document, head: Document, **known: Any) -> Trial:
    """One change after which the target `api` is not run, and --full finds this."""
    first = document([result("api")], [result("api")], unaffected=("api",))
    return take(subject_with(first, document([base], [head]), **known), 0, most=0)


@pytest.mark.parametrize(
    "head",
    [
        result("api", status="collection-errors"),
        result("api", counts={"items": 3}),
        result("api", nodeids_sha256="others"),
        result("api", loaded_sha256="others"),
        result("api", counters={"opens": 8, "modules": 3}),
        result("api", counters={"opens": 8, "modules": 4}, unstable=["opens"]),
    ],
)
def test_a_changed_target_that_was_not_run_is_wrong(head: Document) -> None:
    trial = trial_of(result("api"), head)
    assert list(trial.wrong) == ["api"]
    assert "->" in trial.wrong["api"]
    assert trial.spared == ()


def test_a_changed_target_that_no_round_can_see_through_is_counted_apart() -> None:
    trial = trial_of(result("api"), result("api", counts={"items": 3}), unseen=("api",))
    assert (trial.wrong, trial.unseen, trial.spared) == ({}, ("api",), ())


def test_a_target_of_one_side_that_was_not_run_is_wrong() -> None:
    first = document([result("api")], [], unaffected=("api",))
    trial = take(subject_with(first, document([result("api")], [])), 0, most=0)
    assert trial.wrong == {"api": "exists on one side only"}


def test_a_target_that_full_does_not_know_is_wrong() -> None:
    first = document([result("api")], [result("api")], unaffected=("api",))
    assert list(take(subject_with(first, document([], [])), 0, most=0).wrong) == ["api"]


def test_a_full_comparison_that_is_refused_makes_the_first_one_wrong() -> None:
    first = document([result("api")], [result("api")], unaffected=("api",))
    trial = take(subject_with(first, None), 0, most=0)
    assert "it does not work" in trial.wrong["api"]


def test_the_same_target_is_spared_although_an_unstable_counter_differs() -> None:
    trial = trial_of(result("api"), result("api", counters={"opens": 9, "modules": 3}, unstable=["opens"]))
    assert (trial.spared, trial.wrong, trial.outdated) == (("api",), {}, {})


def test_a_target_that_is_the_same_but_not_what_it_was_is_outdated() -> None:
    now = result("api", counts={"items": 9})
    trial = trial_of(now, now)
    assert (trial.spared, trial.wrong) == (("api",), {})
    assert trial.outdated["api"].startswith("counts: ")


def test_a_target_that_must_be_measured_each_time_is_wrong_even_if_it_is_the_same() -> None:
    assert list(trial_of(result("api"), result("api"), never=("api",)).wrong) == ["api"]


def test_targets_that_were_run_are_changed_or_measured_for_nothing() -> None:
    base = [result("api"), result("core"), result("gone")]
    head = [result("api"), result("core", nodeids_sha256="others"), result("new")]
    trial = take(subject_with(document(base, head)), 0, most=0)
    assert trial.useless == ("api",)
    assert trial.changed == ("core", "gone", "new")
    assert trial.targets == 4


def test_only_unaffected_targets_are_compared_in_full_and_everything_is_put_back() -> None:
    base = [result(name) for name in ("api", "core")]
    subject = subject_with(document(base, base, unaffected=("api",)), document(base[:1], base[:1]))
    take(subject, 0, most=0)
    assert isinstance(subject.scene, ScriptedScene)
    assert subject.scene.commands == [
        ("compare", "api", "--against", "HEAD"),
        ("compare", "api", "--against", "HEAD", "--full"),
        ("restored",),
    ]


def test_targets_that_the_change_is_likely_to_affect_come_first_in_a_comparison_of_a_few() -> None:
    kind = Kind(name="near", make=lambda tree: tree.near.append("web"), way="uncommitted")
    baseline = {name: result(name) for name in ("api", "core", "web")}
    subject = replace(subject_with(document([], [])), kinds=(kind,), baseline=baseline)
    take(subject, 0, most=2)
    assert isinstance(subject.scene, ScriptedScene)
    first = subject.scene.commands[0]
    assert first[:2] == ("compare", "web")
    assert first[2] in ("api", "core")
    assert first[3:] == ("--against", "HEAD")


def test_a_change_after_which_the_command_is_refused_is_counted_as_such() -> None:
    trial = take(subject_with(None), 0, most=0)
    assert trial.refused
    assert Tally.of([trial]).refused == 1
    assert not trial.wrong


def test_the_rows_of_both_sides_and_of_the_suite_are_read() -> None:
    read = document([result("api")], [result("api")])
    read["suite"] = {"name": "suite", "unaffected": UNAFFECTED}
    read["head_run"]["suite"] = result("suite")
    assert unaffected_in(read) == {"suite": UNAFFECTED}
    assert sides_of(read)["suite"].differences == ("exists on one side only",)


def test_all_kinds_come_before_one_comes_again() -> None:
    kinds = tuple(Kind(name=f"kind {number}", make=lambda tree: None) for number in range(5))
    subject = replace(subject_with(), kinds=kinds)
    drawn = [subject.kind(number).name for number in range(10)]
    assert set(Counter(drawn).values()) == {2}
    assert len(set(drawn[:5])) == 5
    assert drawn == [subject.kind(number).name for number in range(10)]
    assert drawn != [replace(subject, seed=2).kind(number).name for number in range(10)]


def test_changes_of_one_kind_are_found_by_its_name() -> None:
    kinds = tuple(Kind(name=name, make=lambda tree: None) for name in ("a module", "a folder"))
    subject = replace(subject_with(), kinds=kinds)
    numbers = subject.numbers("fold")
    assert {subject.kind(next(numbers)).name for _ in range(3)} == {"a folder"}
    assert list(subject.numbers("nothing like it")) == []


def test_the_table_has_a_row_for_each_kind_and_the_share_of_spared_targets() -> None:
    spared = trial_of(result("api"), result("api"))
    useless = take(subject_with(document([result("api")], [result("api")])), 0, most=0)
    *_, of_kind, of_all = table("made", [spared, useless])
    assert of_kind == "| nothing | 2 | 0 | 2 | 1 | 0 | 1 | 0 | 0 | 0 | 100% |"
    assert of_all == of_kind.replace("nothing", "all")


def test_a_report_tells_what_is_wrong_and_how_to_see_it_again() -> None:
    subject = subject_with()
    text = "\n".join(report(subject, trial_of(result("api"), result("api", counts={"items": 3}))))
    assert "WRONG api: counts: " in text
    assert "--subject made --seed 1 --only 0" in text
    assert "docs/guide.md | 1 +" in text
    assert list(report(subject, trial_of(result("api"), result("api")))) == []
