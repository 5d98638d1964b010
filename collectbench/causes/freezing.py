"""The conftest code that keeps the garbage collector from walking what collection makes."""

from __future__ import annotations

from collectbench.causes.evidence import Evidence

FREEZE = """\
+import gc
+import pytest
+
+@pytest.hookimpl(wrapper=True)
+def pytest_collection(session):
+    gc.disable()
+    try:
+        return (yield)
+    finally:
+        gc.freeze()
+        gc.enable()
"""


def first_conftest(evidence: Evidence) -> str:
    """Returns the conftest that pytest loads first, else the one that the rootdir could have."""
    loaded = [frame.name for frame in evidence.trace.plugins if frame.kind == "conftest"]
    return evidence.display(loaded[0]) if loaded else "conftest.py"
