"""The exit code of a profile: whether there was a collection to explain."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from collectbench.cli.exits import ExitCode, of_profile
from collectbench.model.sample import Counts, Status


def counts(items, errors=0):
    return Counts(items=items, files=1, errors=errors, warnings=0, collection_warnings=0)


@pytest.mark.parametrize(
    ("status", "found", "code"),
    [
        (Status.OK, counts(3), ExitCode.OK),
        (Status.COLLECTION_ERRORS, counts(3, errors=1), ExitCode.OK),
        (Status.COLLECTION_ERRORS, counts(0, errors=1), ExitCode.NOT_COLLECTED),
        (Status.EMPTY, counts(0), ExitCode.NOTHING_COLLECTED),
        (Status.FAILED, None, ExitCode.NOT_COLLECTED),
        (Status.CRASHED, None, ExitCode.NOT_COLLECTED),
        (Status.TIMEOUT, counts(3), ExitCode.NOT_COLLECTED),
    ],
)
def test_a_profile_ends_as_its_collection_did(status, found, code):
    assert of_profile(SimpleNamespace(status=status, counts=found)) is code
