from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.measure.round.probe_report import ProbeReport, read_node_ids, read_report


def written(folder, text: str) -> ProbeReport:
    (folder / "report").write_bytes(text.encode("ascii"))
    return read_report(folder)


def test_a_process_that_did_not_get_that_far_reports_nothing(tmp_path) -> None:
    report = read_report(tmp_path)
    assert report == ProbeReport()
    assert (report.done, report.finished, report.counts, report.peak_rss_bytes) == (None, False, (0, 0, 0), 0)


def test_keys_separate_stamps_and_facts_and_the_guard_has_a_file_of_its_own(tmp_path) -> None:
    (tmp_path / "tree").write_text("made ('/p', '/t.py:1')\nunmade '/p'\nborn ('/cut")
    report = written(
        tmp_path,
        "stamp.runner 5\nstamp.collected 9\ncounts (1, 2, 3)\npeak-rss 4096\ndone 1\n"
        "conftest-failed ('/a', 'X: y')\nconftest-failed ('/a', 'X: y')\nconftest-failed ('/b', 'Z')\n",
    )
    assert report.stamps == {"runner": 5, "collected": 9}
    assert report.failed_conftests == (("/a", "X: y"), ("/b", "Z"))
    assert report.tree == (("made", ("/p", "/t.py:1")), ("unmade", "/p"))
    assert (report.done, report.finished, report.counts, report.peak_rss_bytes) == (1, True, (1, 2, 3), 4096)


def test_the_first_of_several_stamps_of_a_name_counts(tmp_path) -> None:
    assert written(tmp_path, "stamp.collected 5\nstamp.collected 9\n").stamps == {"collected": 5}


@pytest.mark.parametrize("missing", ["stamp.collected 9", "counts (0, 0, 0)"])
def test_collection_is_finished_only_if_it_was_counted(missing, tmp_path) -> None:
    lines = ["stamp.collected 9", "counts (0, 0, 0)"]
    assert written(tmp_path, "".join(f"{line}\n" for line in lines)).finished
    assert not written(tmp_path, "".join(f"{line}\n" for line in lines if line != missing)).finished
    assert not written(tmp_path, "".join(f"{line}\n" for line in (*lines, "raised 'X: y'"))).finished


def test_of_a_process_that_was_replaced_only_the_last_one_counts(tmp_path) -> None:
    first = "stamp.runner 5\nstamp.finish 6\nraised 'X'\nconftest-failed ('/a', 'X')\n"
    replaced = "replaced ('File \"/a\", line 4 in f', 'python -m pytest')\n"
    report = written(tmp_path, f"{first}{replaced}stamp.runner 7\nstamp.runner 8\ncounts (0, 0, 0)\n")
    assert (report.stamps, report.facts, report.failed_conftests) == ({"runner": 8}, {"counts": (0, 0, 0)}, ())
    call = ('File "/a", line 4 in f', "python -m pytest")
    assert (report.earlier, report.replaced) == ((call, call), None)
    assert report.began_ns == (5, 7, 8)


def test_a_process_that_was_replaced_by_another_program_reports_no_more(tmp_path) -> None:
    assert written(tmp_path, "stamp.runner 5\nreplaced ('', 'sh')\n").replaced == ("", "sh")
    assert written(tmp_path, "stamp.runner 5\nreplaced ('', 'sh')\nreplaced ()\n").replaced is None


JUNK = [
    b"\xff\xfe\x00",
    b"counts 5",
    b"counts ('a', 0, 0)",
    b"counts (1, 2)",
    b"stamp.collected 'late'",
    b"stamp.collected 1" + b"0" * 400,
    b"stamp.collected 1" + b"0" * 5000,
    b"done None",
    b"done " + b"[" * 3000,
    b"done {[]: 1}",
    b"peak-rss 1e308",
    b"work [1, 2]",
    b"pytest ()",
    b"conftest-failed 3",
    b"plugins [('a', 'b'), 3]",
    b"replaced 'x'",
    b" ",
    b"",
]


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_lines_that_the_tests_append_are_omitted(junk, tmp_path) -> None:
    good = b"stamp.runner 5\nstamp.collected 9\ncounts (1, 2, 3)\ndone 1\npeak-rss 7\n"
    (tmp_path / "report").write_bytes(good)
    expected = read_report(tmp_path)
    (tmp_path / "report").write_bytes(good + junk + b"\n")
    assert read_report(tmp_path) == expected


@given(junk=st.binary(max_size=200))
def test_no_bytes_in_the_report_are_a_fault_of_ours(junk, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("junk")
    (folder / "report").write_bytes(b"stamp.runner 5\n" + junk + b"\n")
    read_report(folder)


def test_a_last_line_that_was_cut_short_is_not_read(tmp_path) -> None:
    whole = "stamp.runner 5\nstamp.collected 912345\n"
    for length in range(len("stamp.runner 5\n"), len(whole)):
        assert written(tmp_path, whole[:length]).stamps == {"runner": 5}


def test_a_line_that_ran_into_another_is_omitted(tmp_path) -> None:
    report = written(tmp_path, "stamp.runner 5\nstamp.collected 12stamp.finish 34\ncounts (1, 2done 0\npeak-rss 7\n")
    assert (report.stamps, report.facts) == ({"runner": 5}, {"peak-rss": 7})


def write_ids(folder, ids) -> None:
    (folder / "ids").write_bytes("".join(f"{nodeid}\0" for nodeid in ids).encode("utf-8", "surrogatepass"))


IDS = st.lists(st.text(st.characters(exclude_characters="\0", codec=None)), max_size=30)


@given(ids=IDS)
def test_the_digest_is_the_contracts(ids, tmp_path_factory, digest_of) -> None:
    folder = tmp_path_factory.mktemp("ids")
    write_ids(folder, ids)
    node_ids = read_node_ids(folder, ["."])
    assert node_ids.items == len(ids)
    assert node_ids.sha256 == digest_of(ids)
    assert node_ids.files == len({nodeid.split("::", 1)[0] for nodeid in ids})


def test_odd_ids_are_counted_once_each(tmp_path, digest_of) -> None:
    ids = ["b.py::x[\ud800]", "b.py::x[a\nb]", "a.py::😀", "a.py::\uffff", "a.py", "a.py::x::y[::]"]
    write_ids(tmp_path, ids)
    node_ids = read_node_ids(tmp_path, ["."])
    assert (node_ids.items, node_ids.files, node_ids.sha256) == (6, 2, digest_of(ids))


def test_ids_that_were_cut_short_are_omitted(tmp_path, digest_of) -> None:
    (tmp_path / "ids").write_bytes(b"a.py::x\0a.py::y")
    assert read_node_ids(tmp_path, ["."]).sha256 == digest_of(["a.py::x"])


def test_nothing_collected_has_a_digest_too(tmp_path, digest_of) -> None:
    node_ids = read_node_ids(tmp_path, ["."])
    assert (node_ids.items, node_ids.files, node_ids.sha256) == (0, 0, digest_of([]))


def relative_digest(folder, ids, paths):
    write_ids(folder, ids)
    return read_node_ids(folder, paths).relative_sha256


def test_a_moved_target_has_the_same_relative_digest(tmp_path) -> None:
    old = ["tests/api/a.py::x", "tests/api/v1/b.py::y[tests/api/]"]
    new = [nodeid.replace("tests/api/", "tests/http/", 1) for nodeid in reversed(old)]
    digest = relative_digest(tmp_path, old, ["tests/api"])
    assert relative_digest(tmp_path, new, ["tests/http"]) == digest
    assert relative_digest(tmp_path, [*new, "tests/http/c.py::z"], ["tests/http"]) != digest
    assert relative_digest(tmp_path, ["tests/api_2/a.py::x"], ["tests/api"]) is None
    assert relative_digest(tmp_path, [], ["."]) is None


def test_the_relative_digest_of_a_file_and_of_several_paths_is_over_each_of_them(tmp_path) -> None:
    in_file, in_directory = ["a.py::x"], ["b/c.py::y"]
    file = relative_digest(tmp_path, in_file, ["a.py"])
    assert relative_digest(tmp_path, ["d.py::x"], ["d.py"]) == file
    both = relative_digest(tmp_path, in_file + in_directory, ["a.py", "b"])
    assert relative_digest(tmp_path, ["d.py::x", "e/c.py::y"], ["d.py", "e"]) == both
    assert both not in (file, relative_digest(tmp_path, in_directory, ["b"]))


def test_ids_are_kept_in_the_order_of_pytest_if_they_are_requested(tmp_path) -> None:
    (tmp_path / "ids").write_bytes(b"b.py::f\0a.py::g\0")
    assert read_node_ids(tmp_path, ["."], keep=True).nodeids == ("b.py::f", "a.py::g")
    assert read_node_ids(tmp_path, ["."]).nodeids == ()
