from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading

import pytest

from collectbench.model.errors import BaselineError
from collectbench.store.documents import RUN, to_document
from collectbench.store.files import read_document, write_atomically
from collectbench.store.layout import layout

WAYS_OUT = "restore the file from version control, or measure again"


def names_in(directory):
    return sorted(path.name for path in directory.iterdir())


def in_a_process_of_its_own(code, *arguments):
    """Run a snippet where it may drop rights or lower limits without harm to the tests."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# --- writing ---


def test_a_file_is_written_and_nothing_else_is_left(tmp_path):
    write_atomically(tmp_path / "a.json", "größe\n")

    assert (tmp_path / "a.json").read_text("utf-8") == "größe\n"
    assert names_in(tmp_path) == ["a.json"]


def test_an_existing_file_is_replaced_and_keeps_its_mode(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("a longer text than the new one")
    path.chmod(0o640)

    write_atomically(path, "new")

    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_mode_that_the_umask_gives(tmp_path):
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "a.json", "new")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o640


def test_a_symlink_is_written_through(tmp_path):
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "a.json"
    target.write_text("old")
    (tmp_path / "link.json").symlink_to(target)

    write_atomically(tmp_path / "link.json", "new")

    assert (tmp_path / "link.json").is_symlink()
    assert target.read_text() == "new"
    assert names_in(tmp_path / "real") == ["a.json"]


def test_a_symlink_to_a_missing_file_is_written_through(tmp_path):
    (tmp_path / "link.json").symlink_to("a.json")

    write_atomically(tmp_path / "link.json", "new")

    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "a.json").read_text() == "new"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text()), daemon=True)
    reader.start()

    write_atomically(pipe, "new")

    reader.join(timeout=30)
    assert received == ["new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_surrogates_are_written_as_escapes(tmp_path):
    write_atomically(tmp_path / "a.txt", "name \udcff")

    assert (tmp_path / "a.txt").read_text("utf-8") == "name \\udcff"


def test_a_file_with_the_longest_possible_name_can_be_written(tmp_path):
    path = tmp_path / ("n" * 250 + ".json")

    write_atomically(path, "new")

    assert path.read_text() == "new"


FULL_DISK = """
import resource, sys
from pathlib import Path
from collectbench.store.files import write_atomically

resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_atomically(Path(sys.argv[1]), "x" * 100_000)
except OSError as error:
    print(type(error).__name__, error.errno)
"""


def test_when_the_disk_is_full_the_old_file_survives_and_no_other_is_left(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")

    process = in_a_process_of_its_own(FULL_DISK, path)

    assert process.stdout.startswith("OSError"), process.stderr
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a.json"]


INTERRUPT = """
import os, signal, sys
from pathlib import Path
from collectbench.store.files import write_atomically

fsync = os.fsync
def interrupted(descriptor):
    os.kill(os.getpid(), signal.SIGINT)
    fsync(descriptor)

os.fsync = interrupted
try:
    write_atomically(Path(sys.argv[1]), "new")
except KeyboardInterrupt:
    print("interrupted")
"""


def test_when_interrupted_before_the_end_the_old_file_survives_and_no_other_is_left(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")

    process = in_a_process_of_its_own(INTERRUPT, path)

    assert process.stdout == "interrupted\n", process.stderr
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a.json"]


def test_a_missing_directory_is_an_error_and_is_not_made(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "missing" / "a.json", "new")

    assert names_in(tmp_path) == []


def test_a_directory_in_the_place_of_the_file_is_an_error(tmp_path):
    with pytest.raises(IsADirectoryError):
        write_atomically(tmp_path, "new")


def test_a_file_system_that_cannot_sync_a_directory_is_not_an_error(tmp_path, monkeypatch):
    fsync = os.fsync

    def refuses_directories(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(22, "Invalid argument")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", refuses_directories)

    write_atomically(tmp_path / "a.json", "new")

    assert (tmp_path / "a.json").read_text() == "new"


# --- reading ---


def test_a_document_is_read_from_its_file(tmp_path, run):
    path = tmp_path / "a.json"
    path.write_text(layout(to_document(run)))

    assert read_document(path, RUN) == run


def test_a_byte_order_mark_is_accepted(tmp_path, run):
    path = tmp_path / "a.json"
    path.write_text("\ufeff" + layout(to_document(run)), "utf-8")

    assert read_document(path, RUN) == run


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", f"FILE is empty; {WAYS_OUT}"),
        (b" \n", f"FILE is empty; {WAYS_OUT}"),
        (
            b'{"kind":\n "collectbench.r',
            f"FILE is not JSON or was cut off: Unterminated string starting at (line 2, column 2); {WAYS_OUT}",
        ),
        (
            b'{\n "kind": "x",\n',
            (
                "FILE is not JSON or was cut off: Expecting property name enclosed in double quotes "
                f"(line 3, column 1); {WAYS_OUT}"
            ),
        ),
        (
            b"<<<<<<< HEAD\n{}",
            f"FILE is not JSON or was cut off: Expecting value (line 1, column 1); {WAYS_OUT}",
        ),
        (b'{"kind": "\xff"}', f"FILE is not UTF-8 text (byte 10); {WAYS_OUT}"),
        (b"[1]", "FILE: the document must be a JSON object, and is a list"),
        (b"{}", "FILE: this is not a document of collectbench (no `kind`), a collectbench.run is needed"),
        (
            b'{"kind": "collectbench.comparison", "schema": 1}',
            "FILE: this is a collectbench.comparison, a collectbench.run is needed",
        ),
        (
            b'{"kind": "collectbench.run", "schema": 7}',
            "FILE: schema 7 is newer than this collectbench reads (2); update collectbench",
        ),
        (
            b'{"kind": "collectbench.run"}',
            "FILE: `schema` must be a whole number from 1 on, and is null",
        ),
        (
            b'{"kind": "collectbench.run", "schema": 1}',
            f'FILE is damaged: collectbench.run: the key "tool" is missing; {WAYS_OUT}',
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_a_baseline_error_and_is_left_alone(tmp_path, content, message):
    path = tmp_path / "a.json"
    path.write_bytes(content)

    with pytest.raises(BaselineError) as caught:
        read_document(path, RUN)

    assert str(caught.value) == message.replace("FILE", str(path))
    assert path.read_bytes() == content


def test_a_wrong_value_deep_in_a_file_is_named_by_its_path(tmp_path, run):
    document = to_document(run)
    document["targets"][0]["samples"][1]["wall_s"] = "x"
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))

    with pytest.raises(BaselineError) as caught:
        read_document(path, RUN)

    place = 'targets[0].samples[1].wall_s: expected a number, got "x"'
    assert str(caught.value) == f"{path} is damaged: {place}; {WAYS_OUT}"


@pytest.mark.parametrize("content", ["[" * 100_000, '{"schema": ' + "1" * 5000 + "}"], ids=["nested", "digits"])
def test_a_file_made_to_break_the_parser_is_a_baseline_error(tmp_path, content):
    path = tmp_path / "a.json"
    path.write_text(content)

    with pytest.raises(BaselineError, match=r"a\.json"):
        read_document(path, RUN)


def test_the_error_about_a_missing_file_advises_to_measure_one(tmp_path):
    with pytest.raises(BaselineError, match=r"a\.json does not exist; measure one"):
        read_document(tmp_path / "a.json", RUN)


def test_a_directory_is_not_a_document(tmp_path):
    with pytest.raises(BaselineError, match="is a directory; name a file in it"):
        read_document(tmp_path, RUN)


def test_a_path_through_a_file_cannot_be_read(tmp_path):
    (tmp_path / "file").write_text("{}")

    with pytest.raises(BaselineError, match="cannot be read: Not a directory; check path and permissions"):
        read_document(tmp_path / "file" / "a.json", RUN)


# root may read everything; nobody may not.
WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
from collectbench.model.errors import BaselineError
from collectbench.store.baselines import find_baseline, load_run

if os.geteuid() == 0:
    os.setuid(65534)
try:
    load_run(find_baseline(Path(sys.argv[1]), "a"))
except BaselineError as error:
    print(error)
"""


@pytest.mark.parametrize("locked", ["a.json", "."], ids=["file", "directory"])
def test_a_file_that_may_not_be_read_says_so(public_directory, locked):
    (public_directory / "a.json").write_text("{}")
    (public_directory / locked).chmod(0)

    process = in_a_process_of_its_own(WITHOUT_RIGHTS, public_directory)
    (public_directory / locked).chmod(0o755)

    assert "a.json cannot be read: Permission denied; check path and permissions" in process.stdout, process.stderr
