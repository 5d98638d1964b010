"""The user's request in another working tree."""

from __future__ import annotations

from collectbench.config import Config
from collectbench.model.target import Target
from collectbench.usecases.paired.counterparts import _with_existing_targets


def test_a_checkout_has_the_configured_targets_whose_paths_exist_in_it(tmp_path) -> None:
    (tmp_path / "tests").mkdir()
    existing, missing = Target(name="existing", paths=("tes*",)), Target(name="missing", paths=("later",))
    assert _with_existing_targets(Config(root=tmp_path, targets=(existing, missing))).targets == (existing,)
