"""`profile --who`: an answer without a module says why it has none."""

from __future__ import annotations

import pytest

from collectbench.model.errors import CollectionError, UsageError
from collectbench.model.sample import Status
from collectbench.model.who import WhoImports
from collectbench.usecases.who import require_collection

NOTHING = WhoImports(name="app", modules=(), nearest=("apps",))


def test_a_module_that_was_not_imported_is_a_mistake_of_the_user() -> None:
    with pytest.raises(UsageError, match=r"--who app: no module of this name was imported; did you mean apps?"):
        require_collection(NOTHING, Status.OK, "")


def test_a_failed_collection_is_the_reason_why_a_module_was_not_imported() -> None:
    with pytest.raises(CollectionError, match=r"--who app: not imported before collection failed: conftest.py:1"):
        require_collection(NOTHING, Status.FAILED, "conftest.py:1: TypeError")
