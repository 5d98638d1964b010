from __future__ import annotations

from collections.abc import Iterator

import pytest

from collectbench.measure.process.ledger import LEDGER


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """Ends each command as its process would: its ledger is closed."""
    yield
    LEDGER.close()
