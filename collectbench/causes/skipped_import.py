"""A file whose tests are all skipped still pays for its imports.

What it detects:
    Import lines that load modules which nothing else needs, in files whose tests are all skipped: by a mark each, or
    the whole file by `pytest.skip(allow_module_level=True)` or `importorskip`.

Why it is slow:
    pytest knows the marks only after it has imported the file.

Evidence:
    The skip marks of collected items, and the files that were skipped as a whole, in the traced round. The graph of all
    import statements.

Fix:
    Import in the tests. If the whole file is skipped, skip it before the expensive imports:

    ```python
    import sys

    import pytest

    if sys.platform != "win32":
        pytest.skip("only for Windows", allow_module_level=True)

    import pandas
    ```

Source:
    openpilot#37977.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_cuts import Nature, candidate, cuts_of, lines_of

FIX = "skip the file before this import, or import {module} in the tests"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the cuts whose lines all stand in files without a test that can run."""
    for cut, _ in cuts_of(evidence, Nature.SKIPPED):
        module = cut.module.name
        files = list(dict.fromkeys(evidence.display(line.path) for line in lines_of(cut)))
        yield replace(
            candidate(evidence, cut, f"all tests of {', '.join(files)} are skipped, but they still import {module}"),
            subject=", ".join(files),
            fix=FIX.format(module=module),
        )


CAUSE = Cause(id="skipped-import", doc=__doc__, find=find)
