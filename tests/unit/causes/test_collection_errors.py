from __future__ import annotations

from collectbench.causes.collection_errors import CAUSE
from imported_sources import Project
from made_evidence import ROOT, collected, findings

FIX_IMPORT = "install the missing module, correct the import, or skip the file with pytest.importorskip"


def failed(path: str, message: str, line: int = 0, error: str = "ModuleNotFoundError"):
    at = {"error_path": f"{ROOT}/{path}", "error_line": line} if line else {}
    return collected(0, -1, path, outcome="failed", error=error, error_message=message, **at)


def notes(*collectors):
    files = {frame.nodeid: "" for frame in collectors}
    return findings(CAUSE, Project(files=files).evidence(collectors=collectors))


def test_a_file_that_fails_is_a_note_with_the_line_that_fails() -> None:
    (finding,) = notes(failed("tests/test_a.py", "No module named 'nowhere'", 3))
    assert finding.title == "tests/test_a.py fails: ModuleNotFoundError: No module named 'nowhere'"
    assert [(each.path, each.line) for each in finding.locations] == [("tests/test_a.py", 3)]
    assert finding.estimated_saving_s == 0
    assert finding.fix == FIX_IMPORT


def test_files_with_different_errors_are_different_notes() -> None:
    found = notes(
        failed("tests/test_a.py", "No module named 'x'"),
        failed("tests/test_b.py", "No module named 'x'"),
        failed("tests/test_c.py", "invalid syntax", error="SyntaxError"),
    )
    assert [(finding.subject, finding.fix) for finding in found] == [
        ("2 files", FIX_IMPORT),
        ("tests/test_c.py", "correct the line that raises the error"),
    ]


def test_a_file_that_is_skipped_does_not_fail() -> None:
    skipped = collected(0, -1, "tests/test_a.py", outcome="skipped", error="Skipped", error_message="no numpy")
    assert notes(skipped) == ()


def test_errors_of_one_class_with_many_messages_share_a_note() -> None:
    found = notes(*(failed(f"tests/test_{number}.py", f"no file {number}", error="OSError") for number in range(9)))
    assert [(each.title, each.evidence) for each in found] == [("9 files fail: OSError", ("such as no file 0",))]
