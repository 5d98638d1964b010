"""A test module imports something that is slow to import.

What it detects:
    An import line, or a few in one file, that load modules which nothing else needs. The line may also be in a module
    of the project that only this test module imports.

Why it is slow:
    Every run that collects the file pays for the import, even if `-k` or `-m` selects other tests.

Evidence:
    All import statements of the traced round, also those that found the module loaded. The saving is the time of the
    modules that nothing loads without the line, with the later cost of their objects.

Fix:
    Import it in the tests and fixtures that use it:

    ```python
    def test_frame():
        import pandas

        assert pandas.DataFrame().empty
    ```

Source:
    commaai/opendbc#1184.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_cuts import Nature, candidate, cuts_of


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the cuts that one test module pays for."""
    for cut, payers in cuts_of(evidence, Nature.ONE_TEST):
        payer = evidence.display(payers.names[0])
        yield candidate(evidence, cut, f"{payer} imports {cut.module.name}, which nothing else needs")


CAUSE = Cause(id="heavy-import", doc=__doc__, find=find)
