"""The cause that needs rounds on subsets of the files: a step that grows faster than the tests."""

from __future__ import annotations

from cause_projects.project import SECONDS, Planted

FILES, TESTS = 16, 5
ITEMS = FILES * TESTS + 30
"""With the plain modules of each project."""
TESTS_IN_FOLDERS = {
    f"tests/part_{number % 3}/test_more_{number}.py": "".join(
        f"def test_{test}():\n    pass\n\n" for test in range(TESTS)
    )
    for number in range(FILES)
}
FOLDERS = {f"tests/part_{number}/__init__.py": "" for number in range(3)}
HOOK = "from burner import burn\n\n\ndef pytest_collection_modifyitems(items):\n    for _ in items:\n        burn({seconds})\n"
COMMON = {**TESTS_IN_FOLDERS, **FOLDERS}
LINEAR_PART = 0.25
"""A quarter of the items costs a sixteenth: linear growth from there costs a quarter at all of them."""

PROJECTS = (
    Planted(
        cause="superlinear",
        files={**COMMON, "conftest.py": HOOK.format(seconds=f"{SECONDS} * len(items) / {ITEMS**2}")},
        alike={**COMMON, "conftest.py": HOOK.format(seconds=SECONDS / ITEMS)},
        subject="pytest_collection_modifyitems in conftest.py",
        place="conftest.py:4",
        seconds=SECONDS * (1 - LINEAR_PART),
        beside=("slow-modifyitems",),
        options=("--scaling",),
    ),
)
