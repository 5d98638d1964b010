"""Edits on their way into the files: batches, halving, kills, and the way back."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from collectbench.model.errors import Interrupted, UsageError
from collectbench.model.fixes import Edit
from collectbench.store.edits.files import Files
from collectbench.store.edits.journal import Head, Journal, digest_of, journals_in
from collectbench.usecases.fixing.applying import fixes_directory
from collectbench.usecases.fixing.batches import Batches, Harm
from collectbench.usecases.fixing.undoing import undo
from collectbench.usecases.fixing.writing import Writer

State = dict[str, bytes]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of four files, with a state directory of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "root"
    root.mkdir()
    for name in "abcd":
        (root / f"{name}.py").write_bytes(b"old " + name.encode())
    return root


def edit(name: str, *needs: str) -> Edit:
    return Edit(path=f"{name}.py", before=b"old " + name.encode(), after=b"new " + name.encode(), needs=needs)


HOME = Edit(path="shared/home.py", before=None, after=b"home")


def state(root: Path) -> State:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def writer_in(root: Path) -> Writer:
    head = Head(root=os.path.realpath(root), codemod="test", created="2026-01-02T03:04:05Z")
    return Writer(files=Files(root=root), journal=Journal.begin(fixes_directory(root), head))


def applied(
    root: Path, edits: Sequence[Edit], check: Callable[[Sequence[Edit]], tuple[Harm, ...]], max_files: int | None = None
) -> Batches:
    batches = Batches(writer=writer_in(root), check=check)
    batches.apply(edits, max_files)
    return batches


def harmful(*paths: str, known: bool = False) -> Callable[[Sequence[Edit]], tuple[Harm, ...]]:
    """Edits of these files do harm; with `known`, the harm names the file."""

    def check(edits: Sequence[Edit]) -> tuple[Harm, ...]:
        return tuple(
            Harm(text=f"lost id in {each.path}", path=each.path if known else None)
            for each in edits
            if each.path in paths
        )

    return check


def test_edits_that_need_each_other_are_written_together(root: Path) -> None:
    edits = [edit("a", "b.py", "c.py"), edit("b", "a.py", "c.py"), edit("c", "a.py", "b.py"), edit("d")]
    batches = applied(root, edits, harmful(), 1)
    assert {each.path for each in batches.kept} == {"a.py", "b.py", "c.py", "d.py"}


def test_edits_that_need_each_other_go_back_together(root: Path) -> None:
    edits = [edit("a", "b.py"), edit("b", "a.py"), edit("c")]
    batches = applied(root, edits, harmful("b.py"))
    assert [each.path for each in batches.kept] == ["c.py"]
    assert [each.edit.path for each in batches.taken_back] == ["a.py", "b.py"]
    assert state(root)["a.py"] == b"old a"


def test_edits_that_need_each_other_stay_away_if_one_cannot_be_written(root: Path) -> None:
    (root / "b.py").write_bytes(b"edited since")
    batches = applied(root, [edit("a", "b.py"), edit("b", "a.py"), edit("c")], harmful())
    assert [each.path for each in batches.kept] == ["c.py"]
    assert state(root) | {"c.py": b""} == {"a.py": b"old a", "b.py": b"edited since", "c.py": b"", "d.py": b"old d"}
    assert {each.path for each in batches.writer.failures} == {"a.py", "b.py"}


def test_all_edits_are_written_in_batches_and_checked_after_each(root: Path) -> None:
    seen: list[list[str]] = []

    def check(edits: Sequence[Edit]) -> tuple[Harm, ...]:
        seen.append([each.path for each in edits])
        return ()

    batches = applied(root, [edit(name) for name in "abc"], check, 2)
    assert seen == [["a.py", "b.py"], ["a.py", "b.py", "c.py"]]
    assert [each.path for each in batches.kept] == ["a.py", "b.py", "c.py"]
    assert {each: state(root)[f"{each}.py"] for each in "abcd"} == {
        "a": b"new a",
        "b": b"new b",
        "c": b"new c",
        "d": b"old d",
    }


@pytest.mark.parametrize("known", [True, False])
def test_only_the_guilty_edits_go_back(root: Path, *, known: bool) -> None:
    batches = applied(root, [edit(name) for name in "abcd"], harmful("c.py", known=known))
    assert [each.path for each in batches.kept] != []
    assert [(each.edit.path, each.harm[0].text) for each in batches.taken_back] == [("c.py", "lost id in c.py")]
    assert state(root) == {"a.py": b"new a", "b.py": b"new b", "c.py": b"old c", "d.py": b"new d"}


def test_what_others_need_is_written_once_and_goes_back_with_the_last_of_them(root: Path) -> None:
    edits = [edit("a", HOME.path), edit("b", HOME.path), HOME]
    applied(root, edits, harmful("a.py"))
    assert state(root)["shared/home.py"] == b"home"
    assert state(root)["a.py"] == b"old a"
    undo(root)
    applied(root, edits, harmful("a.py", "b.py"))
    assert state(root) == {f"{name}.py": b"old " + name.encode() for name in "abcd"}
    assert not (root / "shared").exists()


def test_an_edit_whose_need_cannot_be_written_is_not_written(root: Path) -> None:
    (root / "shared").symlink_to(root)
    batches = applied(root, [edit("a", HOME.path), edit("b"), HOME], harmful())
    assert [(each.path, each.reason) for each in batches.writer.failures] == [
        ("shared/home.py", "shared on its way is a symbolic link or not a directory"),
        ("a.py", "shared/home.py could not be written"),
    ]
    assert [each.path for each in batches.kept] == ["b.py"]


def test_a_file_that_changed_meanwhile_stays_and_is_named(root: Path) -> None:
    (root / "a.py").write_bytes(b"edited")
    batches = applied(root, [edit("a"), edit("b")], harmful())
    assert [(each.path, each.reason) for each in batches.writer.failures] == [("a.py", "it has changed meanwhile")]
    assert state(root)["a.py"] == b"edited"
    assert state(root)["b.py"] == b"new b"


def test_an_interrupted_batch_goes_back(root: Path) -> None:
    def check(edits: Sequence[Edit]) -> tuple[Harm, ...]:
        if len(edits) > 1:
            raise Interrupted("SIGINT")
        return ()

    batches = Batches(writer=writer_in(root), check=check)
    with pytest.raises(Interrupted):
        batches.apply([edit("a"), edit("b")], 1)
    assert [each.path for each in batches.kept] == ["a.py"]
    assert (state(root)["a.py"], state(root)["b.py"]) == (b"new a", b"old b")


def test_undo_restores_every_byte_and_forgets_the_journal(root: Path) -> None:
    before = state(root)
    applied(root, [edit("a", HOME.path), edit("b"), HOME], harmful())
    undone = undo(root)
    assert sorted(undone.restored) == ["a.py", "b.py", "shared/home.py"]
    assert state(root) == before
    assert not (root / "shared").exists()
    assert journals_in(fixes_directory(root)) == []
    with pytest.raises(UsageError, match="no rewrite of"):
        undo(root)


def test_undo_never_overwrites_a_file_that_was_edited_since(root: Path) -> None:
    applied(root, [edit("a"), edit("b"), edit("c")], harmful())
    (root / "a.py").write_bytes(b"edited")
    (root / "c.py").unlink()
    undone = undo(root)
    assert undone.restored == ("b.py",)
    assert [(each.path, each.reason) for each in undone.left] == [
        ("a.py", "it was edited since"),
        ("c.py", "it was removed since"),
    ]
    assert state(root)["a.py"] == b"edited"
    (root / "a.py").write_bytes(b"new a")  # the journal is still there
    assert undo(root).restored == ("a.py",)


def _forge(root: Path, path: str) -> None:
    """A journal with right digests that restores a file that it must not touch."""
    writer = writer_in(root)
    writer.journal.note_write(path, b"forged", b"theirs")


def test_a_forged_journal_is_refused_and_nothing_is_written(root: Path) -> None:
    elsewhere = root.parent / "elsewhere.py"
    elsewhere.write_bytes(b"theirs")
    (root / "link.py").symlink_to(elsewhere)
    for path, complaint in (
        ("../elsewhere.py", "it lies outside of the project"),
        (str(elsewhere), "it lies outside of the project"),
        ("link.py", "it is a symbolic link"),
    ):
        _forge(root, path)
        with pytest.raises(UsageError, match=complaint):
            undo(root)
        for journal in journals_in(fixes_directory(root)):
            for each in journal.iterdir():
                each.unlink()
            journal.rmdir()
    assert elsewhere.read_bytes() == b"theirs"


def test_a_forged_name_of_a_temporary_file_removes_nothing(root: Path) -> None:
    writer = writer_in(root)
    writer.journal._append({"path": "a.py", "before": None, "after": None, "temporary": "b.py"})
    undo(root)
    assert state(root)["b.py"] == b"old b"


def test_a_journal_of_another_root_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").write_bytes(b"theirs")
    head = Head(root=str(tmp_path), codemod="test", created="2026-01-02T03:04:05Z")
    Journal.begin(fixes_directory(root), head).note_write("elsewhere.py", b"forged", b"theirs")
    with pytest.raises(UsageError, match="is of another project"):
        undo(root)
    assert (tmp_path / "elsewhere.py").read_bytes() == b"theirs"


def test_kept_bytes_that_are_damaged_stop_the_whole_undo(root: Path) -> None:
    applied(root, [edit("a"), edit("b")], harmful())
    (journals_in(fixes_directory(root))[0] / digest_of(b"old b")).write_bytes(b"damaged")
    with pytest.raises(UsageError, match="does not have the digest of its name; nothing was written"):
        undo(root)
    assert state(root)["a.py"] == b"new a"


def test_a_rewrite_of_a_project_below_can_be_undone_from_above(root: Path) -> None:
    applied(root, [edit("a")], harmful())
    assert undo(root.parent).restored == ("a.py",)


EACH_STEP = pytest.mark.parametrize("stride", [13, pytest.param(1, marks=pytest.mark.long)])
"""How many lines further the next kill is."""
STEPS = ("store/edits/", "usecases/fixing/")
"""Where each line is a moment at which the process may be killed."""


def _killed_at(step: int, work: Callable[[], object]) -> bool:
    """Runs work in a child that is killed before so many lines of ours are executed; whether it was."""
    child = os.fork()
    if child == 0:  # pragma: no cover - it leaves without a report

        def count(frame: object, event: str, argument: object) -> object:
            nonlocal step
            if not any(part in frame.f_code.co_filename for part in STEPS):  # type: ignore[attr-defined]
                return None
            if event == "line":
                step -= 1
                if step == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return count

        sys.settrace(count)  # type: ignore[arg-type]
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@EACH_STEP
def test_after_a_kill_at_any_step_each_file_is_old_or_new_and_undo_still_works(root: Path, stride: int) -> None:
    before = state(root)
    new = before | {"a.py": b"new a", "b.py": b"new b", "shared/home.py": b"home"}
    edits = [edit("a", HOME.path), edit("b"), HOME]
    step, was_killed = 0, True
    while was_killed:
        step += stride
        was_killed = _killed_at(step, lambda: applied(root, edits, harmful()))
        left = {path: content for path, content in state(root).items() if not path.endswith(".tmp")}
        assert all(left[path] in (before[path], new[path]) for path in before), step
        assert left.get("shared/home.py", b"home") == b"home"
        if journals_in(fixes_directory(root)):
            undo(root)
        assert state(root) == before, step
        assert not (root / "shared").exists()
    assert step > 100


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@EACH_STEP
def test_after_a_kill_at_any_step_of_undo_it_can_be_repeated(root: Path, stride: int) -> None:
    before = state(root)
    step, was_killed = 0, True
    while was_killed:
        step += stride
        applied(root, [edit("a", HOME.path), HOME], harmful())
        was_killed = _killed_at(step, lambda: undo(root))
        left = {path: content for path, content in state(root).items() if not path.endswith(".tmp")}
        assert left["a.py"] in (b"old a", b"new a"), step
        if journals_in(fixes_directory(root)):
            undo(root)
        assert state(root) == before, step
    assert step > 30
