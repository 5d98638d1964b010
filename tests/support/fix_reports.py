"""Reports of rewrites for the tests of formats."""

from __future__ import annotations

from collectbench.model.fixes import Failure, Fate, FileFix, FixReport, Skip, Undone
from collectbench.model.run import Tool

TOOL = Tool(name="collectbench", version="1.2.3")
DIFF = """\
--- a/{path}
+++ b/{path}
@@ -1,4 +1,5 @@
 class TestClient:
     '''Calls the shop.'''
+    __test__ = False

     def __init__(self):
"""


def file_fix(path, fate=Fate.PROPOSED, **changes):
    """One file of a report."""
    return FileFix(path=path, fate=fate, diff=DIFF.format(path=path), **changes)


def fix_report(*files, **changes):
    """A report about these files."""
    values = {"skips": (), "failures": (), "notes": ()} | changes
    return FixReport(tool=TOOL, created="2025-11-03T10:00:00Z", codemod="non-test-class", files=files, **values)


def proposed_fix():
    """Two edits, several reasons to leave places alone, a file that does not parse."""
    heirs = "its subclass TestShop holds tests, which would inherit __test__ = False"
    skips = [
        Skip(path=f"tests/api/test_{index}.py", line=index + 3, subject="TestBase", reason=heirs) for index in range(8)
    ]
    alone = Skip(path="tests/integration/test_orders.py", line=0, subject="", reason="a star import hides its names")
    return fix_report(
        file_fix("tests/api/test_users.py"),
        file_fix("tests/test_a.py"),
        skips=(*skips, alone),
        failures=(Failure(path="tests/broken.py", reason="line 3: it does not parse"),),
        notes=("12 more lines import pandas: 0 s are saved so far",),
        hints=("to write these files:\n  collectbench fix non-test-class --apply",),
    )


def applied_fix():
    """One edit that stays, one that was taken back."""
    return fix_report(
        file_fix("tests/api/test_users.py", Fate.APPLIED),
        file_fix(
            "tests/test_a.py", Fate.TAKEN_BACK, harm=("lost id: tests/test_a.py::TestClient::test_get", "new error: x")
        ),
        checked="the suite was collected before and after: only what the rewrite is meant to change has changed",
        hints=("to restore them:\n  collectbench fix --undo",),
    )


def undone_fix():
    """A file that was restored, and one that was edited since."""
    return Undone(
        tool=TOOL,
        created="2025-11-03T10:00:00Z",
        codemod="non-test-class",
        written="2025-11-03T09:00:00Z",
        restored=("tests/test_a.py",),
        left=(Failure(path="tests/api/test_users.py", reason="it was edited since"),),
    )


def nasty_fix(texts):
    """Texts that try to break out, in every field that holds one."""
    return fix_report(
        *(FileFix(path=text, fate=Fate.TAKEN_BACK, diff=text, harm=(text,)) for text in texts),
        *(FileFix(path=text, fate=Fate.PROPOSED, diff=f"+{text}\n") for text in texts),
        skips=tuple(Skip(path=text, line=1, subject=text, reason=text) for text in texts),
        failures=tuple(Failure(path=text, reason=text) for text in texts),
        notes=tuple(texts),
    )
