"""What the user says about the project."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from collectbench.model.shard import Shard
from collectbench.usecases.measure_options import MeasureOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectOptions:
    """What the user says about the project and how to measure it.

    Attributes:
        targets: names and paths.
        pytest_args: the arguments for pytest.
        config_file: the configuration to read; None to look for one.
        python: the interpreter that owns the tests; None for the running one.
        depth: how many levels to split paths; None for the default.
        suite: whether to collect all targets together as well.
        shard: the part to measure; None for the whole.
        baseline_dir: the directory of the baselines; None for the configuration's.
        history_dir: likewise, of recorded runs.
        measure: how to measure.
    """

    targets: tuple[str, ...] = ()
    pytest_args: tuple[str, ...] = ()
    config_file: Path | None = None
    python: str | None = None
    depth: int | None = None
    suite: bool = True
    shard: Shard | None = None
    baseline_dir: Path | None = None
    history_dir: Path | None = None
    measure: MeasureOptions = field(default_factory=MeasureOptions)
