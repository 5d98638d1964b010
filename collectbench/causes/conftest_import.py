"""A conftest imports something that is slow to import.

What it detects:
    Import lines that load modules which only conftests need. The lines may also be in modules of the project that only
    conftests import.

Why it is slow:
    pytest imports the conftests of each directory that it collects from, whichever tests are selected. So each run
    pays, even for a single test.

Evidence:
    All import statements of the traced round, and the conftests that pytest loaded. The saving is the time of the
    modules that nothing loads without these lines.

Fix:
    Import in the fixtures and hooks that use it:

    ```python
    @pytest.fixture
    def database():
        import sqlalchemy

        return sqlalchemy.create_engine("sqlite://")
    ```

Source:
    openpilot#37748; a conftest of Discord that took 13 s.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_cuts import Nature, candidate, cuts_of


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the cuts that conftests pay for."""
    for cut, payers in cuts_of(evidence, Nature.CONFTEST):
        conftest = evidence.display(payers.conftests[0].name)
        yield candidate(evidence, cut, f"{conftest} imports {cut.module.name} in every run")


CAUSE = Cause(id="conftest-import", doc=__doc__, find=find)
