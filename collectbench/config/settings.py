"""The content of a configuration file, in the units that the other rooms use."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from collectbench.model.cost import CostSettings
from collectbench.model.lint_settings import LintSettings
from collectbench.model.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A configuration; without a file, the defaults.

    `root` is the directory of the file `source`; both are None without a file. `rounds` is None for `auto`,
    `suite_budget_s` None without a budget, `cost` None without that table. The targets' paths are as written until
    `expand_paths` resolves them.
    """

    root: Path | None = None
    source: Path | None = None
    baseline: str = "main"
    baseline_dir: str = "baselines"
    history_dir: str = "history"
    rounds: int | None = None
    timeout_s: float = 300.0
    pytest_args: tuple[str, ...] = ()
    suite_budget_s: float | None = None
    targets: tuple[Target, ...] = ()
    lint: LintSettings = field(default_factory=LintSettings)
    cost: CostSettings | None = None
