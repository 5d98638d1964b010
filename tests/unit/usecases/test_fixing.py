"""Edits on their way into the files: batches, halving, kills, and the way back."""

from __future__ import annotations

import math
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from collectbench.model.errors import Interrupted, UsageError
from collectbench.model.fixes import Edit
from collectbench.store.edits.files import Files
from collectbench.store.edits.journal import Journal, journals_in
from collectbench.store.edits.journal_lines import Head, Write, digest_of
from collectbench.usecases.fixing.batches import Batches, Check, Harm
from collectbench.usecases.fixing.journals import fixes_directory
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
    ):
        _forge(root, path)
        with pytest.raises(UsageError, match=complaint):
            undo(root)
        for journal in journals_in(fixes_directory(root)):
            for each in journal.iterdir():
                each.unlink()
            journal.rmdir()
    assert elsewhere.read_bytes() == b"theirs"


def test_a_file_that_became_a_link_or_read_only_is_named_and_the_others_are_restored(root: Path) -> None:
    applied(root, [edit("a"), edit("b"), edit("c")], harmful())
    elsewhere = root.parent / "elsewhere.py"
    elsewhere.write_bytes(b"new a")
    (root / "a.py").unlink()
    (root / "a.py").symlink_to(elsewhere)
    (root / "b.py").chmod(0o444)
    undone = undo(root)
    assert undone.restored == ("c.py",)
    assert {each.path: each.reason for each in undone.left} == {
        "a.py": "it is a symbolic link",
        "b.py": "it is read-only",
    }
    assert elsewhere.read_bytes() == b"new a"
    assert shlex.quote(str(journals_in(fixes_directory(root))[0])) in undone.hints[0]


def test_a_forged_name_of_a_temporary_file_removes_nothing(root: Path) -> None:
    writer = writer_in(root)
    writer.journal._append(Write(path="a.py", before=None, after=None, temporary="b.py"))
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


def test_the_last_rewrite_is_undone_first_whether_it_was_of_the_project_or_of_one_below(root: Path) -> None:
    below = root / "below"
    below.mkdir()
    (below / "a.py").write_bytes(b"old a")
    for where, created in ((root, "2026-01-02T03:04:05Z"), (below, "2026-01-02T03:04:06Z")):
        head = Head(root=os.path.realpath(where), codemod="test", created=created)
        journal = Journal.begin(fixes_directory(where), head)
        Batches(writer=Writer(files=Files(root=where), journal=journal), check=harmful()).apply([edit("a")], None)
    undo(root)
    assert ((root / "a.py").read_bytes(), (below / "a.py").read_bytes()) == (b"new a", b"old a")
    undo(root)
    assert (root / "a.py").read_bytes() == b"old a"


def test_every_exception_of_the_check_takes_the_batch_back(root: Path) -> None:
    def check(edits: Sequence[Edit]) -> tuple[Harm, ...]:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        applied(root, [edit("a", HOME.path), HOME], check)
    assert state(root) == {f"{name}.py": b"old " + name.encode() for name in "abcd"}
    assert not (root / "shared").exists()


def test_a_harmful_edit_that_the_user_edited_stays_is_named_and_ends_the_search(root: Path) -> None:
    def check(edits: Sequence[Edit]) -> tuple[Harm, ...]:
        (root / "b.py").write_bytes(b"typed by the user")
        return (Harm(text="lost id"),)

    batches = applied(root, [edit(name) for name in "abc"], check)
    assert state(root) == {"a.py": b"old a", "b.py": b"typed by the user", "c.py": b"old c", "d.py": b"old d"}
    assert batches.writer.stuck["b.py"].reason == "its rewrite could not be taken back: it has changed meanwhile"
    assert {each.path for each in batches.untried} == {"a.py", "c.py"}
    assert not batches.writer.is_idle


def test_taking_back_needs_no_space_beside_the_journal(root: Path) -> None:
    writer = writer_in(root)
    writer.write([edit("a")])
    shutil.rmtree(writer.journal.directory)
    writer.take_back([edit("a")])
    assert state(root)["a.py"] == b"old a"


def test_a_file_that_could_not_be_undone_is_not_written(root: Path) -> None:
    writer = writer_in(root)
    shutil.rmtree(writer.journal.directory)
    assert writer.write([edit("a")]) == []
    assert str(writer.journal.directory) in writer.failures[0].reason
    assert state(root)["a.py"] == b"old a"


def test_directories_of_a_file_that_cannot_be_written_are_removed(root: Path) -> None:
    name = "x" * 300 + ".py"
    batches = applied(root, [Edit(path=f"new/deep/{name}", before=None, after=b"")], harmful())
    assert [each.reason for each in batches.writer.failures] == ["it cannot be written: File name too long"]
    assert not (root / "new").exists()
    assert batches.writer.is_idle


def test_what_is_needed_through_others_is_written_first(root: Path) -> None:
    inner = Edit(path="z/__init__.py", before=None, after=b"")
    home = Edit(path="z/home.py", before=None, after=b"home", needs=(inner.path,))
    batches = applied(root, [edit("a", home.path), home, inner], harmful())
    assert [each.path for each in batches.kept] == ["z/__init__.py", "z/home.py", "a.py"]


def test_a_guilty_new_home_is_found_once_and_not_once_for_each_file_that_needs_it(root: Path) -> None:
    many = [Edit(path=f"m{n}.py", before=None, after=b"", needs=(HOME.path,)) for n in range(200)]
    collections, check = counted(harmful(HOME.path))
    batches = Batches(writer=InMemory(files=Files(root=root), journal=Journal(directory=root)), check=check)
    batches.apply([*many, HOME, edit("a")], None)
    assert [each.path for each in batches.kept] == ["a.py"]
    assert len(batches.taken_back) == 200
    assert collections() <= 4


def test_few_guilty_files_among_many_cost_few_collections(root: Path) -> None:
    many = [Edit(path=f"m{n:03}.py", before=None, after=b"") for n in range(500)]
    for guilty in (("m499.py",), ("m000.py",), ("m017.py", "m250.py", "m444.py")):
        collections, check = counted(harmful(*guilty))
        batches = Batches(writer=InMemory(files=Files(root=root), journal=Journal(directory=root)), check=check)
        batches.apply(many, None)
        assert tuple(each.edit.path for each in batches.taken_back) == guilty
        assert len(batches.kept) == 500 - len(guilty)
        assert collections() <= 2 + 2 * len(guilty) * math.ceil(math.log2(500)), guilty


def test_a_harm_of_the_moment_blames_no_file(root: Path) -> None:
    answers = iter([(Harm(text="lost id"),)])
    batches = applied(root, [edit(name) for name in "abcd"], lambda _: next(answers, ()))
    assert len(batches.kept) == 4
    assert batches.taken_back == []


class InMemory(Writer):
    """A writer of many files, which would take long on a disk."""

    def write(self, edits: Sequence[Edit]) -> list[Edit]:
        return list(edits)

    def take_back(self, edits: Sequence[Edit]) -> None:
        pass


def counted(check: Check) -> tuple[Callable[[], int], Check]:
    """A check that tells how often it was asked."""
    asked = []

    def check_and_count(edits: Sequence[Edit]) -> tuple[Harm, ...]:
        asked.append(len(edits))
        return check(edits)

    return lambda: len(asked), check_and_count


EACH_STEP = pytest.mark.parametrize("stride", [29, pytest.param(1, marks=pytest.mark.long)])
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
