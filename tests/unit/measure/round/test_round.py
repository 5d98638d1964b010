from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.measure.process.run_queue import Scheduled
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import run_round
from collectbench.model.errors import Interrupted
from collectbench.model.probe_files import RUNNER
from collectbench.model.run import ImportSite
from collectbench.model.sample import Counts, RoundKind, Status
from collectbench.model.target import Target

TARGET = Target(name="a", paths=("a",))


def take(bench, target=TARGET, kind=RoundKind.TIMED, **options):
    return run_round(bench, RoundRequest(target=target, kind=kind, **options))


def test_a_round_becomes_a_sample(bench, script, digest_of) -> None:
    taken = take(bench)
    sample = taken.sample
    assert (taken.status, taken.message, taken.pytest_output, taken.notes) == (Status.OK, "", "", ())
    assert taken.counts == Counts(items=3, files=2, errors=0, warnings=0, collection_warnings=0)
    assert taken.nodeids_sha256 == digest_of(script.ids)
    assert sum(taken.items_by_file.values()) == 3
    assert (taken.nodeids, taken.restarts) == ((), ())
    assert take(bench, keep_ids=True).nodeids == tuple(script.ids)
    assert (sample.kind, sample.wall_s, sample.user_s, sample.system_s) == (RoundKind.TIMED, 0.25, 0.2, 0.05)
    assert (sample.voluntary_switches, sample.involuntary_switches, sample.comparable) == (3, 1, True)
    assert sum(sample.phases.values()) == pytest.approx(0.25)
    assert list(bench.work.iterdir()) == [bench.work / "kept"]


@pytest.mark.parametrize(
    ("main_thread", "descendants", "waited_s", "queued_s", "company"),
    [
        (None, False, None, None, None),
        (Scheduled(running_ns=250_000_000, queued_ns=100_000_000), False, 0.15, 0.1, False),
        (Scheduled(running_ns=200_000_000, queued_ns=0), False, 0.25, 0.0, True),
        (Scheduled(running_ns=250_000_000, queued_ns=300_000_000), True, -0.05, 0.3, True),
    ],
    ids=["unknown", "alone", "a thread", "a child"],
)
def test_waiting_is_the_wall_time_in_which_nothing_ran_and_nothing_was_queued(
    main_thread, descendants, waited_s, queued_s, company, bench, script
) -> None:
    script.wall_s = 0.5
    script.act = lambda invocation, folder: {"main_thread": main_thread, "had_descendants": descendants}
    sample = take(bench).sample
    assert sample.waited_s == pytest.approx(waited_s)
    assert (sample.queued_s, sample.threads_or_children) == (queued_s, company)


@pytest.mark.parametrize(("polled", "peak"), [(4 * 2**20, 5 * 2**20), (9 * 2**20, 9 * 2**20)])
def test_the_peak_is_the_larger_of_the_one_polled_and_the_one_of_the_kernel(polled, peak, bench, script) -> None:
    script.act = lambda invocation, folder: {"peak_rss_bytes": polled}
    assert take(bench).sample.peak_rss_bytes == peak


@pytest.mark.parametrize(("guarded", "mode"), [(True, "guarded"), (False, "timed")])
def test_only_guarded_rounds_are_guarded(guarded, mode, bench, script) -> None:
    take(bench, guarded=guarded)
    assert script.calls[0].argv[3] == mode


def test_a_guarded_round_watches_also_what_pytest_changes_elsewhere(bench, script, tmp_path) -> None:
    read = []
    script.act = lambda invocation, folder: read.append((folder / "roots").read_bytes())
    known = (tmp_path, bench.root / ".pytest_cache", tmp_path / "caf\udce9")
    take(replace(bench, known_roots=known), replace(TARGET, paths=("a", "../elsewhere/b")), guarded=True)
    roots = (bytes(tmp_path), bytes(tmp_path / "caf\udce9"), bytes(tmp_path / "elsewhere" / "b"))
    assert read == [b"".join(root + b"\0" for root in roots)]


def test_the_reason_why_pyinstrument_did_not_run_is_kept(bench, script, report_text) -> None:
    script.report = report_text() + "sampling-failed 'ImportError: it does not fit'\n"
    taken = take(bench, kind=RoundKind.SAMPLED)
    assert (taken.calls, taken.no_calls) == (None, "ImportError: it does not fit")
    script.report = None
    assert take(bench).no_calls == ""


def test_a_line_that_kept_a_round_from_sampling_is_a_note(bench, script, report_text) -> None:
    script.report = f"{report_text()}profile-taken [({str(bench.root / 'conftest.py')!a}, 2, 1200000000)]\n"
    (note,) = take(bench, kind=RoundKind.SAMPLED).notes
    assert note.startswith("conftest.py:2 changed the profile function")
    assert note.endswith("lack 1.20 s")


def test_cold_rounds_change_the_environment(bench, script) -> None:
    take(bench, replace(TARGET, env={"A": "1", "B": "1"}), RoundKind.COLD, env={"B": "2"})
    assert script.calls[0].env == {"HOME": "/home", "A": "1", "B": "2"}


def test_files_that_the_guard_noted_are_put_back_after_this_round_and_later_ones(bench, script) -> None:
    new, old = bench.root / "new", bench.root / ".benchmarks"
    old.write_text("old")

    def act(invocation, folder):
        state = old.stat()
        (folder / "kept-1").write_text("old")
        note = (str(old), state.st_mode & 0o7777, state.st_atime_ns, state.st_mtime_ns, state.st_size, "kept-1", "")
        (folder / "tree").write_text(f"made {(str(new), '')!a}\nfile {note!a}\n")
        return touch(invocation, folder)

    def touch(invocation, folder):
        new.write_text("")
        old.write_text("something else")

    script.act = act
    take(bench, guarded=True)
    assert (new.exists(), old.read_text()) == (False, "old")
    script.act = touch
    take(bench)
    assert (new.exists(), old.read_text()) == (False, "old")
    together = replace(bench, alone=False)
    bench.tree.begin()
    assert not take(together).sample.comparable
    assert (new.exists(), old.read_text()) == (True, "something else")  # others may still run
    bench.tree.restore()
    assert (new.exists(), old.read_text()) == (False, "old")


def test_the_tree_is_put_back_when_a_round_is_interrupted(bench, script) -> None:
    def act(invocation, folder):
        (bench.root / "new").write_text("")
        (folder / "tree").write_text(f"made {(str(bench.root / 'new'), '')!a}\n")
        raise Interrupted("SIGINT")

    script.act = act
    with pytest.raises(Interrupted):
        take(bench, guarded=True)
    assert not (bench.root / "new").exists()


def test_the_message_counts_collection_errors_and_shows_the_first(bench, script, report_text) -> None:
    script.report = report_text(counts=(2, 3, 1), done=1)

    def act(invocation, folder):
        (folder / "output").write_text("___ ERROR collecting a.py ___\nE   ImportError: x\n")
        return {"exit_code": 1}

    script.act = act
    taken = take(bench)
    assert (taken.status, taken.message) == (
        Status.COLLECTION_ERRORS,
        "2 collection errors, such as a.py: ImportError: x",
    )
    assert taken.pytest_output.startswith("___ ERROR")
    assert taken.counts == Counts(items=3, files=2, errors=2, warnings=3, collection_warnings=1)


def test_a_round_that_did_not_finish_has_no_counts(bench, script) -> None:
    script.report = "stamp.runner 5\n"
    script.act = lambda invocation, folder: {"exit_code": -9}
    taken = take(bench)
    assert (taken.status, taken.counts, taken.nodeids_sha256) == (Status.CRASHED, None, None)
    assert taken.pytest_output == "what pytest said\n"


def test_a_failed_conftest_is_named_by_its_path_in_the_project(bench, script) -> None:
    script.report = f"conftest-failed {(str(bench.root / 'a' / 'conftest.py'), 'X: y')!a}\nraised 'X: y'\n"
    assert take(bench).message == "a/conftest.py: X: y"


@pytest.mark.parametrize("fact", ["('', '/p/pytest.py')", "('', '')"])
def test_a_module_that_hides_pytest_is_named(fact, bench, script) -> None:
    script.report = f"pytest {fact}\ndone 0\n"
    taken = take(bench)
    assert taken.status is Status.FAILED
    assert "hides pytest" in taken.message


STACK = 'Current thread 0x1 (most recent call first):\n  File "{root}/a/test_a.py", line 7 in loops\n'


def test_the_message_of_a_round_that_hung_says_where(bench, script) -> None:
    answers = []

    def act(invocation, folder):
        stack = STACK.format(root=bench.root)
        for text in (None, "", stack, f'{stack}  File "{RUNNER}", line 9 in <module>\n'):
            if text is not None:
                (folder / "stack").write_text(text)
            answers.append(script.on_hang())
        return {"timed_out": True, "exit_code": -15}

    script.report, script.act = "stamp.collection-begin 5\n", act
    taken = take(bench)
    assert answers == [False, False, False, True]
    assert taken.status is Status.TIMEOUT
    assert taken.message == "not finished after 5.00 s, while collecting; it hung at a/test_a.py:7 in loops"
    assert "in loops" in taken.stack


def test_the_message_of_a_crash_says_where_faulthandler_saw_it(bench, script) -> None:
    def act(invocation, folder):
        (folder / "output").write_text(f"Fatal Python error: Aborted\n\n{STACK.format(root=bench.root)}\n")
        return {"exit_code": -6}

    script.report, script.act = "stamp.collection-begin 5\n", act
    taken = take(bench)
    assert taken.message == "ended by SIGABRT while collecting; it crashed at a/test_a.py:7 in loops"
    assert taken.stack == ""


def test_processes_that_were_left_behind_are_named_in_short(bench, script) -> None:
    left = ("sleep 60", f"/python {RUNNER} x", "x" * 300)
    script.act = lambda invocation, folder: {"left_behind": left}
    notes = [note.removeprefix("left a process behind, which was ended: ") for note in take(bench).notes]
    assert notes == ["sleep 60", "a fork of pytest itself", "…" + "x" * 79]


# --- counted rounds ---


def counting(invocation, folder):
    """Leaves what the probe leaves of a counted round: one module of the project, which read a file."""
    root = invocation.cwd
    (root / "mine.py").write_text("x = 1\n")
    (root / "data.txt").write_text("data")
    with (folder / "report").open("a") as report:
        report.write("work [('opens', 7), ('listings', 2), ('sockets', 0), ('subprocesses', 0)]\n")
    (folder / "touched").write_bytes(f"r{root}/data.txt\0r{folder}/report\0d{root}\0".encode())
    frame = f"I\t0\t-1\tmine\t{root}/mine.py\t1\t2\t1\t0\t0\t0\t0\t0\tmiss\t\n"
    edge = f"E\ttest_a\t{root}/test_a.py\t3\t\tmine\t0\t\t-1\n"
    (folder / "trace").write_text(f"collectbench-trace\t3\n{edge}{frame}R\t1\t0\t0\nZ\t1\t1\n")


def test_a_counted_round_has_counters_import_lines_and_what_was_loaded(bench, script) -> None:
    script.act = counting
    taken = take(bench, kind=RoundKind.COUNTED)
    assert script.calls[0].argv[3] == "counted"
    assert script.calls[0].env["PYTHONHASHSEED"] == "0"
    assert taken.work.counters == {
        "modules": 1, "compiled": 1, "rewritten": 0, "opens": 7, "listings": 2, "sockets": 0, "subprocesses": 0,
        "items": 3, "hook_calls": 0,
    }  # fmt: skip
    assert taken.work.imports == (ImportSite(path="test_a.py", line=3, modules=("mine",)),)
    assert taken.work.loaded == (bench.root / "data.txt", bench.root / "mine.py")
    assert taken.work.loaded_sha256 == take(bench, kind=RoundKind.COUNTED).work.loaded_sha256
    assert (taken.trace, taken.notes, taken.work.notes) == (None, (), ())


def test_the_hash_seed_of_a_counted_round_is_fixed_even_if_the_target_sets_another(bench, script) -> None:
    take(bench, replace(TARGET, env={"PYTHONHASHSEED": "random"}), RoundKind.COUNTED)
    assert script.calls[0].env["PYTHONHASHSEED"] == "0"
    take(bench)
    assert "PYTHONHASHSEED" not in script.calls[1].env


@pytest.mark.parametrize("missing", ["trace", "work", "end"])
def test_a_round_that_did_not_count_to_its_end_has_no_counters(missing, bench, script, report_text) -> None:
    def broken_off(invocation, folder) -> None:
        counting(invocation, folder)
        if missing == "trace":
            (folder / "trace").unlink()
        elif missing == "work":
            (folder / "report").write_text(report_text())
        else:
            (folder / "trace").write_text((folder / "trace").read_text().partition("Z\t")[0])

    script.act = broken_off
    taken = take(bench, kind=RoundKind.COUNTED)
    assert taken.work is None


def test_a_note_says_why_function_starts_were_not_counted(bench, script) -> None:
    def uncounted(invocation, folder) -> None:
        counting(invocation, folder)
        with (folder / "report").open("a") as report:
            report.write("uncounted 'the numbers are taken'\n")

    script.act = uncounted
    notes = take(bench, kind=RoundKind.COUNTED).work.notes
    assert notes == ("function starts were not counted: the numbers are taken",)
